#include "host/decomposition/signal_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <vector>

#include "host/decomposition/decompose.hpp"
#include "host/decomposition/entry_forecast.hpp"
#include "host/decomposition/join.hpp"
#include "known_rule.hpp"
#include "logs.hpp"

namespace marketmimic {
namespace {

constexpr DecompositionOptions kOptions = {.step_seconds = 900, .detectors = {}, .rotations = 0};

std::optional<SignalFit> fitted(const Fills& fills, const Bars& bars) {
  return fit_entry_signal(build_ledger(fills), bars);
}

TEST(EntrySignal, BreaksOutOfTheClosesBefore) {
  const std::vector<float> closes = {4, 3, 3, 1, 2, 5};  // the latest first
  const auto read = [&](std::uint32_t slow, std::int32_t direction) {
    const EntrySignal signal{static_cast<std::uint32_t>(SignalFamily::breakout), 1, slow, direction};
    return signal.read([&](std::uint32_t k) { return closes[k]; });
  };
  EXPECT_EQ(read(4, 1), 1);
  EXPECT_EQ(read(4, -1), -1);
  EXPECT_EQ(read(5, 1), 0) << "5 was higher, 1 lower";
}

TEST(EntrySignal, CrossesWhereTheMeansChangePlaces) {
  const EntrySignal signal{static_cast<std::uint32_t>(SignalFamily::crossing), 2, 4, 1};
  const auto read = [&](std::vector<double> closes) { return signal.read([&](std::uint32_t k) { return closes[k]; }); };
  EXPECT_EQ(read({9, 3, 3, 3, 3}), 1) << "6 above 4.5, before 3 and 3";
  EXPECT_EQ(read({0, 3, 3, 3, 2}), -1) << "1.5 below 2.25, before 3 above 2.75";
  EXPECT_EQ(read({0, 3, 3, 3, 4}), 0) << "below already: 3 below 3.25 before";
  EXPECT_EQ(read({9, 9, 3, 3, 3}), 0) << "above already: 6 above 4.5 before";
}

TEST(EntrySignal, IsOutsideItsBands) {
  const EntrySignal signal{static_cast<std::uint32_t>(SignalFamily::bands), 1, 5, 1, 3, 1.9f};
  const auto read = [&](std::vector<double> closes) { return signal.read([&](std::uint32_t k) { return closes[k]; }); };
  EXPECT_EQ(read({1, 0, 0, 0, 0, 9}), 1) << "mean 0.2, deviation 0.4: two of them above";
  EXPECT_EQ(read({-1, 0, 0, 0, 0, 9}), -1);
  EXPECT_EQ(read({1, 0, 0.5, 0, 0, 9}), 0) << "0.7 above the mean of 0.3, 1.75 deviations of 0.4";
  EXPECT_EQ(read({7, 7, 7, 7, 7, 7}), 0);
}

/// Wilder's index (New Concepts in Technical Trading Systems, 1978) of closes, the last first: the mean of the first
/// `n` of `count` changes, then (n - 1) parts of what was and one of the new.
double strength_index(const std::vector<double>& closes, std::size_t n, std::size_t count) {
  double up = 0, down = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double change = closes[count - 1 - i] - closes[count - i];
    const double before = static_cast<double>(i < n ? i : n - 1), parts = before + 1;
    up = (up * before + std::max(change, 0.0)) / parts;
    down = (down * before + std::max(-change, 0.0)) / parts;
  }
  return 100 - 100 / (1 + up / down);
}

TEST(EntrySignal, IsStrongOrWeakAsWildersIndexSays) {
  std::mt19937_64 engine(3);
  std::normal_distribution<double> change(0, 0.01);
  int strong = 0, weak = 0;
  for (int trial = 0; trial < 400; ++trial) {
    std::vector<double> closes(61);
    for (std::size_t k = closes.size() - 1; k-- > 0;) closes[k] = closes[k + 1] + change(engine);
    for (const std::uint32_t slow : {14u, 60u}) {
      const EntrySignal signal{static_cast<std::uint32_t>(SignalFamily::strength), 14, slow, 1, 3, 35};
      const int read = signal.read([&](std::uint32_t k) { return closes[k]; });
      const double index = strength_index(closes, 14, slow);
      if (std::abs(index - 35) > 1e-3 && std::abs(index - 65) > 1e-3)
        EXPECT_EQ(read, index > 65 ? 1 : (index < 35 ? -1 : 0)) << index;
      strong += read > 0 ? 1 : 0;
      weak += read < 0 ? 1 : 0;
    }
  }
  EXPECT_GT(strong, 20);
  EXPECT_GT(weak, 20);
}

/// Buys what the signal sells and sells what it buys, at the next open; out ten bars later.
TEST(SignalFit, FindsBandsAndStrengthsOfWhoTradesAgainstThem) {
  const Bars bars = random_bars(12'000, 0.008, 27);
  for (const EntrySignal& planted :
       {EntrySignal{static_cast<std::uint32_t>(SignalFamily::bands), 1, 20, -1, 3, 2},
        EntrySignal{static_cast<std::uint32_t>(SignalFamily::strength), 14, 14, -1, 3, 25},
        EntrySignal{static_cast<std::uint32_t>(SignalFamily::strength), 9, 90, -1, 3, 30}}) {
    std::vector<Fill> fills;
    for (std::size_t i = 100; i + 12 < bars.bars.size(); ++i) {
      const int side = signal_at(planted, bars, i);
      if (side == 0) continue;
      const auto at = [&](std::size_t bar) { return static_cast<double>(bars.bars[bar].time_ms - kStartMs) / 1000; };
      fills.push_back(fill(at(i + 1), side, bars.bars[i + 1].open, std::to_string(fills.size())));
      i += 10;
      fills.push_back(fill(at(i + 1), -side, bars.bars[i + 1].open, std::to_string(fills.size())));
    }
    const auto found = fitted(log_of(fills), bars);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->signal.family, planted.family);
    EXPECT_EQ(found->signal.slow, planted.slow);
    EXPECT_EQ(found->signal.fast, planted.fast);
    EXPECT_EQ(found->signal.level, planted.level);
    EXPECT_EQ(found->signal.direction, -1);
    EXPECT_GT(static_cast<double>(found->told), 0.97 * static_cast<double>(found->entries));
  }
}

TEST(SignalFit, FindsTheRuleBehindALog) {
  const Bars bars = random_bars(8000, 0.008, 21);
  const std::vector<KnownRule> rules = {
      {.entry = KnownRule::Entry::breakout, .slow = 37},
      {.entry = KnownRule::Entry::crossing, .fast = 9, .slow = 30},
  };
  for (const KnownRule& rule : rules) {
    KnownLog log = trade(rule, bars);
    const auto found = fitted(log.fills, bars);
    ASSERT_TRUE(found.has_value());
    const bool breakout = rule.entry == KnownRule::Entry::breakout;
    EXPECT_EQ(found->signal.family,
              static_cast<std::uint32_t>(breakout ? SignalFamily::breakout : SignalFamily::crossing));
    EXPECT_EQ(found->signal.slow, rule.slow);
    if (!breakout) EXPECT_EQ(found->signal.fast, rule.fast);
    EXPECT_EQ(found->signal.direction, 1);
    EXPECT_GT(static_cast<double>(found->told), 0.97 * static_cast<double>(found->entries));
    EXPECT_GT(static_cast<double>(found->followed), 0.97 * static_cast<double>(found->calls));

    for (Fill& fill : log.fills.fills) fill.side = -fill.side;
    const auto against = fitted(log.fills, bars);
    ASSERT_TRUE(against.has_value());
    EXPECT_EQ(against->signal.direction, -1) << "who sells what the rule buys trades against the market";
    EXPECT_EQ(against->signal.slow, rule.slow);
  }
}

TEST(SignalFit, KnowsATraderWhoSleeps) {
  const Bars bars = random_bars(8000, 0.008, 23);
  const EntrySignal breakout{static_cast<std::uint32_t>(SignalFamily::breakout), 1, 20, 1};
  std::vector<std::size_t> signals, in_hours;
  for (std::size_t i = 50; i < bars.bars.size(); ++i)
    if (signal_at(breakout, bars, i) > 0) signals.push_back(i);
  std::copy_if(signals.begin(), signals.end(), std::back_inserter(in_hours), in_the_day);
  ASSERT_LT(2 * in_hours.size(), signals.size());
  const auto found = fitted(buys_after(bars, in_hours), bars);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->signal.family, breakout.family);
  EXPECT_EQ(found->signal.slow, breakout.slow);
  EXPECT_EQ(found->followed, found->calls);
}

TEST(SignalFit, KnowsATraderWhoOnlyBuys) {
  const Bars bars = random_bars(8000, 0.008, 22);
  KnownLog log = trade({.entry = KnownRule::Entry::breakout, .slow = 24}, bars);
  std::vector<Fill> longs;
  for (std::size_t i = 0; i + 1 < log.fills.fills.size(); i += 2)
    if (log.fills.fills[i].side > 0) longs.insert(longs.end(), {log.fills.fills[i], log.fills.fills[i + 1]});
  log.fills.fills = longs;
  const auto found = fitted(log.fills, bars);
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->takes[0]);
  EXPECT_FALSE(found->takes[1]);
  EXPECT_EQ(found->signal.slow, 24u);
}

TEST(SignalFit, ForetellsTheEntriesThatItDidNotSee) {
  const Bars bars = random_bars(8000, 0.008, 26);
  const Ledger ledger = build_ledger(trade({.entry = KnownRule::Entry::breakout, .slow = 24}, bars).fills);
  const std::size_t fitted = ledger.cycles.size() / 2;
  const EntryForecast forecast = forecast_by_signal(ledger, bars, fitted);
  ASSERT_EQ(forecast.sides.size(), 2u);
  std::size_t entered = 0, told = 0;
  for (const ExpectedEntries& side : forecast.sides)
    for (std::size_t i = 0; i < side.entered.size(); ++i) {
      entered += side.entered[i] ? 1 : 0;
      told += side.entered[i] && side.expected[i] ? 1 : 0;
    }
  EXPECT_EQ(entered, ledger.cycles.size() - fitted);
  EXPECT_EQ(told, entered);
}

TEST(SignalFit, FindsNothingWhereEntriesAreDrawn) {
  std::mt19937_64 engine(5);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Bars bars = random_bars(3000, 0.008, 100 + seed);
    std::vector<Fill> fills;
    double time = 3600;
    while (time < 2990.0 * 3600) {
      const double side = engine() % 2 == 0 ? 1 : -1;
      fills.push_back(fill(time, side, 100, "in"));
      time += 3600.0 * static_cast<double>(1 + engine() % 20);
      fills.push_back(fill(time, -side, 100, "out"));
      time += 3600.0 * static_cast<double>(1 + engine() % 20);
    }
    EXPECT_FALSE(fitted(log_of(fills), bars).has_value()) << seed;
  }
}

TEST(ExitCauses, AreThoseOfTheKnownRule) {
  const Bars bars = random_bars(20'000, 0.008, 23);
  const KnownLog log = trade({.entry = KnownRule::Entry::breakout, .slow = 20, .stop = 0.03, .target = 0.05}, bars);
  const Decomposition d = decompose(log.fills, bars, kOptions);
  ASSERT_EQ(d.strategy.cycles.size(), log.reasons.size());
  EXPECT_EQ(d.strategy.rules.flips, 1u);
  std::size_t right[3] = {}, all[3] = {};
  for (std::size_t i = 0; i < log.reasons.size(); ++i) {
    const auto reason = static_cast<std::size_t>(log.reasons[i]);
    ++all[reason];
    right[reason] += d.strategy.cycles[i].exit_cause == reason + 1 ? 1 : 0;  // stop, target, signal on both sides
  }
  for (std::size_t reason = 0; reason < 3; ++reason) {
    ASSERT_GE(all[reason], 100u);
    EXPECT_GT(static_cast<double>(right[reason]), 0.95 * static_cast<double>(all[reason])) << reason;
  }
  EXPECT_NEAR(d.strategy.rules.stop.distance, 0.03, 0.002);
  EXPECT_NEAR(d.strategy.rules.target.distance, 0.05, 0.003);
}

TEST(StrategyMenu, ListsClosedCyclesBySideAndCause) {
  const Bars bars = random_bars(8000, 0.008, 24);
  const Strategy s =
      decompose(trade({.entry = KnownRule::Entry::breakout, .slow = 20}, bars).fills, bars, kOptions).strategy;
  std::size_t listed = 0, own = 0;
  for (const std::int32_t side : {1, -1}) {
    const std::uint32_t place = TradingRules::place(side);
    listed += s.rules.entries[place].count;
    std::size_t by_cause = 0;
    for (std::uint32_t cause = 0; cause < kExitCauses; ++cause) {
      const MenuItem item = s.rules.exits[place][cause];
      by_cause += item.count;
      for (std::uint32_t k = 0; k < item.count; ++k) {
        const Cycle& cycle = s.cycles[s.menu.at(item.first + k)];
        EXPECT_EQ(cycle.side, side);
        EXPECT_EQ(cycle.exit_cause, cause);
        EXPECT_EQ(cycle.reduction, 1u) << "in, and out";
      }
    }
    own += s.rules.exits[place][0].count;
    EXPECT_EQ(by_cause - s.rules.exits[place][0].count, s.rules.entries[place].count);
    for (std::uint32_t k = 0; k < s.rules.entries[place].count; ++k)
      EXPECT_NE(s.cycles[s.menu.at(s.rules.entries[place].first + k)].exit_cause, 0u);
  }
  EXPECT_EQ(listed + own, s.cycles.size());
  EXPECT_LT(static_cast<double>(own), 0.05 * static_cast<double>(s.cycles.size()));
}

TEST(StrategyMenu, LeavesOutFewExitsThatNoRuleExplainsButNoSide) {
  const Bars bars = random_bars(8000, 0.008, 24);
  Strategy s = decompose(trade({.entry = KnownRule::Entry::breakout, .slow = 20}, bars).fills, bars, kOptions).strategy;
  for (Cycle& cycle : s.cycles) cycle.exit_cause = cycle.side > 0 ? 1 : 0;
  const auto first_long =
      std::find_if(s.cycles.begin(), s.cycles.end(), [](const Cycle& cycle) { return cycle.side > 0; });
  first_long->exit_cause = 0;
  organise(s);
  EXPECT_EQ(s.rules.entries[0].count, s.rules.exits[0][1].count) << "one of many longs";
  EXPECT_EQ(s.rules.exits[0][0].count, 1u);
  EXPECT_EQ(s.rules.entries[1].count, s.rules.exits[1][0].count);
  EXPECT_GT(s.rules.entries[1].count, 20u) << "all shorts";
}

TEST(Join, KeepsTheRulesThatEveryLogShows) {
  const Bars bars = random_bars(8000, 0.008, 25);
  const KnownRule one = {.entry = KnownRule::Entry::breakout, .slow = 20};
  const KnownRule other = {.entry = KnownRule::Entry::breakout, .slow = 50};
  const auto strategy = [&](const KnownRule& rule) {
    return decompose(trade(rule, bars).fills, bars, kOptions).strategy;
  };
  const Strategy a = strategy(one), b = strategy(other);
  const Strategy twice = joined({a, a}), mixed = joined({a, b});
  EXPECT_EQ(twice.rules.entry.slow, 20u);
  EXPECT_FLOAT_EQ(twice.rules.stop.distance, a.rules.stop.distance);
  EXPECT_EQ(twice.rules.entries[0].count, 2 * a.rules.entries[0].count);
  EXPECT_EQ(mixed.rules.entry.family, 0u);
  EXPECT_GT(mixed.rules.stop.distance, 0);
  Strategy remembers[2] = {a, a};
  for (Strategy& each : remembers) each.rules.stop.unit = static_cast<std::uint32_t>(ExitUnit::window);
  remembers[0].rules.stop.memory = 100;
  remembers[1].rules.stop.memory = 110;
  EXPECT_EQ(joined({remembers[0], remembers[1]}).rules.stop.memory, 105);
  remembers[1].rules.stop.memory = 130;
  EXPECT_EQ(joined({remembers[0], remembers[1]}).rules.stop.distance, 0) << "measured otherwise";
  for (const Cycle& cycle : mixed.cycles) EXPECT_NE(cycle.exit_cause, static_cast<std::uint32_t>(ExitCause::signal));
}

}  // namespace
}  // namespace marketmimic
