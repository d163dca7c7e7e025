#include "host/decomposition/event_calls.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "host/decomposition/decompose.hpp"
#include "known_rule.hpp"
#include "logs.hpp"

namespace marketmimic {
namespace {

KnownRule trend_follower() {
  KnownRule rule;
  rule.entry = KnownRule::Entry::events;
  rule.minutes = false;
  return rule;
}

const EventCall* find(const std::vector<EventCall>& calls, bool reduces, int side, MarketEvent event) {
  const auto found = std::find_if(calls.begin(), calls.end(), [=](const EventCall& c) {
    return c.reduces == reduces && c.side == side && c.event == event;
  });
  return found == calls.end() ? nullptr : &*found;
}

TEST(EventCalls, AreWhatATraderGoesBy) {
  const Bars bars = random_bars(40'000, 0.003, 5);
  const Fills log = trade(trend_follower(), bars).fills;
  const Ledger ledger = build_ledger(log);
  const std::vector<EventCall> calls = learn_event_calls(ledger, MarketClock(bars, ledger, {}));
  for (const int side : {1, -1}) {
    const EventCall* const entry = find(calls, false, side, side > 0 ? MarketEvent::trend_up : MarketEvent::trend_down);
    ASSERT_NE(entry, nullptr);
    EXPECT_GT(entry->of, 40u);
    EXPECT_GT(static_cast<double>(entry->answered), 0.9 * static_cast<double>(entry->of))
        << "but for trends that went on as a position was left";
    EXPECT_LT(entry->by_chance, 0.1 * static_cast<double>(entry->of));
    EXPECT_EQ(events_calling(calls, false, side), event_bit(entry->event)) << "and nothing else";
    const EventCall* const range = find(calls, true, side, MarketEvent::range);
    const EventCall* const stop = find(calls, true, side, MarketEvent::drawdown_stop);
    ASSERT_TRUE(range != nullptr && stop != nullptr);
    EXPECT_EQ(range->answered + stop->answered, range->of) << "every exit has one of the two reasons";
    EXPECT_EQ(events_calling(calls, true, side), event_bit(MarketEvent::range) | event_bit(MarketEvent::drawdown_stop));
  }
}

TEST(EventCalls, AreNoneOfATraderWhoLooksAtNothing) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Bars bars = random_bars(8000, 0.003, seed);
    const Ledger ledger = build_ledger(blind_buys(bars, seed));
    EXPECT_TRUE(learn_event_calls(ledger, MarketClock(bars, ledger, {})).empty()) << seed;
  }
}

TEST(EventCalls, AFewThatCoincideTellNothing) {
  const Bars bars = random_bars(40'000, 0.003, 5);
  Fills log = trade(trend_follower(), bars).fills;
  log.fills.resize(8);
  const Ledger ledger = build_ledger(log);
  EXPECT_TRUE(learn_event_calls(ledger, MarketClock(bars, ledger, {})).empty()) << "four round trips";
}

/// The same walk, three times as volatile in every other stretch of 100 bars.
Bars in_bursts(const Bars& calm) {
  Bars bars = calm;
  double before = calm.bars.front().open, now = before;
  for (std::size_t i = 0; i < bars.bars.size(); ++i) {
    const double factor = i / 100 % 2 == 0 ? 1 : 3;
    const auto moved = [&](double price) { return now * std::pow(price / before, factor); };
    Bar& bar = bars.bars[i];
    bar = {bar.time_ms, now, moved(bar.high), moved(bar.low), moved(bar.close), bar.volume};
    before = calm.bars[i].close;
    now = bar.close;
  }
  return bars;
}

TEST(EventCalls, AreWhatPrimitivesWaitForWhateverTheirNames) {
  const Bars bars = in_bursts(random_bars(40'000, 0.001, 5));
  DecompositionOptions options;
  options.rotations = 0;
  const Decomposition d = decompose(trade(trend_follower(), bars).fills, bars, options);
  std::size_t entries = 0, called = 0, renamed = 0;
  for (const Cycle& cycle : d.strategy.cycles) {
    const Primitive& entry = d.strategy.primitives[cycle.first];
    ++entries;
    called += entry.trigger == event_bit(cycle.side > 0 ? MarketEvent::trend_up : MarketEvent::trend_down) ? 1 : 0;
    renamed += entry.kind == static_cast<std::uint32_t>(PrimitiveKind::breakout_entry) ? 1 : 0;
  }
  EXPECT_EQ(called, entries);
  EXPECT_GT(renamed, entries / 10) << "of which some came with a volatility break, too";
}

}  // namespace
}  // namespace marketmimic
