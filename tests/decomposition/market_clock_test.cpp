#include "host/decomposition/market_clock.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "logs.hpp"

namespace marketmimic {
namespace {

/// Calm bars, then a fall of 5 % in two bars.
std::vector<double> crash_at(std::size_t when, std::size_t count) {
  std::vector<double> closes = calm(count);
  for (std::size_t i = when; i < count; ++i) closes[i] *= i == when ? 0.97 : 0.95;
  return closes;
}

TEST(MarketClock, IsTheDetectorsBarByBar) {
  const Bars bars = bars_of(crash_at(300, 330));
  const Ledger ledger = build_ledger(log_of({fill(250 * 300.0, 1, 100, "a"), fill(310 * 300.0, -1, 95, "b")}));
  const DetectorParameters parameters;
  const MarketClock clock(bars, ledger, parameters);

  // The same by hand: the first half-life's mean square return starts the usual variance.
  double squares = 0;
  for (std::size_t i = 0; i < 288; ++i) squares += std::pow(std::log(bars.bars[i].close / bars.bars[i].open), 2);
  Detectors expected = Detectors::start(0.0f, static_cast<float>(squares / 288));
  const DetectorStep step = DetectorStep::of(parameters);
  for (std::size_t i = 0; i < bars.bars.size(); ++i) {
    const bool held = i >= 250 && i < 310;  // traded within bar 250, and within bar 310
    expected.update(step, static_cast<float>(std::log(bars.bars[i].close / bars.bars[0].open)), held ? 1.0f : 0.0f);
    ASSERT_EQ(std::memcmp(&expected, &clock.states()[i + 1], sizeof expected), 0) << "bar " << i;
  }
}

TEST(MarketClock, KnowsABarOnlyOnceItHasEnded) {
  const Bars bars = bars_of(crash_at(300, 330));
  const MarketClock clock(bars, build_ledger(log_of({fill(0, 1, 100, "a")})), {});
  const std::uint32_t crash = event_bit(MarketEvent::crash);
  const std::int64_t end = kStartMs + 301 * 300'000;
  EXPECT_EQ(clock.at(end - 1).active & crash, 0u);
  EXPECT_NE(clock.at(end).active & crash, 0u);
  EXPECT_NE(clock.started(end - 1, end) & crash, 0u);
  EXPECT_EQ(clock.started(end, end + 300'000) & crash, 0u) << "it begins once";
  EXPECT_EQ(clock.started(end - 1, end - 1), 0u);
  EXPECT_NE(clock.at(end + 5 * 300'000).active & event_bit(MarketEvent::drawdown_stop), 0u) << "the long position lost";
}

TEST(MarketClock, TakesWhatRoundingLeavesForNoPosition) {
  // 0.1 + 0.2 - 0.3 is not 0. The price falls while nothing is held; a new position must not inherit the old best
  // price.
  const Bars bars = bars_of(crash_at(300, 330));
  const auto at = [](int bar) { return 300.0 * bar + 60; };
  const Ledger ledger =
      build_ledger(log_of({fill(at(280), 0.1, 100, "a"), fill(at(280), 0.2, 100, "a"), fill(at(290), -0.3, 100, "b"),
                           fill(at(305), 0.1, 95, "c"), fill(at(320), -0.1, 95, "d")}));
  ASSERT_NE(ledger.changes[2].after, 0);
  const MarketClock clock(bars, ledger, {});
  for (int bar = 290; bar < 305; ++bar) EXPECT_EQ(clock.states()[static_cast<std::size_t>(bar) + 1].position, 0);
  for (int bar = 306; bar < 320; ++bar)
    EXPECT_EQ(clock.states()[static_cast<std::size_t>(bar) + 1].active & event_bit(MarketEvent::drawdown_stop), 0u);
}

TEST(MarketClock, TakesAPositionTradedAgainInTheSameBarForAnotherOne) {
  const Bars bars = bars_of(crash_at(300, 330));
  const auto at = [](int bar, int second) { return 300.0 * bar + second; };
  const std::int64_t later = kStartMs + 305 * 300'000;
  const auto drawn_down = [&](std::vector<Fill> fills) {
    const MarketClock clock(bars, build_ledger(log_of(std::move(fills))), {});
    return (clock.at(later).active & event_bit(MarketEvent::drawdown_stop)) != 0;
  };
  const Fill entry = fill(at(280, 60), 1, 100, "a"), exit = fill(at(320, 60), -1, 95, "d");
  EXPECT_TRUE(drawn_down({entry, exit}));
  EXPECT_FALSE(drawn_down({entry, fill(at(302, 10), -1, 95, "b"), fill(at(302, 20), 1, 95, "c"), exit}))
      << "the one held since has lost nothing";
}

TEST(MarketClock, HasAStateBeforeTheFirstBar) {
  const MarketClock clock(bars_of(calm(10)), build_ledger(log_of({fill(0, 1, 100, "a")})), {});
  EXPECT_EQ(clock.at(kStartMs - 1).active, 0u);
  EXPECT_GT(clock.at(kStartMs - 1).sigma(), 0);
}

TEST(MarketClock, TakesBarsThatNeverMove) {
  const MarketClock clock(bars_of(std::vector<double>(50, 3.0)), build_ledger(log_of({fill(0, 1, 3, "a")})), {});
  for (const Detectors& state : clock.states()) {
    EXPECT_TRUE(std::isfinite(state.burst()));
    EXPECT_EQ(state.active & ~event_bit(MarketEvent::range), 0u);
  }
}

}  // namespace
}  // namespace marketmimic
