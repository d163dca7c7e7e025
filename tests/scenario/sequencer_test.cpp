#include "marketmimic/sequencer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace marketmimic {
namespace {

constexpr float kDt = 60;

/// Enter on a trend, hold half of it in a range, leave on a crash.
struct Demonstration {
  std::array<Primitive, 3> primitives = {Primitive{1, event_bit(MarketEvent::trend_up), 1200, 150, 0, 1, 1, 1, 0},
                                         Primitive{8, 0, 1800, 150, 1, 0.5f, 1, 0.5f, 0},
                                         Primitive{3, event_bit(MarketEvent::crash), 300, 150, 0.5f, 0, 1, 1, 0}};
  std::array<Cycle, 1> cycles = {Cycle{0, 3, 3300, 1}};
  std::vector<float> forcing = std::vector<float>(kForcingEntries, 0.0f);
  StrategyView view() const {
    return {primitives.data(), cycles.data(), forcing.data(), 1, {}, nullptr, 0, {}, nullptr, nullptr, 0};
  }
};

struct Follower {
  Demonstration demonstration;
  AdaptationParameters p;
  Detectors market = Detectors::start(0, 1e-6f);
  Sequencer plan;
  float held = 0;  ///< perfectly filled unless told otherwise

  Follower() { plan = Sequencer::start(p, demonstration.view(), 288 * kDt, Stream::of(1, 1)); }
  void step(int n = 1, bool fill = true) {
    for (int i = 0; i < n; ++i) {
      plan.adapt(p, demonstration.view(), market, held, kDt, Stream::of(1, 1));
      if (fill) held = plan.dmp.y;
      market.started = 0;
    }
  }
  void event(MarketEvent e) { market.started = market.active = event_bit(e); }
};

TEST(Sequencer, WaitsForItsEvent) {
  Follower run;
  run.step(20);
  EXPECT_EQ(run.plan.mode, PlanMode::waiting);
  EXPECT_EQ(run.plan.dmp.y, 0.0f);
  run.event(MarketEvent::trend_up);
  run.step();
  EXPECT_EQ(run.plan.mode, PlanMode::running);
  run.step(8);
  EXPECT_NEAR(run.plan.dmp.y, 1.0f, 0.01f);
  EXPECT_EQ(run.plan.untriggered, 0u);
}

TEST(Sequencer, BeginsWithoutItsEventWhenPatienceEnds) {
  Follower run;
  run.step(static_cast<int>(run.p.start_patience / kDt) + 2);
  EXPECT_EQ(run.plan.mode, PlanMode::running);
  EXPECT_EQ(run.plan.untriggered, 1u);
}

TEST(Sequencer, FollowsTheDemonstrationToItsEnd) {
  Follower run;
  run.event(MarketEvent::trend_up);
  run.step(22);  // 1,200 s, the first primitive
  EXPECT_EQ(run.plan.segment, 1u) << "the trader's own timing: after the demonstrated duration";
  run.step(10);
  EXPECT_NEAR(run.plan.dmp.y, 0.5f, 0.01f);
  run.event(MarketEvent::crash);
  run.step();
  EXPECT_EQ(run.plan.segment, 2u);
  run.step(12);
  EXPECT_EQ(run.plan.mode, PlanMode::finished);
  EXPECT_NEAR(run.plan.dmp.y, 0.0f, 0.01f);
  EXPECT_EQ(run.plan.attempted, 1u << 1 | 1u << 8 | 1u << 3);
  EXPECT_EQ(run.plan.begun, 3u);
}

TEST(Sequencer, InTheTradersOwnTimeWaitsForWhatItsKindAsks) {
  constexpr auto kind = [](PrimitiveKind k) { return static_cast<std::uint32_t>(k); };
  const auto begun_with = [&](int gain_at, int steps) {
    Follower run;
    run.demonstration.primitives[1].condition = event_bit(MarketEvent::gain);
    run.event(MarketEvent::trend_up);
    for (int i = 0; i < steps; ++i) {
      if (i == gain_at) run.event(MarketEvent::gain);
      run.step();
    }
    return run.plan;
  };
  const Demonstration demonstration;
  const Primitive& takes_profit = demonstration.primitives[1];
  EXPECT_EQ(begun_with(5, 22).segment, 1u) << "a gain in time";
  EXPECT_EQ(begun_with(-1, 22).segment, 0u) << "none so far";
  const Sequencer late = begun_with(25, 27);
  EXPECT_EQ(late.segment, 1u) << "once there is one";
  EXPECT_EQ(late.untriggered, 0u);
  EXPECT_EQ(late.kind(takes_profit), kind(PrimitiveKind::take_profit_scale_out));
  const Sequencer without = begun_with(-1, 32);
  EXPECT_EQ(without.segment, 1u) << "patience has an end";
  EXPECT_EQ(without.untriggered, 1u);
  EXPECT_EQ(without.kind(takes_profit), kind(PrimitiveKind::unclassified)) << "and it is none of its kind";
  EXPECT_EQ(without.attempted, 1u << kind(PrimitiveKind::bull_market_entry) | 1u << kind(PrimitiveKind::unclassified));
}

/// Cycles of one primitive each, in the order of the menu, and what opens them.
template <std::size_t N>
struct Openings {
  std::array<Primitive, N> primitives;
  std::array<Cycle, N> cycles;
  std::array<std::uint32_t, N> menu;
  std::array<MenuItem, kMarketEvents> by_event{};
  std::vector<float> forcing = std::vector<float>(kForcingEntries, 0.0f);

  Openings() {
    for (std::uint32_t i = 0; i < N; ++i) {
      primitives[i] = {.duration = 600, .tau = 60, .goal = 1, .cycle = i};
      cycles[i] = {.first = i, .count = 1, .duration = 600};
      menu[i] = i;
    }
  }
  /// Cycles `first` to `first + count - 1` wait for the event.
  void open(MarketEvent event, std::uint32_t first, std::uint32_t count) {
    by_event[static_cast<std::size_t>(event)] = {first, count};
    for (std::uint32_t i = first; i < first + count; ++i) primitives[i].trigger = event_bit(event);
  }
  StrategyView view() const {
    StrategyView view{.primitives = primitives.data(),
                      .cycles = cycles.data(),
                      .forcing = forcing.data(),
                      .cycle_count = N,
                      .menu = menu.data(),
                      .menu_count = N};
    view.sequences.openings = by_event.data();
    return view;
  }
};

/// Two cycles that a crash opens, one of which asks for a range, too.
TEST(Sequencer, OfCyclesThatAnEventOpensTakesOneThatSuitsTheMarket) {
  constexpr std::uint32_t crash = event_bit(MarketEvent::crash), range = event_bit(MarketEvent::range);
  Openings<2> strategy;
  strategy.open(MarketEvent::crash, 0, 2);
  strategy.primitives[1].condition = range;
  const StrategyView view = strategy.view();
  const AdaptationParameters p;
  const MarketSight sight{.left = 280 * kDt};
  std::size_t suiting = 0;
  for (std::uint64_t id = 0; id < 40; ++id) {
    const Stream stream = Stream::of(7, id);
    Sequencer plan = Sequencer::start(p, view, 288 * kDt, stream), both = plan;
    const std::uint32_t chosen = plan.cycle;
    plan.reconsider(p, view, crash, crash, sight, stream);
    EXPECT_EQ(plan.cycle, 0u) << "there is no range";
    both.reconsider(p, view, crash, crash | range, sight, stream);
    EXPECT_EQ(both.cycle, chosen) << "either suits";
    suiting += chosen;
  }
  EXPECT_GT(suiting, 5u);
  EXPECT_LT(suiting, 35u);
}

/// A plan that begins to wait goes with the trend that is under way; one that waits for long, with what comes.
TEST(Sequencer, AsItBeginsToWaitTakesTheCycleOfAnEventThatHolds) {
  constexpr std::uint32_t up = event_bit(MarketEvent::trend_up), down = event_bit(MarketEvent::trend_down);
  Openings<2> strategy;
  strategy.open(MarketEvent::trend_up, 0, 1);
  strategy.open(MarketEvent::trend_down, 1, 1);
  const StrategyView view = strategy.view();
  const AdaptationParameters p;
  const MarketSight sight{.left = 280 * kDt};
  std::size_t other = 0;
  for (std::uint64_t id = 0; id < 20; ++id) {
    const Stream stream = Stream::of(7, id);
    const Sequencer start = Sequencer::start(p, view, 288 * kDt, stream);
    Sequencer plan = start, later = start;
    plan.reconsider(p, view, 0u, down, sight, stream);
    EXPECT_EQ(plan.cycle, 1u);
    later.waited = kDt;
    later.reconsider(p, view, 0u, down, sight, stream);
    EXPECT_EQ(later.cycle, start.cycle) << "it has been there all along";
    later.reconsider(p, view, up, up | down, sight, stream);
    EXPECT_EQ(later.cycle, 0u);
    other += start.cycle == 0u ? 1 : 0;
  }
  EXPECT_GT(other, 0u);
}

/// A range opens one cycle, a trend one that does not suit, and a volatility break, in the same bar, one that does.
TEST(Sequencer, OfSeveralEventsThatBeginTakesACycleThatSuits) {
  constexpr std::uint32_t both = event_bit(MarketEvent::trend_up) | event_bit(MarketEvent::volatility_break);
  Openings<3> strategy;
  strategy.open(MarketEvent::range, 0, 1);
  strategy.open(MarketEvent::trend_up, 1, 1);
  strategy.open(MarketEvent::volatility_break, 2, 1);
  strategy.primitives[1].condition = event_bit(MarketEvent::crash);
  const StrategyView view = strategy.view();
  const AdaptationParameters p;
  const MarketSight sight{.left = 280 * kDt};
  bool waited = false;
  for (std::uint64_t id = 0; id < 40; ++id) {
    const Stream stream = Stream::of(7, id);
    Sequencer plan = Sequencer::start(p, view, 288 * kDt, stream);
    waited = waited || plan.cycle == 0u;
    plan.reconsider(p, view, both, both, sight, stream);
    EXPECT_EQ(plan.cycle, 2u);
  }
  EXPECT_TRUE(waited);
}

TEST(Sequencer, BeginsOnItsEventAsNoneOfItsKindWhereTheMarketDoesNotSuit) {
  Follower run;
  run.demonstration.primitives[0].condition = event_bit(MarketEvent::volatility_break);
  run.event(MarketEvent::trend_up);
  run.step();
  EXPECT_EQ(run.plan.mode, PlanMode::running);
  EXPECT_EQ(run.plan.kind(run.demonstration.primitives[0]), static_cast<std::uint32_t>(PrimitiveKind::unclassified));
  EXPECT_EQ(run.plan.untriggered, 0u) << "the event called it";
}

/// Two cycles of an entry and an exit, one left by a stop and one in the trader's own time; in a composed plan `exit`
/// follows either entry. Left in which step of 288, on a walk that never gets to the stop; where the plan began.
std::pair<int, std::uint32_t> left_by(std::uint32_t exit, std::uint64_t scenario) {
  std::array<Primitive, 4> primitives;
  std::array<Cycle, 2> cycles;
  for (std::uint32_t i = 0; i < 4; ++i) {
    const float enters = i % 2 == 0 ? 1.0f : 0.0f;
    primitives[i] = {.duration = 600, .tau = 60, .start = 1 - enters, .goal = enters, .cycle = i / 2};
  }
  for (std::uint32_t i = 0; i < 2; ++i)
    cycles[i] = {.first = 2 * i, .count = 2, .duration = 1200, .ends_flat = 1, .side = 1, .reduction = 1};
  cycles[1].exit_cause = static_cast<std::uint32_t>(ExitCause::stop);
  const std::vector<float> forcing(kForcingEntries, 0.0f);
  const std::array<MenuItem, 4> successors = {MenuItem{0, 1}, MenuItem{}, MenuItem{0, 1}, MenuItem{}};
  StrategyView view{.primitives = primitives.data(),
                    .cycles = cycles.data(),
                    .forcing = forcing.data(),
                    .cycle_count = 2,
                    .menu = &exit,
                    .menu_count = 1};
  view.sequences.successors = successors.data();
  view.rules.stop.distance = 0.5f;
  AdaptationParameters p;
  p.sequence = static_cast<std::uint32_t>(PlanSequence::transitions);
  p.start_patience = 0;
  const Stream stream = Stream::of(1, scenario);
  const Detectors market = Detectors::start(0, 1e-6f);
  Sequencer plan = Sequencer::start(p, view, 288 * kDt, stream);
  const std::uint32_t began = plan.cycle;
  int left = -1;
  for (int t = 0; t < 288; ++t) {
    MarketSight sight;
    sight.left = kDt * static_cast<float>(288 - t);
    plan.adapt(p, view, market, plan.dmp.y, kDt, stream, sight);
    if (left < 0 && plan.segment == 1u) left = t;
  }
  EXPECT_EQ(plan.mode, PlanMode::finished);
  EXPECT_NEAR(plan.dmp.y, 0.0f, 1e-3f);
  return {left, began};
}

TEST(Sequencer, AComposedPlanIsLeftAsTheExitAheadWasWhereverItBegan) {
  bool began[2] = {};
  for (std::uint64_t scenario = 0; scenario < 10; ++scenario) {
    const auto [own, first] = left_by(1, scenario);
    EXPECT_GE(own, 10);
    EXPECT_LT(own, 20) << "in its own time";
    const auto [ruled, same] = left_by(3, scenario);
    EXPECT_EQ(first, same);
    EXPECT_GT(ruled, 200) << "no stop came: left as time ran out";
    EXPECT_LT(ruled, 288);
    began[first] = true;
  }
  EXPECT_TRUE(began[0] && began[1]);
}

TEST(Sequencer, BeginsWithWhatItsFirstKindAsks) {
  Follower run;
  run.demonstration.primitives[0].trigger = 0;
  run.demonstration.primitives[0].condition = event_bit(MarketEvent::trend_up);
  run.step(20);
  EXPECT_EQ(run.plan.mode, PlanMode::waiting);
  run.event(MarketEvent::trend_up);
  run.step();
  EXPECT_EQ(run.plan.mode, PlanMode::running);
  EXPECT_TRUE(run.plan.fits);
}

/// Three cycles: one waits for a trend up, one for a crash, one that is too long for that, too.
TEST(Sequencer, WhileItWaitsTakesTheCycleOfTheEventThatComes) {
  Openings<3> strategy;
  strategy.open(MarketEvent::trend_up, 0, 1);
  strategy.open(MarketEvent::crash, 1, 2);
  strategy.cycles[2].duration = 1e6f;
  const StrategyView view = strategy.view();
  const AdaptationParameters p;
  ASSERT_TRUE(Sequencer::reconsiders(p, view));
  std::size_t taken = 0;
  for (std::uint64_t id = 0; id < 40; ++id) {
    const Stream stream = Stream::of(7, id);
    Sequencer plan = Sequencer::start(p, view, 288 * kDt, stream);
    const std::uint32_t chosen = plan.cycle;
    const float patience = plan.start_by;
    MarketSight sight;
    sight.left = 280 * kDt;
    sight.warming_up = true;
    plan.reconsider(p, view, event_bit(MarketEvent::crash), event_bit(MarketEvent::crash), sight, stream);
    EXPECT_EQ(plan.cycle, chosen) << "it only watches yet";
    sight.warming_up = false;
    plan.reconsider(p, view, event_bit(MarketEvent::range), event_bit(MarketEvent::range), sight, stream);
    EXPECT_EQ(plan.cycle, chosen) << "opens nothing";
    plan.reconsider(p, view, event_bit(MarketEvent::crash), event_bit(MarketEvent::crash), sight, stream);
    EXPECT_EQ(plan.cycle, 1u) << "the only one with such an event that fits";
    EXPECT_EQ(plan.start_by, patience);
    taken += chosen == 0 ? 1 : 0;
    Detectors market = Detectors::start(0, 1e-6f);
    market.started = market.active = event_bit(MarketEvent::crash);
    plan.adapt(p, view, market, 0, kDt, stream);
    EXPECT_EQ(plan.mode, PlanMode::running);
    EXPECT_TRUE(plan.fits);
  }
  EXPECT_GT(taken, 10u);
  AdaptationParameters replay;
  replay.fidelity = static_cast<std::uint32_t>(PlanFidelity::replay);
  EXPECT_FALSE(Sequencer::reconsiders(replay, view)) << "a replay hears nothing";
}

TEST(Sequencer, ACrashAgainstThePositionLeadsToTheExit) {
  Follower run;
  run.event(MarketEvent::trend_up);
  run.step(8);
  ASSERT_EQ(run.plan.segment, 0u);
  run.event(MarketEvent::crash);
  run.step();
  EXPECT_EQ(run.plan.segment, 2u);
  EXPECT_EQ(run.plan.overrides, 1u);
}

TEST(Sequencer, EventsInFavourOverrideNothing) {
  for (const float side : {1.0f, -1.0f}) {
    for (const MarketEvent event : {MarketEvent::trend_up, MarketEvent::trend_down}) {
      Follower run;
      run.p.override_events = event_bit(event);
      for (Primitive& p : run.demonstration.primitives) p.goal *= side;
      run.event(MarketEvent::trend_up);
      run.step(8);
      run.event(event);
      run.step();
      const bool against = (event == MarketEvent::trend_up) == (side < 0);
      EXPECT_EQ(run.plan.overrides, against ? 1u : 0u) << side << " " << static_cast<int>(event);
    }
  }
}

TEST(Sequencer, EndsOnlyOnceItsLastExposureIsReached) {
  Follower run;
  run.demonstration.cycles[0] = {0, 1, 1200, 0};
  run.plan = Sequencer::start(run.p, run.demonstration.view(), 288 * kDt, Stream::of(1, 1));
  run.event(MarketEvent::trend_up);
  run.p.phase_stopping = 0;
  run.step(40, false);
  EXPECT_EQ(run.plan.mode, PlanMode::running);
  run.held = 0.95f;
  run.step(1, false);
  EXPECT_EQ(run.plan.mode, PlanMode::finished);
}

TEST(Sequencer, PatienceIsDrawnAndLeavesRoomForThePlan) {
  const Demonstration d;
  const float slack = 0.2f * 288 * kDt;
  double sum = 0;
  for (std::uint64_t id = 0; id < 1000; ++id) {
    const float by = Sequencer::start({}, d.view(), 288 * kDt, Stream::of(5, id)).start_by;
    EXPECT_GE(by, 0.5f * slack);
    EXPECT_LE(by, slack);
    sum += by;
  }
  EXPECT_NEAR(sum / 1000, 0.75 * slack, 5 * 0.5 * slack / std::sqrt(12000.0));
}

TEST(Sequencer, WithoutParticipationNothingIsSent) {
  Sequencer plan;
  plan.mode = PlanMode::running;
  plan.dmp.y = 1;
  AdaptationParameters p;
  p.participation = 0;
  const Orders none = plan.act(p, 0, 1e6f);
  EXPECT_EQ(none.market + none.passive, 0);
}

TEST(Sequencer, PhaseStopsWhileOrdersAreUnfilled) {
  Follower filled, stuck;
  filled.event(MarketEvent::trend_up);
  stuck.event(MarketEvent::trend_up);
  filled.step(15);
  stuck.step(15, false);
  EXPECT_GT(filled.plan.elapsed, 1.8f * stuck.plan.elapsed);
}

TEST(Sequencer, AFasterMarketSpeedsThePlanUpAndShrinksIt) {
  Follower calm, wild;
  wild.market.recent_variance = 4e-6f;
  calm.event(MarketEvent::trend_up);
  wild.event(MarketEvent::trend_up);
  calm.step(8);
  wild.step(8);
  EXPECT_NEAR(wild.plan.elapsed / calm.plan.elapsed, 2.0f, 0.15f);  // sqrt of the variance ratio
  EXPECT_NEAR(wild.plan.goal, std::pow(0.25f, 0.25f), 1e-4f);
  EXPECT_NEAR(calm.plan.goal, 1.0f, 1e-6f);
}

TEST(Sequencer, TheGoalFollowsTheMarketWithinAPrimitive) {
  Follower run;
  run.event(MarketEvent::trend_up);
  run.step(9);
  const float before = run.plan.goal;
  run.market.recent_variance *= 1.5f;
  run.step();
  EXPECT_LT(run.plan.goal, before);
}

TEST(Sequencer, ALongCycleIsSpedUpToFit) {
  Follower run;
  run.demonstration.cycles[0].duration = 100000;
  const Sequencer s = Sequencer::start(run.p, run.demonstration.view(), 288 * kDt, Stream::of(1, 1));
  EXPECT_NEAR(s.time_scale, 100000 / (0.8f * 288 * kDt), 1e-3f);
}

TEST(Sequencer, ChoosesAmongTheCyclesThatFit) {
  Demonstration d;
  const std::array<Cycle, 3> cycles = {Cycle{0, 3, 3300, 1}, Cycle{0, 3, 1e9f, 1}, Cycle{0, 2, 3300, 1}};
  const StrategyView view{
      d.primitives.data(), cycles.data(), d.forcing.data(), 3, {}, nullptr, 0, {}, nullptr, nullptr, 0};
  std::array<int, 3> chosen = {};
  constexpr int n = 4000;
  for (std::uint64_t id = 0; id < n; ++id) ++chosen[Sequencer::start({}, view, 288 * kDt, Stream::of(5, id)).cycle];
  EXPECT_EQ(chosen[1], 0);
  EXPECT_NEAR(chosen[0], n / 2, 5 * std::sqrt(n / 4.0));
}

TEST(Sequencer, OrdersLeadToTheTargetWithinTheLimits) {
  Sequencer plan;
  plan.mode = PlanMode::running;
  plan.dmp.y = 0.5f;
  plan.aggressiveness = 0.75f;
  const AdaptationParameters p;
  const Orders large = plan.act(p, 0, 1e6f);
  EXPECT_EQ(large.market, 375);
  EXPECT_EQ(large.passive, 125);
  const Orders capped = plan.act(p, 0, 100);
  EXPECT_EQ(capped.market + capped.passive, 20) << "20 % of the expected volume";
  const Orders back = plan.act(p, 700, 1e6f);
  EXPECT_EQ(back.market + back.passive, -200);
  const Orders none = plan.act(p, 500, 1e6f);
  EXPECT_EQ(none.market, 0);
  EXPECT_EQ(none.passive, 0);
}

TEST(Orders, AreTheMoreUrgentTheMoreIsMissingAndTheNarrowerTheSpread) {
  EXPECT_EQ(urgency(0, 0.1f, 4, 4), 0.0f);
  EXPECT_FLOAT_EQ(urgency(0.025f, 0.1f, 4, 4), 0.25f);
  EXPECT_EQ(urgency(0.1f, 0.1f, 4, 4), 1.0f) << "as much as may be missing";
  EXPECT_EQ(urgency(5, 0.1f, 4, 4), 1.0f);
  EXPECT_FLOAT_EQ(urgency(0.05f, 0.1f, 4, 8), 0.25f) << "twice as dear as when the primitive began";
  EXPECT_FLOAT_EQ(urgency(0.025f, 0.1f, 4, 2), 0.5f);
  EXPECT_EQ(urgency(1e-3f, 0, 1, 1), 1.0f) << "where nothing may be missing";
  EXPECT_EQ(urgency(0, 0, 1, 1), 0.0f);
}

TEST(Orders, TakeLiquidityAsTheJobWants) {
  const auto takes = [](OrderStyle style, PlanFidelity fidelity, float spread_later) {
    Follower run;
    run.p.orders = static_cast<std::uint32_t>(style);
    run.p.fidelity = static_cast<std::uint32_t>(fidelity);
    run.demonstration.primitives[0].aggressiveness = 0.75f;
    const StrategyView view = run.demonstration.view();
    Sequencer plan = Sequencer::start(run.p, view, 288 * kDt, Stream::of(1, 1));
    MarketSight sight;
    sight.spread = 2;
    run.event(MarketEvent::trend_up);
    plan.adapt(run.p, view, run.market, 0, kDt, Stream::of(1, 1), sight);
    run.market.started = 0;
    sight.spread = spread_later;
    const float held = plan.dmp.y - 0.002f;
    plan.adapt(run.p, view, run.market, held, kDt, Stream::of(1, 1), sight);
    return std::pair(plan.aggressiveness, plan.dmp.y - held);
  };
  constexpr auto full = PlanFidelity::full, fixed = PlanFidelity::fixed_frame;
  EXPECT_EQ(takes(OrderStyle::demonstrated, full, 2).first, 0.75f);
  EXPECT_EQ(takes(OrderStyle::passive, full, 2).first, 0.0f);
  EXPECT_EQ(takes(OrderStyle::aggressive, full, 2).first, 1.0f);
  const auto [urgent, missing] = takes(OrderStyle::urgency, full, 2);
  EXPECT_GT(missing, 0.01f);
  EXPECT_LT(missing, 0.1f);
  EXPECT_NEAR(urgent, missing / 0.1f, 1e-5f);
  EXPECT_NEAR(takes(OrderStyle::urgency, full, 400).first, missing / 20, 1e-6f) << "at 200 times the spread";
  EXPECT_NEAR(takes(OrderStyle::urgency, fixed, 400).first, missing / 0.1f, 1e-5f)
      << "the spread as it was when the primitive began";
}

TEST(Ending, APrimitiveEndsOnItsOwnEventWhateverFollows) {
  const auto segment_after = [](std::uint32_t end, PlanFidelity fidelity) {
    Follower run;
    run.demonstration.primitives[0].end = end;
    run.p.fidelity = static_cast<std::uint32_t>(fidelity);
    run.p.start_patience = 0;
    run.plan = Sequencer::start(run.p, run.demonstration.view(), 288 * kDt, Stream::of(1, 1));
    run.step(12);  // beyond eagerness, far from its time
    run.event(MarketEvent::range);
    run.step(2);
    return run.plan.segment;
  };
  EXPECT_EQ(segment_after(event_bit(MarketEvent::range), PlanFidelity::full), 1u);
  EXPECT_EQ(segment_after(event_bit(MarketEvent::recovery), PlanFidelity::full), 0u);
  EXPECT_EQ(segment_after(0, PlanFidelity::full), 0u);
  EXPECT_EQ(segment_after(event_bit(MarketEvent::range), PlanFidelity::replay), 0u) << "it hears nothing";
}

/// The first primitive is left with `missing` exposure after its execution cost `cost`; the rest is filled at no cost.
Sequencer left_with(float missing, float cost, const Primitive& first, bool by_event = false) {
  Follower run;
  run.demonstration.primitives[0] = first;
  StrategyView view = run.demonstration.view();
  view.costs = true;
  MarketSight sight;
  sight.shortfall = 0.5f;  // of before: no business of the primitive's
  run.event(MarketEvent::trend_up);
  for (int i = 0; i < 100 && run.plan.mode != PlanMode::finished; ++i) {
    if (i == 18 && by_event) run.event(MarketEvent::crash);
    if (i == 60) run.event(MarketEvent::crash);
    const bool under_way = run.plan.segment == 0 && run.plan.mode == PlanMode::running;
    run.plan.adapt(run.p, view, run.market, run.plan.dmp.y - (under_way ? missing : 0.0f), kDt, Stream::of(1, 1),
                   sight);
    run.market.started = 0;
    if (run.plan.segment == 0 && i > 3) sight.shortfall = 0.5f + cost;
  }
  EXPECT_EQ(run.plan.mode, PlanMode::finished);
  return run.plan;
}

TEST(Success, OfAPrimitiveIsByRulesOfItsOwn) {
  const Demonstration demonstration;
  Primitive first = demonstration.primitives[0];
  constexpr std::uint32_t bull = 1u << 1;

  EXPECT_EQ(left_with(0.09f, 1, first).failed_segment, -1) << "strategy.fill_tolerance, any cost";
  EXPECT_EQ(left_with(0.09f, 1, first).unmet, 0u);
  const Sequencer unfilled = left_with(0.11f, 1, first);
  EXPECT_EQ(unfilled.failed_segment, 0);
  EXPECT_FALSE(unfilled.failed_filled);
  EXPECT_EQ(unfilled.unmet, bull);

  first.fill_tolerance = 0.15f;
  EXPECT_EQ(left_with(0.11f, 1, first).failed_segment, -1) << "its own tolerance";
  EXPECT_EQ(left_with(0.16f, 1, first).failed_segment, 0);
  first.fill_tolerance = 0;
  EXPECT_EQ(left_with(0.01f, 1, first).failed_segment, 0);

  first = demonstration.primitives[0];
  first.cost_limit = 0.02f;
  EXPECT_EQ(left_with(0, 0.019f, first).failed_segment, -1);
  const Sequencer costly = left_with(0, 0.021f, first);
  EXPECT_EQ(costly.failed_segment, 0);
  EXPECT_TRUE(costly.failed_filled);
  EXPECT_EQ(costly.failed_source, 0u);
  EXPECT_EQ(costly.failed_kind, 1u);
  EXPECT_EQ(costly.failed_event, event_bit(MarketEvent::trend_up));
  EXPECT_EQ(costly.unmet, bull);
}

TEST(Success, AnEventMayEndAPrimitiveBeforeItIsFilled) {
  const Demonstration demonstration;
  const Primitive& first = demonstration.primitives[0];
  const Sequencer overridden = left_with(0.11f, 0, first, true);
  EXPECT_EQ(overridden.overrides, 1u);
  EXPECT_EQ(overridden.failed_segment, -1) << "no failure of the execution's";
  EXPECT_EQ(overridden.unmet, 1u << 1) << "and no success of the primitive's";
}

/// Runs a mode through its demonstration while volatility doubles in the first primitive: goals halve their factor and
/// the pace rises. Returns the target after each step.
std::vector<float> through_a_shock(PlanFidelity fidelity, std::uint64_t scenario = 1, Sequencer* end = nullptr) {
  Demonstration demonstration;
  AdaptationParameters p;
  p.fidelity = static_cast<std::uint32_t>(fidelity);
  Detectors market = Detectors::start(0, 1e-6f);
  const Stream stream = Stream::of(1, scenario);
  Sequencer plan = Sequencer::start(p, demonstration.view(), 288 * kDt, stream);
  std::vector<float> path;
  for (int i = 0; i < 90; ++i) {
    market.active = i == 2 ? event_bit(MarketEvent::trend_up) : i >= 60 ? event_bit(MarketEvent::crash) : 0u;
    market.started = i == 2 || i == 60 ? market.active : 0u;
    market.recent_variance = i >= 8 ? 16e-6f : 1e-6f;
    plan.adapt(p, demonstration.view(), market, plan.dmp.y, kDt, stream);
    path.push_back(plan.dmp.y);
  }
  if (end != nullptr) *end = plan;
  return path;
}

TEST(Fidelity, DecidesWhatFollowsTheMarket) {
  const auto full = through_a_shock(PlanFidelity::full), goal_only = through_a_shock(PlanFidelity::goal_only),
             fixed = through_a_shock(PlanFidelity::fixed_frame), replay = through_a_shock(PlanFidelity::replay);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(full[i], goal_only[i]) << "before the shock";
    EXPECT_EQ(full[i], fixed[i]);
  }
  EXPECT_NEAR(full[12], 0.5f, 0.02f) << "(1 / 16)^(1 / 4)";
  EXPECT_NEAR(goal_only[12], 0.5f, 0.02f);
  EXPECT_NEAR(fixed[12], 1.0f, 0.01f) << "the frame of its beginning";
  EXPECT_NEAR(replay[12], 1.0f, 0.01f);
  // The second primitive, after 1,200 s on the demonstration's clock: at twice the pace from step 8, at its own in the
  // others. Its goal of 0.5 is halved in a frame that was read after the shock, and not in a replay.
  const auto leaves = [](const std::vector<float>& path, float level, std::size_t from) {
    std::size_t i = from;
    while (i < path.size() && path[i] > level) ++i;
    return i;
  };
  EXPECT_NEAR(static_cast<double>(leaves(full, 0.4f, 13)), 2 + 6 + 7 + 1, 1.5);
  EXPECT_NEAR(static_cast<double>(leaves(goal_only, 0.4f, 13)), 2 + 20 + 1, 1.5);
  EXPECT_NEAR(fixed[35], 0.25f, 0.01f);
  EXPECT_NEAR(replay[35], 0.5f, 0.01f);
}

TEST(Fidelity, AReplayHearsNothing) {
  Sequencer plan;
  const auto path = through_a_shock(PlanFidelity::replay, 1, &plan);
  EXPECT_GT(path[1], 0.1f) << "does not wait for the trend";
  EXPECT_NEAR(path[49], 0.5f, 0.01f);
  EXPECT_NEAR(path[56], 0.0f, 0.01f) << "leaves after 1,200 + 1,800 s, before the crash";
  EXPECT_EQ(plan.untriggered, 0u);
  EXPECT_EQ(plan.overrides, 0u);
}

TEST(Fidelity, NoiseIsLogNormalAndEachPrimitivesOwn) {
  double sum = 0, squares = 0;
  int differ = 0;
  const int n = 2000;
  for (int i = 0; i < n; ++i) {
    const auto path = through_a_shock(PlanFidelity::replay_noise, static_cast<std::uint64_t>(i));
    const double log_goal = std::log(path[12]);
    sum += log_goal;
    squares += log_goal * log_goal;
    differ += std::abs(path[35] - 0.5f * path[12]) > 1e-3f ? 1 : 0;
    EXPECT_NEAR(path.back(), 0.0f, 1e-3f) << "flat stays flat";
  }
  EXPECT_NEAR(sum / n, 0, 4 * 0.1 / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(squares / n), 0.1, 4 * 0.1 / std::sqrt(2.0 * n));
  EXPECT_GT(differ, n * 9 / 10);
}

}  // namespace
}  // namespace marketmimic
