// Facts against NumPy and SciPy on the same series, and against what a made series must show.

#include "host/statistics/facts.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <string>

#include "tests/statistics/support.hpp"

namespace marketmimic {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

bool have_scipy() { return std::system("/usr/bin/python3 -c 'import numpy, scipy' 2>/dev/null") == 0; }

std::map<std::string, double> facts_by_numpy(const Bars& bars) {
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / ("facts-" + std::to_string(getpid()) + ".txt");
  {
    std::ofstream out(file);
    out.precision(17);
    for (const Bar& bar : bars.bars) out << bar.time_ms << ' ' << bar.close << ' ' << bar.volume << '\n';
  }
  const std::string command =
      "/usr/bin/python3 '" MARKETMIMIC_SOURCE_DIR "/tests/statistics/facts_by_numpy.py' '" + file.string() + "'";
  std::map<std::string, double> facts;
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return facts;
  char label[64];
  double value = 0;
  while (std::fscanf(pipe, "%63s %lf", label, &value) == 2) facts[label] = value;
  EXPECT_EQ(pclose(pipe), 0) << command;
  std::filesystem::remove(file);
  return facts;
}

void expect_numpys_facts(const Bars& bars, std::size_t known) {
  if (!have_scipy()) GTEST_SKIP() << "no SciPy to compare with";
  const std::map<std::string, double> truth = facts_by_numpy(bars);
  ASSERT_EQ(truth.size(), known);
  const Facts ours = facts_of(log_returns(bars), calendar_of(bars));
  for (std::size_t k = 0; k < kFacts; ++k) {
    const auto fact = static_cast<Fact>(k);
    const auto found = truth.find(std::string(name(fact)));
    if (found == truth.end())
      EXPECT_TRUE(std::isnan(ours[fact])) << name(fact);
    else
      EXPECT_NEAR(ours[fact], found->second, 1e-9 + 1e-9 * std::abs(found->second)) << name(fact);
  }
}

TEST(Facts, AreNumpysOnHoursWithAGap) { expect_numpys_facts(made_bars(4000, kHourMs, 1, 1000, 30), kFacts); }
TEST(Facts, AreNumpysOnDays) { expect_numpys_facts(made_bars(1500, 24 * kHourMs, 2, 700, 3), kFacts - 1); }
TEST(Facts, AreNumpysWithoutVolume) {
  Bars bars = made_bars(1000, 300'000, 3, 0, 0);
  for (Bar& bar : bars.bars) bar.volume = 0;
  expect_numpys_facts(bars, kFacts - 8);  // too few days for their range, too
}

class RealFacts : public testing::TestWithParam<std::pair<const char*, std::size_t>> {};
TEST_P(RealFacts, AreNumpys) {
  const std::filesystem::path file = shared_data() / GetParam().first;
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no recordings here: " << file;
  expect_numpys_facts(read_bars(file), GetParam().second);
}
INSTANTIATE_TEST_SUITE_P(Files, RealFacts,
                         testing::Values(std::pair{"btcusdt_5m/bars.csv.gz", kFacts},
                                         std::pair{"btcusdt_1h/bars.csv.gz", kFacts},
                                         std::pair{"eurusd_1h/quotes.csv.gz", kFacts - 7},
                                         std::pair{"daily/sp500.csv", kFacts - 1}));

TEST(Facts, OfTheRecordingsAreThoseOfTheirReadme) {
  const std::filesystem::path file = shared_data() / "btcusdt_5m/bars.csv.gz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no recordings here: " << file;
  const Bars bars = read_bars(file);
  const Facts facts = facts_of(log_returns(bars), calendar_of(bars));
  EXPECT_NEAR(facts[Fact::excess_kurtosis], 19, 1.5);
  EXPECT_NEAR(facts[Fact::hill_5], 2.6, 0.06);
  EXPECT_NEAR(facts[Fact::acf_abs_1], 0.36, 0.01);
  EXPECT_NEAR(facts[Fact::acf_abs_50], 0.16, 0.01);
  EXPECT_NEAR(facts[Fact::kurtosis_24], 10.4, 1.0);
}

TEST(Returns, AcrossAGapAreLeftOut) {
  const Bars bars = made_bars(100, kHourMs, 4, 40, 2);
  const Returns returns = log_returns(bars);
  EXPECT_EQ(returns.value.size(), 97);
  EXPECT_EQ(returns.valid.sum(), 96.0);
  EXPECT_EQ(returns.valid[39], 0.0);  // bar 42 after bar 39
  EXPECT_EQ(returns.value[39], 0.0);
}

TEST(Returns, OfDaysSkipAClosedMarketButNotALongHalt) {
  EXPECT_EQ(log_returns(made_bars(100, 24 * kHourMs, 4, 40, 4)).valid.minCoeff(), 1.0);
  EXPECT_EQ(log_returns(made_bars(100, 24 * kHourMs, 4, 40, 5)).valid.minCoeff(), 0.0);
}

TEST(Calendar, KnowsLeapYearsAndTimesBefore1970) {
  const Calendar leap = Calendar::regular(1'709'164'800'000, 24 * kHourMs, 3);  // 2024-02-29
  EXPECT_EQ(leap.day, (std::vector<std::int32_t>{0, 1, 2}));
  EXPECT_EQ(leap.month, (std::vector<std::int32_t>{0, 1, 1}));
  const Calendar old = Calendar::regular(-kHourMs, kHourMs, 3);
  EXPECT_EQ(old.second, (std::vector<std::int32_t>{82800, 0, 3600}));
  EXPECT_EQ(old.day, (std::vector<std::int32_t>{0, 1, 1}));
}

TEST(Profile, ShowsTheHoursOfAPlantedSeason) {
  Bars bars = made_bars(24 * 400, kHourMs, 6, 0, 0);
  double price = 100;
  std::mt19937_64 engine(7);
  std::normal_distribution<double> normal;
  for (Bar& bar : bars.bars) {
    const double hour = static_cast<double>(bar.time_ms / kHourMs % 24);
    bar.close = price *= std::exp(0.001 * (1.0 + hour / 23.0) * normal(engine));
  }
  const Returns returns = log_returns(bars);
  const std::array<double, 24> profile = hourly_profile(returns, calendar_of(bars));
  for (std::size_t h = 0; h < 24; ++h) EXPECT_NEAR(profile[h], (1.0 + static_cast<double>(h) / 23.0) / 1.5, 0.15) << h;
  std::array<double, 24> other = profile;
  EXPECT_NEAR(profile_correlation(profile, other), 1.0, 1e-12);
  for (double& value : other) value = -value;
  other[3] = std::nan("");
  EXPECT_NEAR(profile_correlation(profile, other), -1.0, 1e-12);
}

TEST(Intervals, HoldTheMeasuredFactsMostly) {
  const Bars bars = made_bars(4000, kHourMs, 8, 0, 0);
  const Returns returns = log_returns(bars);
  const Calendar calendar = calendar_of(bars);
  const Facts facts = facts_of(returns, calendar);
  const auto intervals = intervals_of(returns, calendar, {});
  int held = 0;
  for (std::size_t k = 0; k < kFacts; ++k) {
    EXPECT_LT(intervals[k].lower, intervals[k].upper) << name(static_cast<Fact>(k));
    held += intervals[k].lower <= facts.value[k] && facts.value[k] <= intervals[k].upper ? 1 : 0;
  }
  EXPECT_GE(held, 26);
}

}  // namespace
}  // namespace marketmimic
