// The recordings beside the checkout: every fit is judged with other random numbers than it was made with.

#include <algorithm>
#include <cstdlib>

#include "host/calibration/report.hpp"
#include "host/config/market_file.hpp"
#include "tests/statistics/support.hpp"

namespace marketmimic {
namespace {

struct Recording {
  const char* name;
  const char* file;
  double single;         ///< least share of single series that meet every tolerance by themselves
  bool another = false;  ///< of a kind that another stands for: fitted where MARKETMIMIC_EVERY_RECORDING is set
};

class RealSeries : public testing::TestWithParam<Recording> {
 protected:
  void SetUp() override {
    file_ = shared_data() / GetParam().file;
    if (!std::filesystem::exists(file_)) GTEST_SKIP() << "no recordings here: " << file_;
    if (GetParam().another && std::getenv("MARKETMIMIC_EVERY_RECORDING") == nullptr)
      GTEST_SKIP() << "takes minutes; MARKETMIMIC_EVERY_RECORDING=1 asks for it";
    options_.threads = 2;
  }
  std::filesystem::path file_;
  CalibrationOptions options_;
};

std::ptrdiff_t outside(const Judgement& judgement) {
  return std::count_if(judgement.facts.begin(), judgement.facts.end(),
                       [](const FittedFact& fact) { return !fact.inside_band(); });
}

TEST_P(RealSeries, IsMatched) {
  const Calibration found = calibrate(read_bars(file_), options_);
  const Judgement& judgement = found.judgement;
  EXPECT_TRUE(judgement.within_tolerances()) << text_report(found);
  EXPECT_TRUE(judgement.profile_met()) << text_report(found);
  EXPECT_LE(outside(judgement), 2) << text_report(found);  // of up to 28, each outside of its band one time in ten
  for (const FittedFact& fact : judgement.facts) {
    if (fact.fact == Fact::excess_kurtosis || fact.fact == Fact::kurtosis_24) {
      EXPECT_TRUE(fact.inside_band()) << text_report(found);
    }
  }
  EXPECT_GE(judgement.single_series, GetParam().single) << text_report(found);
  EXPECT_EQ(judgement.series, 200u);
  const MarketFile again = parse_market(market_text(found.market), "market.toml");
  EXPECT_EQ(market_text(again), market_text(found.market));
}

// Twenty years of days are too few for single series to be alike: resamples of the index itself do not reach a quarter.
INSTANTIATE_TEST_SUITE_P(Files, RealSeries,
                         testing::Values(Recording{"btc_5m", "btcusdt_5m/bars.csv.gz", 0.25},
                                         Recording{"btc_1h", "btcusdt_1h/bars.csv.gz", 0.25, true},
                                         Recording{"eth_1h", "multi_1h/ETHUSDT.csv.gz", 0.25, true},
                                         Recording{"eurusd_1h", "daily/eurusd_1h_2017.csv", 0.25, true},
                                         Recording{"sp500_days", "daily/sp500.csv", 0.01}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace marketmimic
