// A plan that follows a demonstration's rules.
#include "marketmimic/trading_rules.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "marketmimic/sequencer.hpp"

namespace marketmimic {
namespace {

constexpr float kStep = 60;
constexpr auto code(ExitCause cause) { return static_cast<std::uint32_t>(cause); }
constexpr auto log_price = static_cast<std::uint32_t>(ExitUnit::log_price),
               smoothed = static_cast<std::uint32_t>(ExitUnit::smoothed),
               window = static_cast<std::uint32_t>(ExitUnit::window),
               true_range = static_cast<std::uint32_t>(ExitUnit::true_range);

TEST(ProtectiveLevels, StopAndTargetStandWhereTheEntryPutsThem) {
  TradingRules rules;
  rules.stop = {2, smoothed, 12, 0};
  rules.target = {0.03f, log_price, 0, 0};
  for (const std::int32_t side : {1, -1}) {
    const auto s = static_cast<float>(side);
    ProtectiveLevels levels;
    levels.build(rules, {1e-4f, 4e-4f}, 1, s * 0.1f);  // a volatility of 1 %
    const auto reached = [&](float from, float to) {   // towards the loss, towards the gain
      return levels.reached(rules, side, {std::min(s * from, s * to), std::max(s * from, s * to)});
    };
    EXPECT_EQ(reached(0.0801f, 0.1299f), ExitCause::own);
    EXPECT_EQ(reached(0.0799f, 0.1f), ExitCause::stop);
    EXPECT_EQ(reached(0.1f, 0.1301f), ExitCause::target);
    EXPECT_EQ(reached(0.0799f, 0.1301f), ExitCause::stop) << "both within a step: the worse";
  }
}

TEST(ProtectiveLevels, ATrailingStopFollowsTheBestPriceBarByBar) {
  TradingRules rules;
  rules.stop = {0.02f, log_price, 0, 1};
  for (const std::int32_t side : {1, -1}) {
    const auto s = static_cast<float>(side);
    ProtectiveLevels levels;
    levels.build(rules, {}, 1, 0);
    const auto trail = [&](float to, bool bar_ended) {
      levels.trail(rules, side, {std::min(0.0f, s * to), std::max(0.0f, s * to), 0, bar_ended});
    };
    const auto at = [&](float price) { return levels.reached(rules, side, {s * price, s * price}); };
    trail(0.05f, false);
    EXPECT_EQ(at(0.01f), ExitCause::own) << "the bar goes on";
    trail(0.04f, true);
    EXPECT_EQ(at(0.029f), ExitCause::stop);
    EXPECT_EQ(at(0.031f), ExitCause::own);
  }
}

TEST(ProtectiveLevels, WhatCompletesAYoungPositionForgetsNoBestPrice) {
  TradingRules rules;
  rules.stop = {0.02f, log_price, 0, 1};
  for (const bool bar_ended : {false, true}) {
    ProtectiveLevels levels;
    levels.build(rules, {}, 0.9f, 0);
    levels.trail(rules, 1, {0, 0.05f, 0, bar_ended});
    levels.build(rules, {}, 1, 0);
    levels.trail(rules, 1, {0, 0, 0, true});
    EXPECT_EQ(levels.reached(rules, 1, {0.029f, 0.029f}), bar_ended ? ExitCause::own : ExitCause::stop)
        << "one that grows in a later bar is a new one";
  }
}

TEST(ProtectiveLevels, MeasureFromTheMeanEntryPrice) {
  TradingRules rules;
  rules.target = {0.02f, log_price, 0, 0};
  ProtectiveLevels levels;
  levels.build(rules, {}, 0.25f, 0.0f);
  levels.build(rules, {}, 1.0f, 0.04f);
  EXPECT_NEAR(levels.entry, 0.03f, 1e-7f);
  levels.build(rules, {}, 0.5f, -1.0f);
  EXPECT_NEAR(levels.entry, 0.03f, 1e-7f) << "reductions don't move it";
}

TEST(ProtectiveLevels, AtTheCloseLookAtNothingElse) {
  TradingRules rules;
  rules.stop = {0.02f, log_price, 0, 1, 1};
  rules.target = {0.03f, log_price, 0, 0, 1};
  for (const std::int32_t side : {1, -1}) {
    const auto s = static_cast<float>(side);
    ProtectiveLevels levels;
    levels.build(rules, {}, 1, 0);
    const auto reached = [&](float close, bool bar_ended) {
      const PricesSeen seen = {-0.1f, 0.1f, s * close, bar_ended};
      const ExitCause cause = levels.reached(rules, side, seen);
      levels.trail(rules, side, seen);
      return cause;
    };
    EXPECT_EQ(reached(-0.05f, false), ExitCause::own) << "the bar goes on";
    EXPECT_EQ(reached(0.01f, true), ExitCause::own) << "whatever the bar's low and high";
    EXPECT_EQ(reached(-0.005f, true), ExitCause::own) << "0.015 from the best close";
    EXPECT_EQ(reached(-0.011f, true), ExitCause::stop);
    EXPECT_EQ(reached(0.031f, true), ExitCause::target);
  }
}

TEST(ProtectiveLevels, OfWhatSwingsStandWhereItsLastSwingPutsThem) {
  TradingRules rules;
  rules.stop = {0.02f, log_price, 0, 0};
  ProtectiveLevels still, swinging;
  for (const auto& [held, price] : {std::pair(1.0f, 0.0f), std::pair(0.6f, 0.05f), std::pair(1.0f, 0.05f)}) {
    still.build(rules, {}, held, price, false);
    swinging.build(rules, {}, held, price, true);
  }
  EXPECT_FLOAT_EQ(still.entry, 0) << "what comes back to a position is no part of it";
  EXPECT_FLOAT_EQ(swinging.entry, 0.4f * 0.05f) << "mean price of what is held";
  EXPECT_EQ(still.reached(rules, 1, {-0.01f, 0.05f}), ExitCause::own);
  EXPECT_EQ(swinging.reached(rules, 1, {-0.01f, 0.05f}), ExitCause::stop);
  for (const auto& [held, price] : {std::pair(-0.1f, 0.1f), std::pair(0.0f, 0.2f), std::pair(0.5f, 0.3f)})
    swinging.build(rules, {}, held, price, true);
  EXPECT_FLOAT_EQ(swinging.entry, 0.3f) << "beyond none it is built anew";
}

TEST(Yardsticks, ForgetWithTheirHalfLives) {
  TradingRules rules;
  rules.stop = {1, smoothed, 4, 0};
  rules.target = {1, log_price, 0, 0};
  Yardsticks y{1, 1};
  for (int i = 0; i < 4; ++i) y.update(rules, 0);
  EXPECT_NEAR(y.stop, 0.5f, 1e-6f);
  EXPECT_EQ(y.target, 1) << "in log price: not needed";
}

TEST(Yardsticks, CountWindowsAndTrueRangesAsTheirTextbooksDo) {
  TradingRules rules;
  rules.stop = {1, window, 3, 0};
  rules.target = {1, true_range, 4, 0};
  const std::vector<float> closes = {0.00f, 0.01f, -0.01f, 0.02f, 0.02f};
  const auto close = [&](std::uint32_t k) { return closes[closes.size() - 1 - k]; };
  Yardsticks y = Yardsticks::usual(rules, 1e-4f, 1000);
  EXPECT_NEAR(y.target, 0.01f * std::sqrt(8 / std::acos(-1.0f)), 1e-6f) << "the mean range of a Brownian bar";
  y.look_back(rules, close);
  EXPECT_NEAR(y.stop, (4e-4f + 9e-4f + 0) / 3, 1e-8f);
  y.target = 0.02f;
  y.see(1010, 1030);  // opens above the close before it, 1000
  y.see(1005, 1020);
  y.update(rules, 0);
  EXPECT_NEAR(y.target, 0.02f + (std::log(1.03f) - 0.02f) / 4, 1e-7f);
  EXPECT_FLOAT_EQ(Yardsticks::in_log_price({3, window, 3, 0}, 4e-4f), 0.06f);
  EXPECT_FLOAT_EQ(Yardsticks::in_log_price({3, true_range, 4, 0}, 0.02f), 0.06f);
  EXPECT_FLOAT_EQ(Yardsticks::in_log_price({0.06f, log_price, 0, 0}, 1), 0.06f);
}

/// Cycle 0 is long and was stopped out, 1 long to its target, 2 short and left at the opposite signal.
struct Trader {
  std::vector<Primitive> primitives;
  std::vector<Cycle> cycles;
  std::vector<std::uint32_t> menu = {0, 1, 2};
  std::vector<float> forcing = std::vector<float>(kForcingEntries, 0.0f);
  TradingRules rules;
  AdaptationParameters p;
  Detectors market = Detectors::start(0, 1e-6f);
  MarketSight sight;
  Sequencer plan;
  float held = 0;

  Trader() {
    for (const float side : {1.0f, 1.0f, -1.0f}) {
      const auto i = static_cast<std::uint32_t>(cycles.size());
      primitives.push_back({1, 0, 6000, 60, 0, side, 1, 1, 0});
      primitives.push_back({9u - i, 0, 180, 60, side, 0, 1, 1, 0});
      cycles.push_back({2 * i, 2, 6180, 1, i + 1, 0, side > 0 ? 1 : -1, 1});
    }
    rules.entry = {static_cast<std::uint32_t>(SignalFamily::breakout), 1, 20, 1};
    rules.stop = {0.02f, log_price, 0, 1};
    rules.target = {0.05f, log_price, 0, 0};
    rules.flips = 1;
    rules.entries[0] = {0, 2};
    rules.entries[1] = rules.exits[1][code(ExitCause::signal)] = {2, 1};
    rules.exits[0][code(ExitCause::stop)] = {0, 1};
    rules.exits[0][code(ExitCause::target)] = {1, 1};
    rules.exits[0][code(ExitCause::signal)] = {1, 1};
    p.positions = 10;
    p.start_patience = 1e9f;
    p.horizon_share = 0.9f;
    sight.left = 100'000;
    start();
  }
  StrategyView view() const {
    const auto count = static_cast<std::uint32_t>(cycles.size());
    return {primitives.data(), cycles.data(), forcing.data(), count, rules, menu.data(), 3, {}, nullptr, nullptr, 0};
  }
  void start() { plan = Sequencer::start(p, view(), 100'000, Stream::of(1, 1)); }
  void step(int n = 1) {
    for (int i = 0; i < n; ++i) {
      plan.adapt(p, view(), market, held, kStep, Stream::of(1, 1), sight);
      held = plan.dmp.y;
      sight.signal = 0;
      sight.left -= kStep;
    }
  }
  void price(float log_price) { sight.open = sight.low = sight.high = log_price; }
  void signal(std::int32_t side) {
    sight.signal = side;
    step();
  }
};

TEST(RuledPlan, OpensOnTheSignalOnItsSide) {
  for (const std::int32_t side : {1, -1}) {
    Trader t;
    t.step(100);
    EXPECT_EQ(t.plan.mode, PlanMode::waiting);
    t.signal(side);
    EXPECT_EQ(t.plan.mode, PlanMode::running);
    t.step(6);
    EXPECT_NEAR(t.held, static_cast<float>(side), 0.02f);
    EXPECT_EQ(t.plan.untriggered, 0u);
    EXPECT_EQ(t.plan.opened, 1u);
  }
}

TEST(RuledPlan, ChoosesEveryCycleOfItsSideEquallyOften) {
  std::array<int, 3> chosen{};
  constexpr int n = 2000;
  for (std::uint64_t id = 0; id < n; ++id) {
    Trader t;
    t.sight.signal = 1;
    t.plan.adapt(t.p, t.view(), t.market, 0, kStep, Stream::of(3, id), t.sight);
    ++chosen[t.plan.cycle];
  }
  EXPECT_EQ(chosen[2], 0);
  EXPECT_NEAR(chosen[0], n / 2, 5 * std::sqrt(n / 4.0));
}

TEST(RuledPlan, WatchesOnlyWhileItWarmsUp) {
  Trader t;
  t.sight.warming_up = true;
  t.signal(1);
  EXPECT_EQ(t.plan.mode, PlanMode::waiting);
  t.sight.warming_up = false;
  t.signal(1);
  EXPECT_EQ(t.plan.mode, PlanMode::running);
}

TEST(RuledPlan, HoldsUntilALevelIsReachedAndLeavesAsTheDemonstrationDidThere) {
  for (const bool gains : {false, true}) {
    Trader t;
    t.signal(1);
    t.step(300);  // far longer than the demonstration held
    ASSERT_EQ(t.plan.segment, 0u);
    t.price(gains ? 0.051f : -0.021f);
    t.step();
    EXPECT_EQ(t.plan.segment, 1u);
    EXPECT_EQ(t.plan.at, gains ? 3u : 1u) << "the exit of a cycle that was left for the same reason";
    t.step(8);
    EXPECT_NEAR(t.held, 0, 0.02f);
    EXPECT_EQ(t.plan.mode, PlanMode::waiting) << "for the next position";
    EXPECT_EQ(t.plan.rule_exits, 1u);
    EXPECT_EQ(t.plan.untriggered, 0u);
  }
}

TEST(RuledPlan, LeavesByTheLastPrimitiveWhereTheDemonstrationShowsNoExit) {
  Trader t;
  t.rules.exits[0][code(ExitCause::stop)] = {};
  for (Cycle& cycle : t.cycles) cycle.reduction = cycle.count;
  t.start();
  t.signal(1);
  t.step(10);
  t.price(-0.021f);
  t.step();
  EXPECT_EQ(t.plan.segment, 1u);
}

TEST(RuledPlan, FlipsOnTheOppositeSignal) {
  Trader t;
  t.signal(1);
  t.step(10);
  t.signal(-1);
  EXPECT_EQ(t.plan.opened, 2u);
  EXPECT_EQ(t.plan.cycle, 2u);
  t.step(10);
  EXPECT_NEAR(t.held, -1, 0.02f);
  t.rules.flips = 0;
  t.signal(1);
  t.step(10);
  EXPECT_NEAR(t.held, 0, 0.02f);
  EXPECT_EQ(t.plan.opened, 2u);
}

TEST(RuledPlan, AnswersASignalOnceThePositionIsLeft) {
  for (const auto& [side, step_is_bar] : {std::pair(1, false), std::pair(-1, false), std::pair(1, true)}) {
    Trader t;
    t.signal(1);
    t.step(10);
    t.price(-0.021f);
    t.sight.bar_ended = true;
    t.signal(side);  // with the stop
    t.price(0);
    t.sight.bar_ended = step_is_bar;
    EXPECT_EQ(t.plan.segment, 1u) << "the stop comes first";
    EXPECT_EQ(t.plan.opened, 1u);
    float least = std::abs(t.held);
    for (int i = 0; i < 20; ++i) {
      t.step();
      least = std::min(least, std::abs(t.held));
    }
    EXPECT_LT(least, t.p.fill_tolerance) << "one position ends before the other";
    EXPECT_NEAR(t.held, static_cast<float>(side), 0.02f);
    EXPECT_EQ(t.plan.opened, 2u);
    EXPECT_EQ(t.plan.rule_exits, 1u);
  }
}

TEST(RuledPlan, AnswersASignalAfterWhateverEndedThePosition) {
  for (const bool event : {true, false}) {
    Trader t;
    t.rules.exits[0][code(ExitCause::signal)] = {};  // the demonstration leaves on no signal
    const std::uint32_t falls = event_bit(MarketEvent::trend_down);
    t.p.override_events = event ? falls : 0u;
    t.p.loss_stop = event ? 0.0f : 0.01f;
    t.signal(1);
    t.step(10);
    t.sight.profit = -0.02f;
    t.market.started = event ? falls : 0u;
    t.sight.bar_ended = true;
    t.signal(-1);
    t.market.started = 0;
    t.sight.bar_ended = false;
    t.step(20);
    EXPECT_NEAR(t.held, -1, 0.02f) << event;
    EXPECT_EQ(t.plan.opened, 2u);
  }
}

TEST(RuledPlan, ForgetsASignalWithTheNextBar) {
  for (const bool another_bar : {false, true}) {
    Trader t;
    t.primitives[1].duration = t.primitives[1].tau = 3000;  // leaves slowly
    t.signal(1);
    t.step(10);
    t.price(-0.021f);
    t.sight.bar_ended = true;
    t.signal(1);
    t.price(0);
    t.sight.bar_ended = false;
    t.step(4);
    ASSERT_GT(t.held, t.p.fill_tolerance);
    t.sight.bar_ended = another_bar;
    t.step();
    t.sight.bar_ended = false;
    t.step(100);
    EXPECT_EQ(t.plan.opened, another_bar ? 1u : 2u);
  }
}

TEST(RuledPlan, TakesNoMorePositionsThanAskedFor) {
  Trader t;
  t.p.positions = 1;
  t.signal(1);
  t.step(5);
  t.signal(-1);
  t.step(10);
  EXPECT_NEAR(t.held, 0, 0.02f) << "leaves, and does not flip";
  EXPECT_EQ(t.plan.mode, PlanMode::finished);
}

TEST(RuledPlan, OnlyAdaptiveModesTrailTheStop) {
  for (const PlanFidelity fidelity : {PlanFidelity::full, PlanFidelity::goal_only, PlanFidelity::fixed_frame}) {
    Trader t;
    t.p.fidelity = static_cast<std::uint32_t>(fidelity);
    t.start();
    t.signal(1);
    t.step(10);
    t.sight.bar_ended = true;
    t.price(0.04f);
    t.step();
    t.price(0.015f);
    t.step();
    EXPECT_EQ(t.plan.segment, fidelity == PlanFidelity::fixed_frame ? 0u : 1u);
  }
}

TEST(RuledPlan, LeavesBeforeTheHorizonWhatNoRuleEnded) {
  Trader t;
  t.signal(1);
  t.step(1400);
  EXPECT_EQ(t.plan.segment, 0u);
  t.step(120);  // 10,000 s are left after 1,500 steps
  EXPECT_EQ(t.plan.mode, PlanMode::waiting);
  EXPECT_NEAR(t.held, 0, 0.02f);
  EXPECT_EQ(t.plan.untriggered, 1u);
  t.signal(1);
  EXPECT_EQ(t.plan.mode, PlanMode::waiting) << "too late to open another";
}

/// The trader leaves long positions on a range or a drawdown, one cycle on each, and enters when a trend holds.
Trader trader_by_events() {
  Trader t;
  for (Primitive* const entry : {&t.primitives[0], &t.primitives[2]}) entry->trigger = event_bit(MarketEvent::trend_up);
  t.primitives[1].trigger = event_bit(MarketEvent::range);
  t.primitives[3].trigger = event_bit(MarketEvent::drawdown_stop);
  for (Cycle& cycle : t.cycles) cycle.exit_cause = code(ExitCause::event);
  t.cycles.pop_back();
  t.rules = {};
  t.rules.exits_on[0] = event_bit(MarketEvent::range) | event_bit(MarketEvent::drawdown_stop);
  t.rules.entries[0] = t.rules.exits[0][code(ExitCause::event)] = {0, 2};
  t.start();
  return t;
}

TEST(RuledPlan, LeavesOnAnEventAsTheDemonstrationDidOnThatOne) {
  for (const auto& [event, exit] : {std::pair(MarketEvent::range, 1u), std::pair(MarketEvent::drawdown_stop, 3u)}) {
    for (std::uint64_t id = 0; id < 20; ++id) {  // whichever cycle opened the position
      Trader t = trader_by_events();
      t.plan = Sequencer::start(t.p, t.view(), 100'000, Stream::of(1, id));
      t.market.active = event_bit(MarketEvent::trend_up);
      t.sight.bar_ended = true;
      t.step(300);  // far longer than the demonstration held
      ASSERT_NEAR(t.held, 1, 0.02f);
      t.market.active = 0;
      t.market.started = event_bit(MarketEvent::volatility_break);
      t.step();
      ASSERT_EQ(t.plan.segment, 0u) << "that is no reason";
      t.market.started = event_bit(event);
      t.step();
      EXPECT_EQ(t.plan.at, exit);
      t.market.started = 0;
      t.step(8);
      EXPECT_NEAR(t.held, 0, 0.02f);
      EXPECT_EQ(t.plan.rule_exits, 1u);
      EXPECT_EQ(t.plan.untriggered, 0u);
    }
  }
}

/// Who leaves long positions on a downward trend, too, and opens short ones on it.
Trader trader_both_ways() {
  Trader t = trader_by_events();
  t.cycles.push_back({4, 2, 6180, 1, code(ExitCause::event), 0, -1, 1});
  t.primitives[4].trigger = event_bit(MarketEvent::trend_down);
  t.rules.entries[1] = {2, 1};
  t.rules.exits_on[0] |= event_bit(MarketEvent::trend_down);
  for (std::uint64_t id = 0; t.plan.cycle == 2 || id == 0; ++id)  // a long one first
    t.plan = Sequencer::start(t.p, t.view(), 100'000, Stream::of(1, id));
  return t;
}

TEST(RuledPlan, TurnsOnAnEventThatTurnsPositions) {
  for (const std::uint32_t positions : {10u, 1u}) {
    Trader t = trader_both_ways();
    t.p.positions = positions;
    t.rules.turns_on[0] = event_bit(MarketEvent::trend_down);
    t.market.active = event_bit(MarketEvent::trend_up);
    t.sight.bar_ended = true;
    t.step(100);
    ASSERT_NEAR(t.held, 1, 0.02f);
    t.market.active = t.market.started = event_bit(MarketEvent::trend_down);
    t.step();
    t.market.started = 0;
    EXPECT_EQ(t.plan.opened, positions > 1 ? 2u : 1u);
    t.step(8);
    EXPECT_NEAR(t.held, positions > 1 ? -1 : 0, 0.02f) << "or is left, where no other may be opened";
    EXPECT_EQ(t.plan.untriggered, 0u);
    if (positions == 1) continue;
    EXPECT_EQ(t.plan.cycle, 2u);
    t.market.active = t.market.started = event_bit(MarketEvent::range);
    t.step(100);
    EXPECT_NEAR(t.held, -1, 0.02f) << "on which long positions are left, not short ones";
  }
}

TEST(RuledPlan, TurnsToTheOppositePositionWhereverItsPrimitivesStand) {
  for (const float variation : {0.0f, 0.1f}) {
    Trader t = trader_both_ways();
    t.rules.turns_on[0] = event_bit(MarketEvent::trend_down);
    t.p.variation = variation;
    const std::vector<Variation> none(2 * 2 * kMostKinds * 2);
    StrategyView view = t.view();
    view.variations = none.data();
    const auto step = [&](int n) {
      for (int i = 0; i < n; ++i) {
        t.plan.adapt(t.p, view, t.market, t.held, kStep, Stream::of(1, 1), t.sight);
        t.held = t.plan.dmp.y;
      }
    };
    t.plan.relative = variation > 0;
    t.market.active = event_bit(MarketEvent::trend_up);
    t.sight.bar_ended = true;
    step(100);
    ASSERT_NEAR(t.held, 1, 0.02f);
    t.market.active = t.market.started = event_bit(MarketEvent::trend_down);
    step(1);
    t.market.started = 0;
    step(60);
    EXPECT_EQ(t.plan.opened, 2u);
    EXPECT_NEAR(t.held, -1, 0.02f) << "variation " << variation;
  }
}

TEST(RuledPlan, AnEventOnWhichAPositionWasLeftOpensNoneUntilItBeginsAnew) {
  Trader t = trader_both_ways();  // turns on nothing
  constexpr std::uint32_t up = event_bit(MarketEvent::trend_up), down = event_bit(MarketEvent::trend_down);
  t.market.active = up;
  t.sight.bar_ended = true;
  t.step(100);
  t.market.active = t.market.started = down;
  t.step();
  t.market.started = 0;
  t.step(20);
  ASSERT_EQ(t.plan.mode, PlanMode::waiting);
  ASSERT_NEAR(t.held, 0, 0.02f);
  const auto reconsider = [&] {
    t.plan.reconsider(t.p, t.view(), t.market.started, t.market.active | t.market.started, t.sight, Stream::of(1, 1));
  };
  t.plan.at = 4;  // the short one is what it waits for
  t.plan.cycle = 2;
  reconsider();
  t.step(50);
  EXPECT_EQ(t.plan.opened, 1u) << "the trend goes on";
  t.market.active = 0;
  t.step();
  t.market.active = t.market.started = down;
  t.step();
  EXPECT_EQ(t.plan.opened, 2u) << "another one";
}

TEST(RuledPlan, GivesUpOnAnEventBeforeItLeavesOnIt) {
  constexpr std::uint32_t down = event_bit(MarketEvent::trend_down);
  for (const bool aborts : {false, true}) {
    Trader t = trader_both_ways();
    t.p.override_events = down;
    t.p.override_action = static_cast<std::uint32_t>(aborts ? OverrideAction::abort : OverrideAction::leave);
    t.market.active = event_bit(MarketEvent::trend_up);
    t.sight.bar_ended = true;
    t.step(100);
    t.market.active = t.market.started = down;
    t.step();
    EXPECT_EQ(t.plan.aborted, aborts);
    EXPECT_EQ(t.plan.overrides, aborts ? 1u : 0u);
    EXPECT_EQ(t.plan.rule_exits, aborts ? 0u : 1u);
    t.market.started = 0;
    t.step(20);
    EXPECT_NEAR(t.held, 0, 0.02f);
  }
}

TEST(RuledPlan, WhatAsksForNoEventBeginsAtOnce) {
  Trader t = trader_by_events();
  t.primitives[0].trigger = t.primitives[2].trigger = 0;
  t.step();
  EXPECT_EQ(t.plan.mode, PlanMode::running);
  EXPECT_EQ(t.plan.untriggered, 0u);
  Trader at_once = trader_by_events();
  at_once.p.start_patience = 0;
  at_once.start();
  at_once.market.active = event_bit(MarketEvent::trend_up);
  at_once.step();
  EXPECT_EQ(at_once.plan.mode, PlanMode::running);
  EXPECT_EQ(at_once.plan.untriggered, 0u) << "its event holds";
}

TEST(RuledPlan, WhatARuleEndsIsNotSpedUpToFit) {
  for (const ExitCause cause : {ExitCause::event, ExitCause::own}) {
    Trader t = trader_by_events();
    for (Cycle& cycle : t.cycles) cycle.exit_cause = code(cause);
    t.p.longest_compression = 100;
    t.plan = Sequencer::start(t.p, t.view(), 600, Stream::of(1, 1));
    EXPECT_EQ(t.plan.time_scale > 1, cause == ExitCause::own);
  }
}

TEST(RuledPlan, EventsOpenPositionsAsBarsEnd) {
  for (const bool ruled : {false, true}) {
    Trader t = trader_by_events();
    if (!ruled) t.rules = {};
    t.market.active = event_bit(MarketEvent::trend_up);
    t.step();
    EXPECT_EQ(t.plan.mode, ruled ? PlanMode::waiting : PlanMode::running);
    t.sight.bar_ended = true;
    t.step();
    EXPECT_EQ(t.plan.mode, PlanMode::running);
    EXPECT_EQ(t.plan.untriggered, 0u);
  }
}

TEST(RuledPlan, OpensNothingThatARuleIsToEndOnceItIsLate) {
  for (const ExitCause cause : {ExitCause::event, ExitCause::own}) {
    Trader t = trader_by_events();
    for (Cycle& cycle : t.cycles) cycle.exit_cause = code(cause);
    t.p.positions = 1000;
    t.sight.bar_ended = true;
    t.step(1510);  // 10,000 s are left after 1,500 steps
    t.market.active = event_bit(MarketEvent::trend_up);
    t.step(150);
    EXPECT_EQ(t.plan.opened, cause == ExitCause::own ? 1u : 0u)
        << "which the trader's own time ends may still be tried";
  }
  Trader t = trader_by_events();
  t.p.positions = 1000;
  t.market.active = event_bit(MarketEvent::trend_up);
  t.sight.bar_ended = true;
  t.step(1660);
  EXPECT_EQ(t.plan.opened, 1u) << "none after the one that was left because time ran out";
  EXPECT_EQ(t.plan.mode, PlanMode::waiting);
  EXPECT_NEAR(t.held, 0, 0.02f);
}

TEST(RuledPlan, AReplayTakesTheCyclesInTheirOrderAfterTheirPauses) {
  Trader t;
  t.p.fidelity = static_cast<std::uint32_t>(PlanFidelity::replay);
  for (Cycle& cycle : t.cycles) cycle.pause = 1200;
  t.start();
  const std::uint32_t first = t.plan.cycle;
  t.step(1 + 100 + 3 + 2);
  EXPECT_EQ(t.plan.mode, PlanMode::waiting);
  EXPECT_EQ(t.plan.cycle, (first + 1) % 3);
  EXPECT_EQ(t.plan.start_by, 1200);
  EXPECT_EQ(t.plan.opened, 1u);
  t.step(16);
  EXPECT_EQ(t.plan.mode, PlanMode::waiting);
  t.step(4);
  EXPECT_EQ(t.plan.mode, PlanMode::running);
  EXPECT_EQ(t.plan.untriggered, 0u);
}

}  // namespace
}  // namespace marketmimic
