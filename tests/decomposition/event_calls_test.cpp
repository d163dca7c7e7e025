#include "host/decomposition/event_calls.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <random>
#include <set>
#include <utility>
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

std::vector<EventCall> calls_in(const Fills& log, const Bars& bars) {
  const Ledger ledger = build_ledger(log);
  return learn_event_calls(ledger, MarketClock(bars, ledger, {}));
}

TEST(EventCalls, AreWhatATraderGoesBy) {
  const Bars bars = random_bars(40'000, 0.003, 5);
  const std::vector<EventCall> calls = calls_in(trade(trend_follower(), bars).fills, bars);
  for (const int side : {1, -1}) {
    const EventCall* const entry = find(calls, false, side, side > 0 ? MarketEvent::trend_up : MarketEvent::trend_down);
    ASSERT_NE(entry, nullptr);
    EXPECT_GT(entry->deeds, 40u);
    EXPECT_EQ(entry->answered, entry->began) << "every trend is followed";
    EXPECT_GT(static_cast<double>(entry->answered), 0.9 * static_cast<double>(entry->deeds))
        << "but for trends that went on as a position was left";
    EXPECT_LT(entry->by_chance, 0.1 * static_cast<double>(entry->answered));
    EXPECT_EQ(events_calling(calls, false, side), event_bit(entry->event)) << "and nothing else";
    const EventCall* const range = find(calls, true, side, MarketEvent::range);
    const EventCall* const stop = find(calls, true, side, MarketEvent::drawdown_stop);
    ASSERT_TRUE(range != nullptr && stop != nullptr);
    EXPECT_EQ(range->answered + stop->answered, range->deeds) << "every exit has one of the two reasons";
    EXPECT_EQ(events_calling(calls, true, side), event_bit(MarketEvent::range) | event_bit(MarketEvent::drawdown_stop));
  }
}

TEST(EventCalls, AreNoneOfATraderWhoLooksAtNothing) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Bars bars = random_bars(8000, 0.003, seed);
    EXPECT_TRUE(calls_in(blind_buys(bars, seed), bars).empty()) << seed;
  }
}

/// Five round trips within a bar in `bursts` bars drawn at random.
Fills blind_bursts(const Bars& bars, std::size_t bursts, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::set<std::size_t> chosen;
  while (chosen.size() < bursts) chosen.insert(1 + engine() % (bars.bars.size() - 1));
  std::vector<Fill> fills;
  for (const std::size_t i : chosen)
    for (std::size_t trade = 0; trade < 10; ++trade) {
      const double seconds = static_cast<double>(bars.bars[i].time_ms - kStartMs) / 1000 + 5;
      fills.push_back(fill(seconds + 20.0 * static_cast<double>(trade), trade % 2 == 0 ? 1 : -1, bars.bars[i].open,
                           fmt::format("{}-{}", i, trade)));
    }
  return log_of(std::move(fills));
}

TEST(EventCalls, CountABarOnceHoweverOftenItIsTradedIn) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Bars bars = random_bars(8000, 0.003, seed);
    EXPECT_TRUE(calls_in(blind_bursts(bars, 12, seed), bars).empty()) << seed;
  }
}

TEST(EventCalls, WhileTheTraderSleepsAreNotAnswered) {
  const Bars bars = random_bars(20'000, 0.003, 5);
  const Fills nobody = log_of({fill(0, 1, 100, "a")});
  const MarketClock market(bars, build_ledger(nobody), {});
  std::vector<std::size_t> trends, in_hours;
  for (std::size_t i = 300; i < bars.bars.size(); ++i)
    if ((market.states()[i + 1].started & event_bit(MarketEvent::trend_up)) != 0) trends.push_back(i);
  std::copy_if(trends.begin(), trends.end(), std::back_inserter(in_hours), in_the_day);
  ASSERT_LT(2 * in_hours.size(), trends.size()) << "most trends begin at other times";
  const std::vector<EventCall> calls = calls_in(buys_after(bars, in_hours), bars);
  const EventCall* const entry = find(calls, false, 1, MarketEvent::trend_up);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->answered, entry->deeds);
  EXPECT_EQ(entry->answered, entry->began);
}

/// The bars until `end_ms`, and the log's fills in them.
std::pair<Bars, Fills> until(const Bars& bars, const Fills& log, std::int64_t end_ms) {
  std::pair<Bars, Fills> part{bars, log};
  std::erase_if(part.first.bars, [=](const Bar& b) { return b.time_ms >= end_ms; });
  std::erase_if(part.second.fills, [=](const Fill& f) { return f.time_ms >= end_ms; });
  return part;
}

TEST(EventCalls, AFewThatCoincideTellNothing) {
  const Bars bars = random_bars(40'000, 0.003, 5);
  const Fills log = trade(trend_follower(), bars).fills;
  const auto first_after = [&](std::size_t trips) { return until(bars, log, log.fills[2 * trips].time_ms); };
  const auto [few_bars, few] = first_after(4);
  EXPECT_TRUE(calls_in(few, few_bars).empty()) << "four round trips, each with a trend";
  const auto [more_bars, more] = first_after(30);
  EXPECT_FALSE(calls_in(more, more_bars).empty());
}

TEST(EventCalls, AreAnsweredAsARule) {
  const Bars bars = random_bars(40'000, 0.003, 5);
  Fills log = trade(trend_follower(), bars).fills;
  std::vector<Fill> kept;  // of three round trips in a row, one
  for (std::size_t i = 0; i + 1 < log.fills.size(); i += 6) kept.insert(kept.end(), &log.fills[i], &log.fills[i] + 2);
  log.fills = kept;
  const std::vector<EventCall> calls = calls_in(log, bars);
  EXPECT_EQ(find(calls, false, 1, MarketEvent::trend_up), nullptr) << "one of three is far beyond chance, but no rule";
  EXPECT_NE(find(calls, true, 1, MarketEvent::range), nullptr) << "what is left is left as ever";
}

TEST(EventCalls, AreHeldAgainstWhatOpensAPositionNotAgainstWhatAddsToIt) {
  const Bars bars = random_bars(40'000, 0.003, 5);
  const Fills plain = trade(trend_follower(), bars).fills;
  Fills log = plain;
  for (std::size_t i = 0; i + 1 < plain.fills.size(); i += 2) {  // the same again, a second after each entry
    Fill added = plain.fills[i];
    added.time_ms += 1000;
    log.fills.push_back(added);
    log.fills[i + 1].size = 2;
  }
  const std::vector<EventCall> calls = calls_in(log, bars), alone = calls_in(plain, bars);
  ASSERT_EQ(calls.size(), alone.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].event, alone[i].event);
    EXPECT_EQ(calls[i].deeds, alone[i].deeds);
    EXPECT_EQ(calls[i].answered, alone[i].answered);
  }
}

TEST(EventCalls, ExplainExitsOrDoNot) {
  const Bars bars = random_bars(40'000, 0.003, 5);
  const Ledger ledger = build_ledger(trade(trend_follower(), bars).fills);
  const MarketClock market(bars, ledger, {});
  const std::vector<EventCall> calls = learn_event_calls(ledger, market);
  const std::vector<std::uint32_t> called = called_exits(calls, ledger, market);
  ASSERT_EQ(called.size(), ledger.cycles.size());
  std::vector<bool> exits(ledger.cycles.size(), true);
  EXPECT_TRUE(events_explain(called, exits));
  std::vector<EventCall> ranges = calls;
  std::erase_if(ranges, [](const EventCall& c) { return c.event != MarketEvent::range; });
  ASSERT_FALSE(ranges.empty());
  EXPECT_FALSE(events_explain(called_exits(ranges, ledger, market), exits)) << "less than nine in ten";
  exits.assign(exits.size(), false);
  EXPECT_FALSE(events_explain(called, exits)) << "of none";
}

/// What is bought and sold at once in one order, as a flip.
Fills netted(const Fills& log) {
  Fills net = log;
  net.fills.clear();
  for (const Fill& f : log.fills) {
    if (net.fills.empty() || net.fills.back().time_ms != f.time_ms)
      net.fills.push_back(f);
    else
      net.fills.back().size += f.size;
  }
  return net;
}

TEST(EventCalls, ThatTurnPositionsAreToldFromThoseThatEndThem) {
  const Bars bars = random_bars(40'000, 0.003, 5);
  DecompositionOptions options;
  options.rotations = 0;
  KnownRule rule = trend_follower();
  const TradingRules ending = decompose(trade(rule, bars).fills, bars, options).strategy.rules;
  EXPECT_EQ(ending.turns_on[0] | ending.turns_on[1], 0u);
  rule.turns = true;
  const Fills log = trade(rule, bars).fills;
  for (const Fills& fills : {log, netted(log)}) {
    const Strategy turning = decompose(fills, bars, options).strategy;
    constexpr std::uint32_t up = event_bit(MarketEvent::trend_up), down = event_bit(MarketEvent::trend_down);
    EXPECT_EQ(turning.rules.exits_on[0], down);
    EXPECT_EQ(turning.rules.exits_on[1], up);
    EXPECT_EQ(turning.rules.turns_on[0], down);
    EXPECT_EQ(turning.rules.turns_on[1], up);
    ASSERT_GT(turning.cycles.size(), 40u);
    for (const Cycle& cycle : turning.cycles)
      EXPECT_EQ(turning.primitives[cycle.first].trigger, cycle.side > 0 ? up : down) << "whatever its name";
  }
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
  EXPECT_FALSE(d.exits.stop) << "a drawdown is left on its event, not on a level as far away";
  for (const Cycle& cycle : d.strategy.cycles)
    if (cycle.ends_flat != 0) EXPECT_EQ(cycle.exit_cause, static_cast<std::uint32_t>(ExitCause::event));
  constexpr std::uint32_t over = event_bit(MarketEvent::range) | event_bit(MarketEvent::drawdown_stop);
  EXPECT_EQ(d.strategy.rules.exits_on[0], over);
  EXPECT_EQ(d.strategy.rules.exits_on[1], over);
  EXPECT_GT(renamed, entries / 10) << "of which some came with a volatility break, too";
}

}  // namespace
}  // namespace marketmimic
