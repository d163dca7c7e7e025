#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "host/decomposition/strategy_file.hpp"
#include "host/decomposition/variation_fit.hpp"
#include "marketmimic/dmp.hpp"

namespace marketmimic {
namespace {

/// Entries whose goal, duration and forcing go with one standard normal each cycle: log|goal| = 0.3 z, log duration =
/// log 600 - 0.5 z, forcing z times a half wave.
Strategy one_direction(std::uint32_t cycles) {
  Strategy s;
  s.forcing.assign(kForcingEntries, 0.0f);
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  for (std::uint32_t i = 0; i < cycles; ++i) {
    const double z = normal(random);
    Primitive entry{1, 0, static_cast<float>(600 * std::exp(-0.5 * z)), 60, 0, static_cast<float>(std::exp(0.3 * z)),
                    1, 1};
    entry.forcing = static_cast<std::uint32_t>(s.forcing.size());
    for (std::uint32_t k = 0; k < kForcingEntries; ++k)
      s.forcing.push_back(static_cast<float>(z * std::sin(M_PI * k / (kForcingEntries - 1.0))));
    Cycle c{.first = 2 * i, .count = 2, .duration = 1200};
    s.primitives.push_back(entry);
    s.primitives.push_back({8, 0, 600, 60, entry.goal, 0, 1, 1});
    s.cycles.push_back(c);
  }
  organise(s);
  return s;
}

TEST(VariationFit, FindsTheOneDirectionThereIs) {
  const Strategy s = one_direction(400);
  const Variation& v = s.variations[variation_index(s.primitives[0], 0)];
  ASSERT_EQ(v.count, 400u);
  const double sign = v.goals[0] > 0 ? 1 : -1;
  EXPECT_NEAR(sign * v.goals[0], 0.3, 0.3 * 4 / std::sqrt(800.0));
  EXPECT_NEAR(sign * v.durations[0], -0.5, 0.5 * 4 / std::sqrt(800.0));
  EXPECT_NEAR(v.duration, std::log(600), 4 * 0.5 / std::sqrt(400.0));
  const float* const mode = s.shapes.data() + v.shapes + kSpreadPoints;
  for (std::uint32_t i = 0; i < kSpreadPoints; ++i)
    EXPECT_NEAR(sign * mode[i], std::sin(M_PI * i / (kSpreadPoints - 1.0)), 4 / std::sqrt(800.0));
  for (const std::uint32_t none : {1u, 2u}) {
    EXPECT_NEAR(v.goals[none], 0, 1e-5);
    EXPECT_NEAR(v.durations[none], 0, 1e-5);
  }
}

TEST(VariationFit, TooFewAreNoSpread) {
  EXPECT_EQ(one_direction(kFewestVaried - 1).variations[variation_index({.kind = 1, .goal = 1}, 0)].count, 0u);
}

TEST(Varied, TakesTheShareOfItsKind) {
  const Strategy s = one_direction(40);
  const Primitive& p = s.primitives[0];
  Variation v = s.variations[variation_index(p, 0)];
  const float z[kVariationModes] = {1, -0.5f, 2};
  const Varied plain = Varied::draw(v, p, 0.5f, z);
  v.width = 0.5f;
  const Varied half = Varied::draw(v, p, 1, z);
  EXPECT_EQ(half.goal, plain.goal);
  EXPECT_EQ(half.duration, plain.duration);
  EXPECT_EQ(half.keep, plain.keep);
  v.width = 0;
  const Varied still = Varied::draw(v, p, 1, z);
  EXPECT_EQ(still.goal, 1.0f);
  EXPECT_EQ(still.duration, 1.0f);
  EXPECT_EQ(still.forcing(s.shapes.data(), 0.75f, 1, 0.5f), 0.75f);
}

/// The smoothed bootstrap keeps mean and variance, for any h.
TEST(Varied, DrawsHaveTheMeanAndSpreadOfTheDemonstrations) {
  const Strategy s = one_direction(400);
  const Variation& v = s.variations[variation_index(s.primitives[0], 0)];
  const auto moments = [&](float h) {
    std::mt19937_64 random(11);
    std::normal_distribution<float> normal;
    double sum = 0, squares = 0, joint = 0, longer = 0;
    int n = 0;
    for (std::uint32_t i = 0; i < 400; ++i) {
      const Primitive& p = s.primitives[2 * i];
      for (int draw = 0; draw < 50; ++draw, ++n) {
        const float z[kVariationModes] = {normal(random), normal(random), normal(random)};
        const Varied x = Varied::draw(v, p, h, z);
        const double goal = std::log(p.goal * x.goal), duration = std::log(p.duration * x.duration) - std::log(600);
        sum += goal;
        squares += goal * goal;
        joint += goal * duration;
        longer += duration * duration;
      }
    }
    return std::array{sum / n, squares / n, joint / std::sqrt(squares * longer)};
  };
  const auto none = moments(0);
  for (const float h : {0.3f, 1.0f, 3.0f}) {
    const auto some = moments(h);
    EXPECT_NEAR(some[0], none[0], 0.01) << h;
    EXPECT_NEAR(some[1], none[1], 0.05 * none[1] + 1e-4) << h;
    EXPECT_LT(some[2], -0.99) << "a larger position is still a faster one";
  }
}

TEST(Varied, WithoutSpreadNothingChanges) {
  const Primitive p{.kind = 1, .duration = 600, .goal = 0.7f};
  const float z[kVariationModes] = {1, -2, 3};
  const Varied x = Varied::draw(Variation{}, p, 1, z);
  EXPECT_EQ(x.goal, 1.0f);
  EXPECT_EQ(x.duration, 1.0f);
  EXPECT_EQ(x.forcing(nullptr, 0.25f, 2, 0.5f), 0.25f);
}

}  // namespace
}  // namespace marketmimic
