// Every score, both distances and the autocorrelations against NumPy and SciPy (scores_by_numpy.py).

#include "host/realism/scores.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "host/realism/comparison.hpp"
#include "host/realism/serial.hpp"
#include "support.hpp"

namespace marketmimic {
namespace {

struct Truth {
  std::map<std::string, std::array<double, 4>> score;
  std::map<std::pair<std::string, int>, double> memory;
};

bool have_scipy() {
  static const bool have = std::system("/usr/bin/python3 -c 'import scipy.stats' 2> /dev/null") == 0;
  return have;
}

std::string write(const Tape& tape, const std::filesystem::path& folder, const char* ticker) {
  const LobsterFiles files = write_lobster(tape, folder, {ticker, "2012-06-21"});
  return " '" + files.message.string() + "' '" + files.orderbook.string() + "'";
}

Truth by_numpy(const Tape& a, const Tape& b) {
  std::string name = (std::filesystem::temp_directory_path() / "marketmimic-scores-XXXXXX").string();
  EXPECT_NE(mkdtemp(name.data()), nullptr);
  const std::string command = "/usr/bin/python3 '" MARKETMIMIC_SOURCE_DIR "/tests/realism/scores_by_numpy.py'" +
                              write(a, name, "A") + write(b, name, "B");
  Truth truth;
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return truth;
  std::string text;
  for (char part[256]; std::fgets(part, sizeof part, pipe) != nullptr;) text += part;
  EXPECT_EQ(pclose(pipe), 0) << command;
  std::filesystem::remove_all(name);
  std::istringstream lines(text);
  const auto number = [&] {
    std::string word;
    lines >> word;
    return std::strtod(word.c_str(), nullptr);  // unlike >>, it knows nan
  };
  for (std::string what, label; lines >> what >> label;) {
    if (what == "score") {
      for (double& value : truth.score[label]) value = number();
    } else {
      const int lag = static_cast<int>(number());
      truth.memory[{label, lag}] = number();
    }
  }
  return truth;
}

void expect_near(double ours, double theirs, const std::string& what) {
  if (std::isnan(theirs))
    EXPECT_TRUE(std::isnan(ours)) << what;
  else
    EXPECT_NEAR(ours, theirs, 1e-9) << what;
}

void expect_numpys(const Tape& a, const Tape& b) {
  if (!have_scipy()) GTEST_SKIP() << "no SciPy to compare with";
  const Truth truth = by_numpy(a, b);
  ASSERT_EQ(truth.score.size(), kScores);
  BootstrapOptions plain;
  plain.replicates = 0;
  const ScoreTable table = compare({a}, {b}, plain);
  for (std::size_t i = 0; i < kScores; ++i) {
    const std::string label(name(static_cast<Score>(i)));
    const auto& expected = truth.score.at(label);
    expect_near(table.score[i].l1, expected[0], label + " L1");
    expect_near(table.score[i].wasserstein, expected[1], label + " W");
    EXPECT_EQ(static_cast<double>(table.score[i].values), expected[2]) << label;
    EXPECT_EQ(static_cast<double>(table.score[i].reference_values), expected[3]) << label;
  }
  EXPECT_GE(truth.memory.size(), 10u);
  for (std::size_t i = 0; i < kMemories; ++i) {
    const MemoryCurve curve = curve_of(a, static_cast<Memory>(i), plain);
    for (std::size_t k = 0; k < kMemoryLags.size(); ++k) {
      const auto found =
          truth.memory.find({std::string(name(static_cast<Memory>(i))), static_cast<int>(kMemoryLags[k])});
      if (found == truth.memory.end())
        EXPECT_TRUE(std::isnan(curve.acf[k])) << i << " lag " << kMemoryLags[k];
      else
        expect_near(curve.acf[k], found->second, found->first.first + " lag " + std::to_string(kMemoryLags[k]));
    }
  }
}

TEST(Scores, AreNumpysOnMadeTapesOfTwelveLevels) {
  expect_numpys(TapeMaker(12, 1).make(6000), TapeMaker(12, 2, 0.2, 9).make(5000));
}

TEST(Scores, AreNumpysOnAFewMessages) { expect_numpys(TapeMaker(10, 3).make(260), TapeMaker(10, 4).make(90)); }

TEST(Scores, AreNumpysOnTwelveSecondsWithTrades) {
  expect_numpys(TapeMaker(10, 5, 0.9, 400).make(5000), TapeMaker(10, 6, 0.9, 30'000).make(5000));
}

TEST(Scores, AreNumpysOnHalvesOfAmzn) {
  NEEDS("lobster_amzn_l1");
  const Tape tape = amzn();
  constexpr std::int64_t noon = 45'900'000'000'000, day = 86'400'000'000'000;
  expect_numpys(split(tape, 0, noon), split(tape, noon, day));
}

TEST(Scores, AreNumpysOnTenLevelsOfAapl) {
  NEEDS("lobster_aapl_l10_head");
  const std::filesystem::path folder = shared_data() / "lobster_aapl_l10_head";
  const Tape tape =
      read_lobster(folder / "AAPL_2012-06-21_head_message_10.csv", folder / "AAPL_2012-06-21_head_orderbook_10.csv");
  const std::int64_t middle = tape.messages[500].time_ns;
  expect_numpys(split(tape, 0, middle), split(tape, middle, middle * 2));
}

TEST(Scores, AreTenCleanFiveTruncatedFourConstantAtOneLevel) {
  std::map<ScoreKind, int> kinds;
  for (std::size_t i = 0; i < kScores; ++i) ++kinds[kind(static_cast<Score>(i), 1)];
  EXPECT_EQ(
      kinds,
      (std::map<ScoreKind, int>{
          {ScoreKind::clean, 10}, {ScoreKind::truncated, 5}, {ScoreKind::repeated, 2}, {ScoreKind::constant, 4}}));
  for (std::size_t i = 0; i < kScores; ++i) EXPECT_EQ(kind(static_cast<Score>(i), 10), ScoreKind::clean);
}

TEST(Scores, LeaveOutWhatOneSideLacks) {
  const Level empty{}, asks{1'000'100, 10, Level::no_bid, 0}, both{1'000'100, 10, 999'900, 30};
  const Tape tape{.messages = {{1, MessageType::submission, 1, 10, 1'000'100, -1},
                               {2, MessageType::submission, 2, 30, 999'900, 1},
                               {2, MessageType::deletion, 3, 30, 999'900, 1}},
                  .levels = 1,
                  .book = {asks, both, empty},
                  .tick = 100,
                  .symbol = {},
                  .source = {},
                  .notices = {}};
  ASSERT_EQ(values_of(tape, Score::spread).size(), 1u);
  EXPECT_EQ(values_of(tape, Score::spread)[0].value, 200);
  ASSERT_EQ(values_of(tape, Score::imbalance).size(), 2u);
  EXPECT_EQ(values_of(tape, Score::imbalance)[0].value, -1);
  EXPECT_EQ(values_of(tape, Score::imbalance)[1].value, 0.5);
  EXPECT_TRUE(values_of(tape, Score::limit_ask_depth).empty());
  EXPECT_EQ(values_of(tape, Score::limit_bid_depth)[0].value, 100);
  EXPECT_DOUBLE_EQ(values_of(tape, Score::inter_arrival)[0].value, std::log(1e-6));
  EXPECT_DOUBLE_EQ(values_of(tape, Score::inter_arrival)[1].value, std::log(1e-9));
  EXPECT_TRUE(values_of(tape, Score::flow).empty());
}

}  // namespace
}  // namespace marketmimic
