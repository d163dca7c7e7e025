// What calibrate() refuses, and what it notices; small fits only.

#include "host/calibration/calibrate.hpp"

#include "tests/calibration/support.hpp"

namespace marketmimic {
namespace {

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

TEST(Calibrate, RefusesHalvesThatAreTooShort) {
  CalibrationOptions options = quick();
  options.judge_on = JudgeOn::second_half;
  expect_refused([&] { calibrate(bars_of(coin(), 990, kHourMs, 1), options); }, ExitCode::input_data,
                 {"494 returns", "at least 500"});
}

}  // namespace
}  // namespace marketmimic
