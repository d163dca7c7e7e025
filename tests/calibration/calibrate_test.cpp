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
  for (const FittedFact& fact : found.judgement.facts)
    EXPECT_THAT(std::string(name(fact.fact)), testing::Not(testing::StartsWith("volume")));
}

TEST(Calibrate, GivesTheSameForAnyNumberOfThreads) {
  const Bars bars = bars_of(coin(), 600, kHourMs, 2);
  CalibrationOptions options = quick();
  const Calibration one = calibrate(bars, options);
  options.threads = 3;
  const Calibration three = calibrate(bars, options);
  EXPECT_EQ(market_text(one.market), market_text(three.market));
  ASSERT_EQ(one.judgement.facts.size(), three.judgement.facts.size());
  for (std::size_t i = 0; i < one.judgement.facts.size(); ++i) {
    EXPECT_EQ(one.judgement.facts[i].median, three.judgement.facts[i].median);
    EXPECT_EQ(one.judgement.facts[i].interval.lower, three.judgement.facts[i].interval.lower);
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

TEST(Calibrate, FitsTheFirstHalfAndJudgesOnTheSecond) {
  Bars bars = bars_of(coin(), 1400, kHourMs, 3);
  CalibrationOptions options = quick();
  options.judge_on = JudgeOn::second_half;
  const Calibration halves = calibrate(bars, options);
  ASSERT_TRUE(halves.first_half.has_value());

  Bars first = bars, second = bars;
  first.bars.erase(first.bars.begin() + 700, first.bars.end());
  second.bars.erase(second.bars.begin(), second.bars.begin() + 700);
  const Calibration alone = calibrate(first, quick());
  EXPECT_FALSE(alone.first_half.has_value());
  EXPECT_EQ(market_text(halves.market), market_text(alone.market));  // nothing of the second half is in the fit
  const Facts of_first = facts_of(log_returns(first), calendar_of(first));
  const Facts of_second = facts_of(log_returns(second), calendar_of(second));
  for (const FittedFact& fact : halves.judgement.facts) {
    EXPECT_EQ(fact.measured, of_second[fact.fact]) << name(fact.fact);
    EXPECT_EQ((*halves.first_half)[fact.fact], of_first[fact.fact]) << name(fact.fact);
  }
}

TEST(Calibrate, RefusesHalvesThatAreTooShort) {
  CalibrationOptions options = quick();
  options.judge_on = JudgeOn::second_half;
  expect_refused([&] { calibrate(bars_of(coin(), 990, kHourMs, 1), options); }, ExitCode::input_data,
                 {"494 returns", "at least 500"});
}

}  // namespace
}  // namespace marketmimic
