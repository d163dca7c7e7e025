#include "host/decomposition/rhythm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "host/decomposition/cycle_fit.hpp"
#include "host/decomposition/decompose.hpp"
#include "logs.hpp"
#include "marketmimic/composition.hpp"
#include "marketmimic/sequencer.hpp"

namespace marketmimic {
namespace {

struct Swings {
  std::vector<float> path;
  std::vector<std::size_t> turns;

  /// Exposure goes to `level` in step `at`.
  void to(std::size_t at, float level) {
    path.resize(at + 1, path.empty() ? 0.0f : path.back());
    path.push_back(level);
    turns.push_back(at);
  }
  std::optional<Rhythm> found(std::size_t first = 0) const {
    return rhythm_at(path, turns[first], std::span(turns).subspan(first + 1), path.size() - 1, 1000);
  }
};

/// 1 until step 10, then between 0.6 and 1, `periods` times in `period` steps each, and to 0 at `end`. The second
/// period begins `late` steps late.
Swings swinging(std::size_t periods, std::size_t period, std::size_t end, std::size_t late = 0) {
  Swings s;
  s.path = {1};
  for (std::size_t k = 0; k < periods; ++k) {
    s.to(10 + k * period + (k == 1 ? late : 0), 0.6f);
    s.to(10 + k * period + period / 2, 1);
  }
  s.to(end, 0);
  return s;
}

TEST(Rhythm, IsFoundFromItsFirstTurnToItsLastPeriodsEnd) {
  const auto rhythm = swinging(6, 30, 400).found();
  ASSERT_TRUE(rhythm);
  EXPECT_EQ(rhythm->begin, 10u);
  EXPECT_EQ(rhythm->periods, 6u);
  EXPECT_EQ(rhythm->period, 30);
  EXPECT_EQ(rhythm->end(), 190u);
  EXPECT_EQ(swinging(6, 30, 190).found()->end(), 190u) << "what follows begins with the next period";
  EXPECT_EQ(swinging(6, 30, 180).found()->periods, 5u) << "the sixth is cut short";
}

TEST(Rhythm, NeedsThreePeriodsAlikeInTimeAndLevel) {
  EXPECT_TRUE(swinging(3, 30, 400).found());
  EXPECT_FALSE(swinging(2, 30, 400).found());
  EXPECT_TRUE(swinging(3, 30, 400, 1).found());
  for (std::size_t late = 3; late < 10; ++late) EXPECT_FALSE(swinging(3, 30, 400, late).found()) << late;
  Swings s = swinging(4, 30, 400);
  std::replace(s.path.begin() + 60, s.path.begin() + 90, 0.6f, 0.8f);
  EXPECT_FALSE(s.found()) << "its second or third swing is half as far";
}

TEST(Rhythm, OfAFractionOfAStepIsFollowed) {
  Swings s;
  s.path = {1};
  for (std::size_t k = 0; k < 20; ++k) {
    s.to(static_cast<std::size_t>(std::lround(10 + 17.3 * static_cast<double>(k))), 0.5f);
    s.to(static_cast<std::size_t>(std::lround(10 + 17.3 * (static_cast<double>(k) + 0.4))), 1);
  }
  s.to(500, 0);
  ASSERT_TRUE(s.found());
  EXPECT_EQ(s.found()->periods, 20u);
  EXPECT_NEAR(s.found()->period, 17.3, 0.5 / 18);
}

/// Turns at random times: no rhythm, but for 1 in some hundred starts by chance.
TEST(Rhythm, IsRareByChance) {
  std::mt19937_64 random(5);
  std::uniform_int_distribution<std::size_t> length(5, 60);
  std::uniform_real_distribution<float> level(0.1f, 1);
  std::size_t found = 0, starts = 0;
  for (int log = 0; log < 200; ++log) {
    Swings s;
    s.path = {1};
    std::size_t at = 0;
    for (int k = 0; k < 25; ++k) {
      at += length(random);
      s.to(at, k % 2 == 0 ? 0.5f * level(random) : 0.5f + 0.5f * level(random));
    }
    for (std::size_t first = 0; first + 6 < s.turns.size(); ++first, ++starts) found += s.found(first) ? 1 : 0;
  }
  EXPECT_GT(starts, 3000u);
  EXPECT_LT(found, starts / 200);
}

constexpr double kHalf = 900;  ///< [s] of a swing

/// In, five times down to 0.6 and back, each swing `late(k)` seconds late, and out.
template <class Late>
std::vector<Fill> oscillating(const Late& late) {
  std::vector<Fill> fills = {fill(0, 1, 100, "in")};
  for (int k = 0; k < 10; ++k)
    fills.push_back(fill(static_cast<std::int64_t>(3600 + kHalf * k + late(k)), k % 2 == 0 ? -0.4 : 0.4, 100,
                         "swing-" + std::to_string(k)));
  fills.push_back(fill(3600 + 11 * 900, -1, 100, "out"));
  return fills;
}

std::vector<FittedSegment> segments_of(const std::vector<Fill>& fills, std::vector<Boundary> by_hand = {},
                                       std::size_t bars = 200) {
  const Ledger ledger = build_ledger(log_of(fills));
  const MarketClock market(bars_of(calm(bars)), ledger, {});
  const CyclePath path = cycle_path(ledger, ledger.cycles.at(0), 60'000);
  std::vector<Boundary> boundaries = first_boundaries(path, market, 60'000, 10);
  boundaries.insert(boundaries.end(), by_hand.begin(), by_hand.end());
  std::sort(boundaries.begin(), boundaries.end(), [](const Boundary& a, const Boundary& b) { return a.step < b.step; });
  return fit_cycle(path, boundaries, 60, 0.02f, 99);
}

std::size_t rhythms_in(const std::vector<FittedSegment>& segments) {
  return static_cast<std::size_t>(std::count_if(segments.begin(), segments.end(),
                                                [](const FittedSegment& s) { return s.fit.primitive.rhythmic(); }));
}

TEST(RhythmicPrimitive, TakesThePlaceOfItsSwings) {
  const std::vector<FittedSegment> segments = segments_of(oscillating([](int) { return 0; }));
  ASSERT_EQ(segments.size(), 4u) << "in, oscillation, hold, out";
  const FittedSegment& oscillation = segments[1];
  EXPECT_EQ(oscillation.boundary.step, 60u);
  EXPECT_EQ(oscillation.end, 60u + 5 * 30u);
  EXPECT_FLOAT_EQ(oscillation.fit.primitive.period, 1800);
  EXPECT_NEAR(oscillation.fit.primitive.goal, 0.8, 1e-4);
  EXPECT_LT(oscillation.fit.rmse, 1e-3);
  EXPECT_EQ(oscillation.fit.parameters, 8u) << "four, and a level and a time for each of two changes a period";
  EXPECT_GT(oscillation.confidence, 0.99f);
  EXPECT_EQ(segments[2].boundary.evidence, evidence_bit(Evidence::movement_ended));
}

TEST(RhythmicPrimitive, IsNoneWhereSwingsComeAsTheyLike) {
  const auto late = [](int k) { return 60.0 * (k % 3 == 0 ? 4 : (k % 3 == 1 ? -3 : 0)); };
  const std::vector<FittedSegment> segments = segments_of(oscillating(late));
  EXPECT_EQ(rhythms_in(segments), 0u);
  EXPECT_EQ(segments.size(), 12u);
}

TEST(RhythmicPrimitive, EndsWhereTheUserPutsABoundary) {
  const auto segments =
      segments_of(oscillating([](int) { return 0; }), {{60 + 3 * 30, evidence_bit(Evidence::by_hand)}});
  ASSERT_EQ(rhythms_in(segments), 1u);
  EXPECT_EQ(segments[1].end, 60u + 3 * 30u);
}

/// In, then down to 0.6 for 0.4 of every period of so many seconds, and out.
std::vector<Fill> clocked(double period, int periods) {
  std::vector<Fill> fills = {fill(0, 1, 100, "in")};
  const auto at = [&](double k) { return static_cast<std::int64_t>(std::floor(6000 + k * period)); };
  for (int k = 0; k < periods; ++k) {
    fills.push_back(fill(at(k), -0.4, 100, "down-" + std::to_string(k)));
    fills.push_back(fill(at(k + 0.4), 0.4, 100, "up-" + std::to_string(k)));
  }
  fills.push_back(fill(at(periods) + 1800, -1, 100, "out"));
  return fills;
}

TEST(RhythmicPrimitive, NeedsNoWholeNumberOfStepsAndNoShortPeriod) {
  const auto periods_in = [](const std::vector<FittedSegment>& segments) {
    double periods = 0;
    for (const FittedSegment& s : segments)
      if (s.fit.primitive.rhythmic()) periods += std::round(s.fit.primitive.duration / s.fit.primitive.period);
    return periods;
  };
  const auto odd = segments_of(clocked(17.3 * 60, 40), {}, 600);
  EXPECT_GE(periods_in(odd), 38);
  EXPECT_LE(rhythms_in(odd), 6u);
  for (const double hours : {4.0, 12.0}) {
    const auto slow = segments_of(clocked(3600 * hours, 8), {}, 2000);
    ASSERT_EQ(slow.size(), 4u) << hours;
    EXPECT_EQ(periods_in(slow), 8) << hours;
    EXPECT_LT(slow[1].fit.rmse, 0.02f) << hours;
  }
}

/// The second order of its build-up is where a fit splits it, and where the swings might seem to begin.
TEST(RhythmicPrimitive, AmidAMovementHasItsOwnName) {
  std::vector<Fill> fills = {fill(30'000, 0.6, 100, "in")};
  for (int k = 0; k < 12; ++k)
    fills.push_back(fill(30'300 + 900 * k, k % 2 == 0 ? 0.4 : -0.4, 100, "swing-" + std::to_string(k)));
  fills.push_back(fill(43'000, -0.6, 100, "out"));
  const Strategy s = decompose(log_of(fills), bars_of(calm(200)), {.detectors = {}, .rotations = 0}).strategy;
  std::size_t rhythms = 0;
  for (const Primitive& p : s.primitives) {
    rhythms += p.rhythmic() ? 1 : 0;
    EXPECT_EQ(p.rhythmic(), p.kind == static_cast<std::uint32_t>(PrimitiveKind::oscillation));
  }
  EXPECT_EQ(rhythms, 1u);
}

TEST(RhythmicPrimitive, IsToItsPositionAsItWas) {
  const Primitive from_top{.start = 1, .goal = 0.75f, .period = 60},
      from_bottom{.start = 0.5f, .goal = 0.75f, .period = 60};
  EXPECT_FLOAT_EQ(relative_aim(from_top, 0.4f, 1), 0.3f);
  EXPECT_FLOAT_EQ(relative_aim(from_top, 1, 0.5f), 0.375f);
  EXPECT_FLOAT_EQ(relative_aim(from_bottom, 0.4f, 1), 0.4f) << "never above what there is";
  EXPECT_FLOAT_EQ(relative_aim(from_top, -1, 1), -0.75f) << "on the side that is held";
  EXPECT_FLOAT_EQ(relative_aim(from_top, 0, 1), 0.75f) << "without a position as it was";
}

/// Continued beyond the demonstration it stays on its path, which no movement could.
TEST(RhythmicPrimitive, GoesOnAsItWasShown) {
  constexpr double period = 37.5 * 60;
  const auto swing = [&](double t) {
    return 0.6 + 0.25 * std::sin(2 * M_PI * t / period) + 0.1 * std::cos(4 * M_PI * t / period);
  };
  std::vector<float> path;
  for (int k = 0; k <= 150; ++k) path.push_back(static_cast<float>(swing(60.0 * k)));
  FitTarget target;
  target.path = path;
  target.movement = 150;
  target.parameters = 60;
  const SegmentFit fit = fit_rhythm(target, static_cast<float>(period), {path[0], 0}, 60, 0.005f);
  EXPECT_TRUE(fit.within(0.005f)) << fit.rmse;
  EXPECT_LE(fit.weights.size(), 12u);
  Primitive p = fit.primitive;
  Dmp state{path[0], 0};
  const std::vector<float> longer = roll_out(p, fit.table.data(), 60, 1500, state);
  for (int k = 300; k < 1500; ++k) ASSERT_NEAR(longer[static_cast<std::size_t>(k)], swing(60.0 * (k + 1)), 0.02) << k;
}

/// Two primitives: a rhythm of 30 steps, 0.5 to 1, and what leaves the position when a trend begins.
struct OscillatingTrader {
  std::vector<Primitive> primitives;
  std::vector<Cycle> cycles;
  std::vector<float> forcing = std::vector<float>(2 * kForcingEntries, 0.0f);
  StrategyView view;

  OscillatingTrader() {
    for (std::uint32_t i = 0; i < kForcingEntries; ++i)
      forcing[kForcingEntries + i] = 4 * i < kForcingEntries || 4 * i > 3 * kForcingEntries ? 0.25f : -0.25f;
    Primitive rhythm{.kind = static_cast<std::uint32_t>(PrimitiveKind::oscillation), .duration = 5400, .tau = 60};
    rhythm.start = 1;
    rhythm.goal = 0.75f;
    rhythm.period = 1800;
    rhythm.forcing = kForcingEntries;
    Primitive out{.kind = static_cast<std::uint32_t>(PrimitiveKind::stop_loss_trail), .trigger = 2, .duration = 600};
    out.tau = 60;
    out.start = 1;
    primitives = {rhythm, out};
    cycles = {{.first = 0, .count = 2, .duration = 6000}};
    view.primitives = primitives.data();
    view.cycles = cycles.data();
    view.forcing = forcing.data();
    view.cycle_count = 1;
  }

  /// Target exposures of `steps` steps of a minute, all orders filled at once, at this burst of volatility; `held`: a
  /// position that another primitive left, outside of the demonstration's cycle.
  std::vector<float> run(float burst, int steps, int trend_at, float held = 0) const {
    const AdaptationParameters p;
    Sequencer plan = Sequencer::start(p, view, 1e6f, Stream::of(1, 1));
    plan.dmp.y = held;
    plan.relative = held != 0;
    Detectors market;
    market.usual_variance = 1;
    market.recent_variance = burst;
    std::vector<float> exposure;
    for (int k = 0; k < steps; ++k) {
      market.started = market.active = k >= trend_at ? 2 : 0;
      const std::uint32_t before = plan.at;
      const float done = plan.progress(primitives[plan.at]);
      plan.adapt(p, view, market, plan.dmp.y, 60, Stream::of(1, 1));
      if (plan.at == before) EXPECT_GE(plan.progress(primitives[plan.at]), done) << "it shows where primitives begin";
      exposure.push_back(plan.dmp.y);
    }
    return exposure;
  }
};

std::size_t crossings(const std::vector<float>& path, float level) {
  std::size_t count = 0;
  for (std::size_t k = 1; k < path.size(); ++k) count += (path[k - 1] < level) != (path[k] < level) ? 1 : 0;
  return count;
}

TEST(RhythmicPrimitive, KeepsThePaceOfTheMarketAndItsSize) {
  const OscillatingTrader trader;
  const std::vector<float> calm = trader.run(1, 120, 1000), wild = trader.run(4, 60, 1000);
  EXPECT_NEAR(*std::max_element(calm.begin(), calm.end()), 1, 1e-4);
  EXPECT_NEAR(*std::min_element(calm.begin() + 5, calm.end()), 0.5, 1e-4);
  EXPECT_EQ(crossings(calm, 0.75f), 8u) << "four periods of half an hour";
  const auto size = static_cast<float>(std::pow(4, -0.25));  // AdaptationParameters::size_exponent
  EXPECT_EQ(crossings(wild, 0.75f * size), 8u) << "twice as fast at twice the volatility";
  EXPECT_NEAR(*std::max_element(wild.begin(), wild.end()), size, 1e-4);
  EXPECT_NEAR(*std::min_element(wild.begin() + 5, wild.end()), 0.5 * size, 1e-4);
}

TEST(RhythmicPrimitive, IsAsLargeAsThePositionItWorksOn) {
  for (const float held : {0.4f, -0.4f}) {
    const std::vector<float> path = OscillatingTrader().run(1, 90, 1000, held);
    float least = 1, most = 0;
    for (std::size_t k = 5; k < path.size(); ++k) {
      least = std::min(least, path[k] / held);
      most = std::max(most, path[k] / held);
    }
    EXPECT_NEAR(least, 0.5, 1e-3);
    EXPECT_NEAR(most, 1, 1e-3);
  }
}

TEST(RhythmicPrimitive, GoesOnUntilItsEventAndNoLongerThanPatience) {
  const OscillatingTrader trader;
  const std::vector<float> called = trader.run(1, 300, 60), uncalled = trader.run(1, 300, 1000);
  EXPECT_GT(called[59], 0.4f);
  EXPECT_LT(std::abs(called[62]), 0.01f) << "a trend ends it within its time";
  const auto patience = static_cast<int>(AdaptationParameters{}.patience * 5400 / 60);
  EXPECT_GT(uncalled[static_cast<std::size_t>(patience - 1)], 0.4f) << "it oscillates beyond its own time";
  EXPECT_LT(std::abs(uncalled[static_cast<std::size_t>(patience + 3)]), 0.01f);
}

}  // namespace
}  // namespace marketmimic
