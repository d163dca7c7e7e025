#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "host/decomposition/strategy_file.hpp"
#include "marketmimic/sequencer.hpp"

namespace marketmimic {
namespace {

constexpr float kBarSeconds = 60;
constexpr std::uint32_t kEntry = 1, kHold = 11, kScaleOut = 8, kCrashExit = 3;

/// Long positions: entry, hold, then three of four times a scale-out in two halves, else a crash exit.
Strategy book_of_habits() {
  Strategy s;
  s.forcing.assign(kForcingEntries, 0.0f);
  const auto add = [&](std::uint32_t kind, std::uint32_t trigger, float start, float goal) {
    s.primitives.push_back({kind, trigger, 600, 60, start, goal, 1, 1, 0});
  };
  for (std::uint32_t i = 0; i < 4; ++i) {
    Cycle c{.first = static_cast<std::uint32_t>(s.primitives.size()), .count = i < 3 ? 4u : 3u, .duration = 2400};
    add(kEntry, 0, 0, 1);
    add(kHold, 0, 1, 1);
    if (i < 3) {
      add(kScaleOut, 0, 1, 0.5f);
      add(kScaleOut, 0, 0.5f, 0);
    } else {
      add(kCrashExit, event_bit(MarketEvent::crash), 1, 0);
    }
    s.cycles.push_back(c);
  }
  organise(s);
  return s;
}

/// A plan in a market at rest, every order filled.
struct Execution {
  Strategy strategy = book_of_habits();
  StrategyView view = strategy.view();
  AdaptationParameters p;
  Detectors market = Detectors::start(0, 1e-6f);
  MarketSight sight;
  Sequencer plan;
  std::uint64_t id = 1;

  void begin(PlanSequence sequence, std::uint64_t scenario) {
    p.sequence = static_cast<std::uint32_t>(sequence);
    p.start_patience = 0;
    id = scenario;
    plan = Sequencer::start(p, view, 400 * kBarSeconds, Stream::of(3, id));
  }
  void step(int n = 1) {
    for (int i = 0; i < n; ++i) {
      plan.adapt(p, view, market, plan.dmp.y, kBarSeconds, Stream::of(3, id), sight);
      market.started = 0;
    }
  }
  void event(MarketEvent e) { market.started = market.active = event_bit(e); }
  std::uint32_t kind() const { return view.primitives[plan.at].kind; }
};

/// Kinds from the first to the last primitive, equal neighbours each told.
std::vector<std::uint32_t> kinds_of(Execution& e) {
  std::vector<std::uint32_t> kinds;
  std::uint32_t begun = 0;
  for (int i = 0; i < 400 && e.plan.mode != PlanMode::finished; ++i) {
    e.step();
    if (e.plan.begun != begun) kinds.push_back(e.kind());
    begun = e.plan.begun;
  }
  EXPECT_EQ(e.plan.mode, PlanMode::finished);
  return kinds;
}

TEST(Composition, TransitionsOccurAsOftenAsDemonstrated) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> seen;
  std::map<std::uint32_t, int> left;
  std::set<std::vector<std::uint32_t>> plans;
  for (std::uint64_t id = 0; id < 2000; ++id) {
    Execution e;
    e.begin(PlanSequence::transitions, id);
    const auto kinds = kinds_of(e);
    EXPECT_NEAR(e.plan.dmp.y, 0.0f, 0.01f) << "every composed plan ends where its last primitive leads";
    plans.insert(kinds);
    for (std::size_t k = 0; k + 1 < kinds.size(); ++k) {
      ++seen[{kinds[k], kinds[k + 1]}];
      ++left[kinds[k]];
    }
  }
  const auto share = [&](std::uint32_t from, std::uint32_t to) {
    return static_cast<double>(seen[{from, to}]) / left[from];
  };
  EXPECT_EQ(share(kEntry, kHold), 1.0);
  EXPECT_NEAR(share(kHold, kScaleOut), 0.75, 4 * std::sqrt(0.75 * 0.25 / left[kHold]));
  EXPECT_NEAR(share(kHold, kCrashExit), 0.25, 4 * std::sqrt(0.75 * 0.25 / left[kHold]));
  EXPECT_EQ(plans.size(), 2u);
}

TEST(Composition, SuccessorsAreThoseOfEveryPrimitiveOfTheKind) {
  const Strategy s = book_of_habits();
  const MenuItem after_hold = s.successors[1];
  EXPECT_EQ(after_hold.count, 4u);
  EXPECT_EQ(s.successors[1].first, s.successors[5].first);
  EXPECT_EQ(s.successors[3].count, 0u) << "what leaves no position has nothing after it";
  for (std::uint32_t i = 0; i < after_hold.count; ++i) {
    const std::uint32_t next = s.menu[after_hold.first + i];
    EXPECT_EQ(s.primitives[next - 1].kind, kHold);
  }
}

TEST(Composition, AnEventCallsThePrimitiveThatAnswersIt) {
  for (std::uint64_t id = 0; id < 40; ++id) {
    Execution e;
    e.p.override_events = 0;
    e.begin(PlanSequence::transitions, id);
    while (e.kind() != kHold) e.step();
    e.step(4);
    e.event(MarketEvent::crash);
    e.step();
    EXPECT_EQ(e.kind(), kCrashExit);
    EXPECT_EQ(e.plan.untriggered, 0u);
  }
}

TEST(Composition, OfSeveralAnswersItIsOneThatSuitsTheMarket) {
  constexpr std::uint32_t crash = event_bit(MarketEvent::crash);
  std::map<std::uint32_t, int> chosen[2];
  for (std::uint64_t id = 0; id < 60; ++id) {
    for (const bool gained : {false, true}) {
      Execution e;
      for (Primitive& p : e.strategy.primitives) {
        if (p.kind != kScaleOut || p.start < 1) continue;
        p.trigger = crash;
        p.condition = event_bit(MarketEvent::gain);
      }
      organise(e.strategy);
      e.view = e.strategy.view();
      e.p.override_events = 0;
      e.begin(PlanSequence::transitions, id);
      while (e.kind() != kHold) e.step();
      e.step(4);
      e.market.started = crash;
      e.market.active = crash | (gained ? event_bit(MarketEvent::gain) : 0u);
      e.step();
      ++chosen[gained][e.kind()];
    }
  }
  EXPECT_EQ(chosen[0].size(), 1u);
  EXPECT_EQ(chosen[0][kCrashExit], 60) << "a scale-out asks for a gain";
  EXPECT_GT(chosen[1][kScaleOut], 20);
  EXPECT_GT(chosen[1][kCrashExit], 2);
}

TEST(Composition, ANamedPlanRunsAsNamed) {
  Execution e;
  NamedPlan& plan = e.view.sequences.plan;
  plan.count = 3;
  plan.sides = 1;
  plan.duration = 1800;
  plan.kinds[0] = kEntry;
  plan.kinds[1] = kScaleOut;
  plan.kinds[2] = kCrashExit;
  for (std::uint64_t id = 0; id < 20; ++id) {
    e.begin(PlanSequence::plan, id);
    EXPECT_EQ(kinds_of(e), (std::vector<std::uint32_t>{kEntry, kScaleOut, kCrashExit}));
    EXPECT_NEAR(e.plan.dmp.y, 0.0f, 0.01f);
  }
}

TEST(Composition, APrimitiveElsewhereKeepsItsShare) {
  EXPECT_FLOAT_EQ(relative_aim({8, 0, 1, 1, 1, 0.5f}, 0.6f, 1), 0.3f) << "half of what there is";
  EXPECT_FLOAT_EQ(relative_aim({8, 0, 1, 1, 0.5f, 0}, 0.6f, 1), 0.0f);
  EXPECT_FLOAT_EQ(relative_aim({8, 0, 1, 1, 1, 0.5f}, 0.6f, 5), 0.6f) << "what reduces never builds up";
  EXPECT_FLOAT_EQ(relative_aim({1, 0, 1, 1, 0.25f, 0.75f}, 0.1f, 1), 0.6f);
  EXPECT_FLOAT_EQ(relative_aim({11, 0, 1, 1, 1, 1}, 0.4f, 1), 0.4f) << "holding holds what there is";
  EXPECT_FLOAT_EQ(relative_aim({10, 0, 1, 1, 1, -1}, 0.4f, 1), -1.0f);
  EXPECT_FLOAT_EQ(relative_aim({2, 0, 1, 1, 0, -1}, 0.4f, 1), -1.0f) << "what opens the opposite position";
  EXPECT_FLOAT_EQ(relative_aim({2, 0, 1, 1, 0, -1}, -0.4f, 1), -1.4f);
  EXPECT_FLOAT_EQ(relative_aim({8, 0, 1, 1, -1, -0.5f}, 0.4f, 1), 0.2f) << "what reduces turns nothing";
}

class Override : public testing::Test {
 protected:
  /// A crash in the middle of the entry of a plan that would go on to a scale-out.
  void crash(OverrideAction action, PlanSequence sequence = PlanSequence::demonstration) {
    e.p.override_action = static_cast<std::uint32_t>(action);
    std::uint64_t id = 0;
    do e.begin(sequence, id++);
    while (e.plan.cycle == 3);
    e.step(5);
    ASSERT_EQ(e.kind(), kEntry);
    held = e.plan.dmp.y;
    e.event(MarketEvent::crash);
    e.step();
  }
  Execution e;
  float held = 0;
};

TEST_F(Override, AbortGoesHomeAndOpensNoMore) {
  e.p.positions = 5;
  crash(OverrideAction::abort);
  EXPECT_TRUE(e.plan.aborted);
  EXPECT_EQ(e.plan.aggressiveness, 1.0f);
  e.step(200);
  EXPECT_EQ(e.plan.mode, PlanMode::finished);
  EXPECT_EQ(e.plan.opened, 1u);
  EXPECT_NEAR(e.plan.dmp.y, 0.0f, 1e-4f);
}

TEST_F(Override, ReplanFollowsTheCycleThatShowsTheAnswer) {
  crash(OverrideAction::replan);
  EXPECT_EQ(e.kind(), kCrashExit);
  EXPECT_EQ(e.plan.cycle, 3u);
  EXPECT_EQ(e.plan.overrides, 1u);
  e.step(20);
  EXPECT_EQ(e.plan.mode, PlanMode::finished);
}

TEST_F(Override, ReplaceTakesOnePrimitivesPlaceAndThePlanGoesOn) {
  e.strategy.primitives[14].goal = 0.5f;  // the answer leaves half of the position
  organise(e.strategy);
  e.view = e.strategy.view();
  crash(OverrideAction::replace);
  EXPECT_EQ(e.kind(), kCrashExit);
  e.market.active = 0;
  e.step(8);
  EXPECT_NEAR(e.plan.dmp.y, 0.5f * held, 0.02f);
  e.step(4);
  EXPECT_EQ(e.kind(), kHold) << "what would have followed the entry";
  EXPECT_NEAR(e.plan.dmp.y, 0.5f * held, 0.02f);
  while (e.plan.mode != PlanMode::finished) e.step();
  EXPECT_NEAR(e.plan.dmp.y, 0.0f, 0.01f);
}

TEST_F(Override, WithoutAnAnswerThePlanIsLeft) {
  e.strategy.primitives[14].trigger = 0;
  organise(e.strategy);
  e.view = e.strategy.view();
  crash(OverrideAction::replan);
  EXPECT_EQ(e.kind(), kScaleOut);
  EXPECT_EQ(e.plan.segment, 3u);
}

TEST(Band, AProfitOrLossThatIsEnoughLeadsToTheExit) {
  for (const float gain : {0.03f, -0.02f}) {
    Execution e;
    e.p.profit_target = 0.03f;
    e.p.loss_stop = 0.02f;
    e.sight.profit = 0.5f;  // made before: none of this position's
    e.begin(PlanSequence::demonstration, 1);
    e.step(5);
    EXPECT_EQ(e.kind(), kEntry);
    e.sight.profit = 0.5f + 0.99f * gain;
    e.step();
    EXPECT_EQ(e.kind(), kEntry);
    e.sight.profit = 0.5f + 1.01f * gain;
    e.step();
    EXPECT_LT(std::abs(e.view.primitives[e.plan.at].goal), 1.0f);
    EXPECT_EQ(e.plan.rule_exits, 1u);
  }
}

TEST(Repelled, APriceThatRunsAwayDelaysAndNeverOvershoots) {
  Execution free, held;
  held.p.repulsion.price = 1;
  for (Execution* const e : {&free, &held}) e->begin(PlanSequence::demonstration, 1);
  float most = 0;
  for (int i = 0; i < 60; ++i) {
    held.sight.price = i < 20 ? 0.002f * static_cast<float>(i) : 0.0f;  // twice as far as it should go, and back
    free.step();
    held.step();
    if (i < 20) {
      EXPECT_LE(held.plan.dmp.y, free.plan.dmp.y + 1e-6f);
    }
    most = std::max(most, held.plan.dmp.y);
  }
  EXPECT_LE(most, 1.001f);
}

TEST(Hold, TheEndIsHeldForSoManySteps) {
  std::array<std::uint32_t, 2> ends = {};
  for (std::uint32_t i = 0; i < 2; ++i) {
    Execution e;
    e.p.hold_steps = 7 * i;
    e.begin(PlanSequence::demonstration, 1);
    while (e.plan.mode != PlanMode::finished && ends[i] < 400) {
      e.step();
      ++ends[i];
    }
  }
  EXPECT_EQ(ends[1], ends[0] + 7);
}

TEST(BoundaryDeviation, MovesBoundariesLogNormally) {
  double sum = 0, squares = 0;
  constexpr int n = 1000;
  for (int i = 0; i < n; ++i) {
    Execution e;
    e.p.boundary_deviation = 0.2f;
    e.begin(PlanSequence::demonstration, static_cast<std::uint64_t>(i));
    while (e.plan.mode != PlanMode::running) e.step();
    const double log = std::log(e.plan.boundary);
    sum += log;
    squares += log * log;
    int steps = 0;
    while (e.plan.segment == 0 && steps < 400) {
      e.step();
      ++steps;
    }
    EXPECT_NEAR(steps, std::exp(log) * 600 / kBarSeconds, 1.01);
  }
  EXPECT_NEAR(sum / n, 0, 4 * 0.2 / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(squares / n), 0.2, 4 * 0.2 / std::sqrt(2.0 * n));
}

}  // namespace
}  // namespace marketmimic
