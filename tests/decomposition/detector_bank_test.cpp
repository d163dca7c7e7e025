#include "host/decomposition/detector_bank.hpp"

#include <gtest/gtest.h>

#include "host/decomposition/market_clock.hpp"
#include "logs.hpp"

namespace marketmimic {
namespace {

TEST(DetectorBank, ASellerSeesWhatABuyerSeesOfTheMirroredMarket) {
  const Bars bars = random_bars(600, 0.01, 2);
  Bars mirrored = bars;
  for (Bar& bar : mirrored.bars) {
    const double square = 1e4;
    bar = {bar.time_ms, square / bar.open, square / bar.low, square / bar.high, square / bar.close, bar.volume};
  }
  const Eigen::MatrixXd seller = DetectorBank(bars, {}).seen_by(-1), buyer = DetectorBank(mirrored, {}).seen_by(1);
  EXPECT_LT((seller - buyer).cwiseAbs().maxCoeff(), 2e-3);
}

TEST(DetectorBank, NothingLooksAheadOnceTheUsualVarianceIsKnown) {
  const Bars bars = random_bars(800, 0.01, 3);
  Bars known = bars;
  known.bars.resize(500);
  const Eigen::MatrixXd all = DetectorBank(bars, {}).seen_by(1), then = DetectorBank(known, {}).seen_by(1);
  EXPECT_EQ(all.topRows(500), then);
}

TEST(DetectorBank, HoldsTheDetectorsOfTheMarketClock) {
  const Bars bars = random_bars(400, 0.01, 4);
  const MarketClock clock(bars, {}, {});
  const Eigen::MatrixXd seen = DetectorBank(bars, {}).seen_by(1);
  const Detectors& d = clock.states()[300];
  EXPECT_EQ(seen(299, 1), d.trend(clock.rule()));
  EXPECT_EQ(seen(299, 5), d.fall(clock.rule()));
}

}  // namespace
}  // namespace marketmimic
