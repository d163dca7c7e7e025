#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "host/decomposition/aggressiveness_fit.hpp"
#include "host/decomposition/decompose.hpp"
#include "host/decomposition/dmp_fit.hpp"
#include "logs.hpp"
#include "marketmimic/sequencer.hpp"

namespace marketmimic {
namespace {

constexpr float kOneMinute = 60;

Primitive an_hour() { return {.duration = 3600, .tau = 1200, .start = 0, .goal = 1}; }

/// A lot in every step of an hour, so much of which is taken.
template <class Share>
std::vector<OrderVolume> each_step(const Share& share) {
  std::vector<OrderVolume> steps;
  for (std::size_t k = 0; k < 60; ++k) steps.push_back({k, 1, share(k)});
  return steps;
}

TEST(AggressivenessFit, RecoversTheDmpThatMadeIt) {
  const Aggressiveness planted{0.1f, 0.8f, 1500, 0};
  const std::vector<float> table = forcing_table(std::vector<float>{0.3f, -0.2f, 0.1f});
  Dmp state = planted.begin();
  const Primitive primitive = an_hour();
  const auto steps = each_step([&](std::size_t k) {
    return static_cast<double>(
        planted.step(state, table.data(), primitive.phase(static_cast<float>(k) * kOneMinute), 1, kOneMinute));
  });
  const AggressivenessFit fit = fit_aggressiveness(primitive, steps, kOneMinute);
  ASSERT_TRUE(fit.share.changes());
  EXPECT_EQ(fit.table.size(), std::size_t{kForcingEntries});
  EXPECT_LT(fit.error, 0.01f);
  EXPECT_NEAR(fit.share.start, 0.1f, 0.05f);
  EXPECT_NEAR(fit.share.goal, 0.8f, 0.05f);
}

TEST(AggressivenessFit, FollowsWhoRestsFirstAndTakesAtLast) {
  const AggressivenessFit fit =
      fit_aggressiveness(an_hour(), each_step([](std::size_t k) { return k < 40 ? 0.0 : 1.0; }), kOneMinute);
  ASSERT_TRUE(fit.share.changes());
  EXPECT_LT(fit.error, 0.35f) << "a constant misses by 0.47";
  EXPECT_GT(fit.share.goal, 0.85f) << "where it goes on if the primitive lasts longer";
}

TEST(AggressivenessFit, IsAConstantAsFarAsNothingElseIsShown) {
  std::vector<OrderVolume> steps = {{0, 3, 3}, {5, 1, 0}};
  AggressivenessFit fit = fit_aggressiveness(an_hour(), steps, kOneMinute);
  EXPECT_FALSE(fit.share.changes());
  EXPECT_FLOAT_EQ(fit.error, std::sqrt(0.75f * 0.25f)) << "by volume";
  steps.clear();
  for (std::size_t k = 0; k < 11; ++k) steps.push_back({k, 1, k < 6 ? 0.0 : 1.0});
  EXPECT_FALSE(fit_aggressiveness(an_hour(), steps, kOneMinute).share.changes()) << "too few";
  EXPECT_FALSE(fit_aggressiveness(an_hour(), {}, kOneMinute).share.changes());
  Primitive rhythm = an_hour();
  rhythm.period = 600;
  EXPECT_FALSE(fit_aggressiveness(rhythm, each_step([](std::size_t k) { return k < 40 ? 0.0 : 1.0; }), kOneMinute)
                   .share.changes());
}

/// Orders that take or rest by the toss of a coin show no change.
TEST(AggressivenessFit, TakesChanceForChance) {
  std::mt19937_64 engine(3);
  std::uniform_real_distribution<double> uniform;
  std::size_t believed = 0;
  constexpr std::size_t tried = 500;
  for (std::size_t i = 0; i < tried; ++i) {
    const double odds = 0.2 + 0.6 * uniform(engine);
    const std::size_t every = 1 + engine() % 4;
    std::vector<OrderVolume> steps;
    for (std::size_t k = 0; k < 60; k += every) {
      const double lots = 0.5 + uniform(engine);
      steps.push_back({k, lots, uniform(engine) < odds ? lots : 0});
    }
    believed += fit_aggressiveness(an_hour(), steps, kOneMinute).share.changes() ? 1 : 0;
  }
  EXPECT_LE(believed, tried / 50);
}

/// As much in one order as in all others tells less than as many alike.
TEST(AggressivenessFit, AFewLargeOrdersAreFew) {
  std::mt19937_64 engine(5);
  std::lognormal_distribution<double> size(0, 2);
  std::size_t believed = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    std::vector<OrderVolume> orders;
    for (std::size_t k = 0; k < 60; ++k) {
      const double lots = size(engine);
      orders.push_back({k, lots, engine() % 2 == 0 ? lots : 0});
    }
    believed += fit_aggressiveness(an_hour(), orders, kOneMinute).share.changes() ? 1 : 0;
  }
  EXPECT_LE(believed, 3u);
}

/// Four orders, each filled in ten pieces, one after the other or two at a time, are no forty.
TEST(Aggressiveness, OfOrdersFilledInPiecesIsCountedByOrder) {
  for (const bool interleaved : {false, true}) {
    std::vector<Fill> fills;
    for (int k = 0; k < 40; ++k) {
      const int order = interleaved ? k / 20 * 2 + k % 2 : k / 10;
      fills.push_back(fill(60.0 * k + 5, 1, 100, "in-" + std::to_string(order)));
      fills.back().taker = k >= 20;
    }
    fills.push_back(fill(2465, -40, 100, "out"));
    DecompositionOptions options;
    options.rotations = 0;
    EXPECT_EQ(decompose(log_of(std::move(fills)), bars_of(calm(100)), options).strategy.view().aggressiveness, nullptr);
  }
}

/// Forty orders a minute apart, the first `resting` of which rest; all is left at once, at market.
Fills patient_at_first(int resting) {
  std::vector<Fill> fills;
  for (int k = 0; k < 40; ++k) {
    fills.push_back(fill(60.0 * k + 5, 1, 100, "in-" + std::to_string(k)));
    fills.back().taker = k >= resting;
  }
  fills.push_back(fill(2465, -40, 100, "out"));
  return log_of(std::move(fills));
}

TEST(Aggressiveness, IsLearnedFromALogAndExecutedInThePaceOfTheMarket) {
  DecompositionOptions options;
  options.rotations = 0;
  const Decomposition d = decompose(patient_at_first(25), bars_of(calm(100)), options);
  const Strategy& s = d.strategy;
  ASSERT_EQ(s.primitives.size(), 2u);
  EXPECT_FLOAT_EQ(s.primitives[0].aggressiveness, 15.0f / 40);
  ASSERT_TRUE(s.aggressiveness[0].changes());
  EXPECT_FALSE(s.aggressiveness[1].changes());
  EXPECT_LT(s.aggressiveness_error[0], 0.35f);
  ASSERT_NE(s.view().aggressiveness, nullptr);

  const auto shares = [&](float burst) {  // after each step of the build-up
    AdaptationParameters p;
    p.start_patience = 0;
    Detectors market = Detectors::start(0, 1e-6f);
    market.recent_variance = burst * burst * s.primitives[0].burst * market.usual_variance;
    const Stream stream = Stream::of(1, 1);
    Sequencer plan = Sequencer::start(p, s.view(), 288 * kOneMinute, stream);
    std::vector<float> path;
    for (int t = 0; t < 200 && plan.segment == 0; ++t) {
      plan.adapt(p, s.view(), market, plan.dmp.y, kOneMinute, stream);
      if (plan.segment == 0) path.push_back(plan.aggressiveness);
    }
    EXPECT_EQ(plan.aggressiveness, 1.0f) << "the exit has a share of its own";
    return path;
  };
  const auto crossed = [](const std::vector<float>& path) {
    return static_cast<double>(std::find_if(path.begin(), path.end(), [](float share) { return share > 0.5f; }) -
                               path.begin());
  };
  const std::vector<float> usual = shares(1), fast = shares(2);
  EXPECT_LT(usual[5], 0.2f);
  EXPECT_GT(usual[35], 0.8f);
  EXPECT_NEAR(crossed(usual), 25, 4);
  EXPECT_NEAR(crossed(fast), crossed(usual) / 2, 2) << "twice the pace";

  const Decomposition plain = decompose(patient_at_first(0), bars_of(calm(100)), options);
  EXPECT_EQ(plain.strategy.view().aggressiveness, nullptr) << "whose share never changes costs nothing";
}

}  // namespace
}  // namespace marketmimic
