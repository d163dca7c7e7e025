// What calibrate() refuses, what it notices, and that threads change nothing; small fits only.

#include "host/calibration/calibrate.hpp"

#include "tests/calibration/support.hpp"

namespace marketmimic {
namespace {

CalibrationOptions quick() {
  CalibrationOptions options;
  options.iterations = 1;
  options.series = 16;
  options.replicates = 10;
  return options;
}

TEST(Calibrate, RefusesShortSeries) {
  expect_refused([] { calibrate(bars_of(coin(), 500, kHourMs, 1), quick()); }, ExitCode::input_data,
                 {"made bars", "499 returns", "at least 500"});
}

TEST(Calibrate, CountsNoReturnAcrossAGap) {
  Bars bars = bars_of(coin(), 1200, kHourMs, 1);
  std::size_t index = 0;
  std::erase_if(bars.bars, [&](const Bar&) { return index++ % 3 == 2; });  // every second spacing is a gap
  expect_refused([&] { calibrate(bars, quick()); }, ExitCode::input_data, {"400 returns"});
}

TEST(Calibrate, RefusesPricesThatDoNotMove) {
  Bars bars = bars_of(coin(), 1000, kHourMs, 1);
  for (Bar& bar : bars.bars) bar.open = bar.high = bar.low = bar.close = 5.0;
  expect_refused([&] { calibrate(bars, quick()); }, ExitCode::input_data, {"made bars", "hardly ever moves"});
}

TEST(Calibrate, RefusesIntervalsAMarketCanNotHave) {
  Bars bars = bars_of(coin(), 1000, kHourMs, 1);
  bars.interval_ms = 1500;
  for (std::size_t i = 0; i < bars.bars.size(); ++i) bars.bars[i].time_ms = static_cast<std::int64_t>(i) * 1500;
  expect_refused([&] { calibrate(bars, quick()); }, ExitCode::input_data, {"1500 ms", "whole seconds"});
  bars.interval_ms = 30 * 24 * kHourMs;
  for (std::size_t i = 0; i < bars.bars.size(); ++i)
    bars.bars[i].time_ms = static_cast<std::int64_t>(i) * bars.interval_ms;
  expect_refused([&] { calibrate(bars, quick()); }, ExitCode::input_data, {"30 d", "7 d"});
}

TEST(Calibrate, RefusesAFitNoMarketFileMayHold) {
  Bars bars = bars_of(coin(), 600, kHourMs, 1);
  for (std::size_t i = 0; i < bars.bars.size(); ++i) {  // a price that goes up and down thousandfold within a second
    bars.bars[i].time_ms = kStartMs + static_cast<std::int64_t>(i) * 1000;
    bars.bars[i].open = bars.bars[i].high = bars.bars[i].low = bars.bars[i].close = (i * 7919 % 3 == 0) ? 1e3 : 1.0;
  }
  bars.interval_ms = 1000;
  expect_refused([&] { calibrate(bars, quick()); }, ExitCode::input_data, {"volatility"});
}

TEST(Calibrate, TellsThatVolumesAreMissing) {
  Bars bars = bars_of(coin(), 600, kHourMs, 1);
  for (Bar& bar : bars.bars) bar.volume = 0;
  const Calibration found = calibrate(bars, quick());
  ASSERT_EQ(found.notices.size(), 1u);
  EXPECT_THAT(found.notices.front(), testing::HasSubstr("no volumes"));
  EXPECT_EQ(found.market.diffusion.volume_beta, DiffusionParameters{}.volume_beta);
  for (const FittedFact& fact : found.facts)
    EXPECT_THAT(std::string(name(fact.fact)), testing::Not(testing::StartsWith("volume")));
}

TEST(Calibrate, GivesTheSameForAnyNumberOfThreads) {
  const Bars bars = bars_of(coin(), 600, kHourMs, 2);
  CalibrationOptions options = quick();
  const Calibration one = calibrate(bars, options);
  options.threads = 3;
  const Calibration three = calibrate(bars, options);
  EXPECT_EQ(market_text(one.market), market_text(three.market));
  ASSERT_EQ(one.facts.size(), three.facts.size());
  for (std::size_t i = 0; i < one.facts.size(); ++i) {
    EXPECT_EQ(one.facts[i].median, three.facts[i].median);
    EXPECT_EQ(one.facts[i].interval.lower, three.facts[i].interval.lower);
  }
  options.seed = 5;
  EXPECT_NE(market_text(one.market), market_text(calibrate(bars, options).market));
}

TEST(Calibrate, NamesTheMarketAndReportsProgress) {
  CalibrationOptions options = quick();
  double last = 0;
  bool backwards = false;
  options.progress = [&](std::string_view, double done) {
    backwards = backwards || done < last;
    last = done;
  };
  const Bars bars = bars_of(coin(), 600, kHourMs, 2);
  const MarketFile market = calibrate(bars, options).market;
  EXPECT_FALSE(backwards);
  EXPECT_EQ(last, 1.0);
  EXPECT_EQ(market.asset, "MADE");
  EXPECT_EQ(market.bar_seconds, 3600u);
  EXPECT_THAT(market.provenance, testing::HasSubstr("600 bars of 1 h, 2020-09-14T00:00:00Z"));
  options.asset = "NAMED";
  EXPECT_EQ(calibrate(bars, options).market.asset, "NAMED");
}

TEST(Tolerance, HoldsAsItsKindSays) {
  EXPECT_TRUE((Tolerance{ToleranceKind::absolute, 0.06}).met(0.30, 0.355));
  EXPECT_FALSE((Tolerance{ToleranceKind::absolute, 0.06}).met(0.30, 0.365));
  EXPECT_TRUE((Tolerance{ToleranceKind::relative, 0.05}).met(2.0, 2.09));
  EXPECT_FALSE((Tolerance{ToleranceKind::relative, 0.05}).met(2.0, 1.89));
  EXPECT_TRUE((Tolerance{ToleranceKind::factor, 1.5}).met(3.0, 4.4));
  EXPECT_FALSE((Tolerance{ToleranceKind::factor, 1.5}).met(3.0, 1.9));
  EXPECT_FALSE((Tolerance{ToleranceKind::absolute, 0.06}).met(0.3, std::nan("")));
}

TEST(Calibration, IsAcceptedWhenMediansAndTheKurtosisBandHold) {
  Calibration made;
  made.facts.push_back({Fact::hill_5, 3.0, {2.9, 3.1}, 3.3, {3.1, 3.5}, {ToleranceKind::absolute, 0.4}});
  EXPECT_TRUE(made.accepted());  // outside of its band, but that is asked of kurtosis alone
  made.facts.push_back({Fact::excess_kurtosis, 30.0, {20, 40}, 20.0, {10, 29}, {}});
  EXPECT_FALSE(made.accepted());
  made.facts.back().band.upper = 31;
  EXPECT_TRUE(made.accepted());
  made.facts.front().median = 3.5;
  EXPECT_FALSE(made.accepted());
}

}  // namespace
}  // namespace marketmimic
