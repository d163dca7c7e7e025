// The recordings beside the checkout: every fit is judged with other random numbers than it was made with.

#include <cmath>

#include "host/calibration/report.hpp"
#include "host/config/market_file.hpp"
#include "tests/statistics/support.hpp"

namespace marketmimic {
namespace {

class RealSeries : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    file_ = shared_data() / GetParam();
    if (!std::filesystem::exists(file_)) GTEST_SKIP() << "no recordings here: " << file_;
  }
  std::filesystem::path file_;
};

TEST_P(RealSeries, IsMatchedWithinTheTolerances) {
  CalibrationOptions options;
  options.threads = 2;
  const Calibration found = calibrate(read_bars(file_), options);
  EXPECT_TRUE(found.accepted()) << text_report(found);
  EXPECT_EQ(found.series, 200u);
  if (!std::isnan(found.profile_correlation)) {
    EXPECT_GE(found.profile_correlation, 0.9);
  }
  const MarketFile again = parse_market(market_text(found.market), "market.toml");
  EXPECT_EQ(market_text(again), market_text(found.market));
}

INSTANTIATE_TEST_SUITE_P(Files, RealSeries,
                         testing::Values("btcusdt_5m/bars.csv.gz", "btcusdt_1h/bars.csv.gz", "multi_1h/ETHUSDT.csv.gz",
                                         "multi_1h/BTCUSDT.csv.gz", "multi_1h/SOLUSDT.csv.gz",
                                         "btcperp_1h/bars.json.gz", "eurusd_1h/quotes.csv.gz", "daily/sp500.csv",
                                         "daily/nasdaq.csv", "daily/eurusd_1h_2017.csv"));

}  // namespace
}  // namespace marketmimic
