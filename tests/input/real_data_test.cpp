// The recordings beside the checkout, read by us and by Python's csv, json and gzip modules (file_facts.py).

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "host/input/bars.hpp"
#include "host/input/fills.hpp"
#include "support.hpp"

namespace marketmimic {
namespace {

std::filesystem::path shared_data() {
  if (const char* const named = std::getenv("MARKETMIMIC_SHARED_DATA")) return named;
  return std::filesystem::path(MARKETMIMIC_SOURCE_DIR) / "../shared/data";
}

/// Rows, first and last time, gaps, and the sum of each column.
struct Facts {
  std::size_t rows = 0;
  std::int64_t first_ms = 0, last_ms = 0;
  std::size_t gaps = 0;
  std::vector<double> sums;
};

/// What Python finds in the file.
Facts facts_by_python(const std::string& kind, const std::filesystem::path& file) {
  const std::string command =
      "python3 '" MARKETMIMIC_SOURCE_DIR "/tests/input/file_facts.py' " + kind + " '" + file.string() + "'";
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string text;
  for (char part[256]; std::fgets(part, sizeof part, pipe) != nullptr;) text += part;
  EXPECT_EQ(pclose(pipe), 0) << command;
  Facts facts;
  std::istringstream in(text);
  in >> facts.rows >> facts.first_ms >> facts.last_ms >> facts.gaps;
  for (double sum = 0; in >> sum;) facts.sums.push_back(sum);
  return facts;
}

template <class Row>
double sum(const std::vector<Row>& rows, const std::function<double(const Row&)>& value) {
  long double total = 0;
  for (const Row& row : rows) total += value(row);
  return static_cast<double>(total);
}

void expect_sums(const std::vector<double>& ours, const std::vector<double>& truth) {
  ASSERT_EQ(ours.size(), truth.size());
  for (std::size_t i = 0; i < ours.size(); ++i)
    EXPECT_NEAR(ours[i], truth[i], 1e-13 * std::abs(truth[i]) + 1e-10) << "column " << i;
}

struct Recording {
  std::string name, path, kind;
  std::size_t rows;  ///< as data/README.md says, 0 where it doesn't
};
void PrintTo(const Recording& recording, std::ostream* out) { *out << recording.name; }

class RealData : public testing::TestWithParam<Recording> {
 protected:
  void SetUp() override {
    file_ = shared_data() / GetParam().path;
    if (!std::filesystem::exists(file_)) GTEST_SKIP() << "no recordings here: " << file_;
    if (std::system("command -v python3 >/dev/null") != 0) GTEST_SKIP() << "no python3 to compare with";
    truth_ = facts_by_python(GetParam().kind, file_);
    ASSERT_GT(truth_.rows, 0u);
    if (GetParam().rows != 0) {
      ASSERT_EQ(truth_.rows, GetParam().rows);
    }
  }

  std::filesystem::path file_;
  Facts truth_;
};

class RealBars : public RealData {};

TEST_P(RealBars, AreWhatPythonReads) {
  const Bars bars = read_bars(file_);
  EXPECT_EQ(bars.bars.size(), truth_.rows);
  EXPECT_EQ(bars.bars.front().time_ms, truth_.first_ms);
  EXPECT_EQ(bars.bars.back().time_ms, truth_.last_ms);
  EXPECT_EQ(bars.notices.gaps, truth_.gaps);
  EXPECT_EQ(bars.notices.reordered, 0u);
  EXPECT_EQ(bars.notices.widened, 0u);
  expect_sums({sum<Bar>(bars.bars, [](const Bar& b) { return b.open; }),
               sum<Bar>(bars.bars, [](const Bar& b) { return b.high; }),
               sum<Bar>(bars.bars, [](const Bar& b) { return b.low; }),
               sum<Bar>(bars.bars, [](const Bar& b) { return b.close; }),
               sum<Bar>(bars.bars, [](const Bar& b) { return b.volume; })},
              truth_.sums);
}

INSTANTIATE_TEST_SUITE_P(Files, RealBars,
                         testing::Values(Recording{"btcusdt_5m", "btcusdt_5m/bars.csv.gz", "bars", 36576},
                                         Recording{"btcusdt_1h", "btcusdt_1h/bars.csv.gz", "bars", 51324},
                                         Recording{"btcperp_1h", "btcperp_1h/bars.json.gz", "bars", 25273},
                                         Recording{"multi_btc", "multi_1h/BTCUSDT.csv.gz", "bars", 0},
                                         Recording{"multi_eth", "multi_1h/ETHUSDT.csv.gz", "bars", 0},
                                         Recording{"multi_sol", "multi_1h/SOLUSDT.csv.gz", "bars", 0},
                                         Recording{"eurusd_quotes", "eurusd_1h/quotes.csv.gz", "bars", 0},
                                         Recording{"sp500", "daily/sp500.csv", "bars", 0},
                                         Recording{"nasdaq", "daily/nasdaq.csv", "bars", 0},
                                         Recording{"eurusd_2017", "daily/eurusd_1h_2017.csv", "bars", 5000}),
                         testing::PrintToStringParamName());

class RealFills : public RealData {};

TEST_P(RealFills, AreWhatPythonReads) {
  const Fills fills = read_fills(file_);
  EXPECT_EQ(fills.fills.size(), truth_.rows);
  EXPECT_EQ(fills.fills.front().time_ms, truth_.first_ms);
  EXPECT_EQ(fills.fills.back().time_ms, truth_.last_ms);
  expect_sums({sum<Fill>(fills.fills, [](const Fill& f) { return f.price; }),
               sum<Fill>(fills.fills, [](const Fill& f) { return f.size; }),
               sum<Fill>(fills.fills, [](const Fill& f) { return f.side * f.size; }),
               sum<Fill>(fills.fills, [](const Fill& f) { return f.fee; }),
               sum<Fill>(fills.fills, [](const Fill& f) { return f.start_position.value_or(0.0); }),
               sum<Fill>(fills.fills, [](const Fill& f) { return f.taker.value_or(false) ? 1.0 : 0.0; })},
              truth_.sums);
}

INSTANTIATE_TEST_SUITE_P(Files, RealFills,
                         testing::Values(Recording{"btcusdt_5m", "btcusdt_5m/fills.csv.gz", "fills", 9173},
                                         Recording{"btcperp_1h", "btcperp_1h/trades_supertrend.csv.gz", "trips", 1412}),
                         testing::PrintToStringParamName());

class Recordings : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(shared_data())) GTEST_SKIP() << "no recordings here: " << shared_data();
  }
};

TEST_F(Recordings, HaveTheHaltsAndOrdersTheirReadmeTells) {
  EXPECT_EQ(read_bars(shared_data() / "btcusdt_1h/bars.csv.gz").notices.gaps, 28u);
  const Fills fills = read_fills(shared_data() / "btcusdt_5m/fills.csv.gz");
  std::set<std::string> orders;
  for (const Fill& fill : fills.fills) orders.insert(fill.order_id);
  EXPECT_EQ(orders.size(), 131u);
  EXPECT_EQ(fills.symbol, "BTC");
  EXPECT_EQ(fills.time_resolution_ms, 60'000.0);
  double position = 0;
  for (const Fill& fill : fills.fills) position += fill.side * fill.size;
  EXPECT_NEAR(position, -4.82, 0.01);
}

TEST_F(Recordings, OfFillsLieWithinTheirOwnBarsOnly) {
  const Bars bars = read_bars(shared_data() / "btcusdt_5m/bars.csv.gz");
  const Fills fills = read_fills(shared_data() / "btcusdt_5m/fills.csv.gz");
  EXPECT_NO_THROW(require_overlap(fills, bars));
  EXPECT_NO_THROW(require_overlap(read_fills(shared_data() / "btcperp_1h/trades_supertrend.csv.gz"),
                                  read_bars(shared_data() / "btcperp_1h/bars.json.gz")));
  expect_refused([&] { require_overlap(fills, read_bars(shared_data() / "btcusdt_1h/bars.csv.gz")); },
                 ExitCode::input_data,
                 {"fills.csv.gz: 9173 of 9173 fills (2025-03-16T23:18:00Z to 2025-04-29T21:06:00Z)",
                  "(2017-08-17T04:00:00Z to 2023-07-01T00:00:00Z)"});
}

}  // namespace
}  // namespace marketmimic
