#include "marketmimic/dmp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace marketmimic {
namespace {

/// Path of a movement from `y0` to `goal` over tau = 1 with a bump of forcing, `n` steps.
std::vector<double> movement(float y0, float goal, float bump, int n, float tau = 1.0f, float h_scale = 1.0f) {
  Dmp dmp{y0, 0.0f};
  std::vector<double> path;
  for (int i = 0; i < n; ++i) {
    const float phase = static_cast<float>(i) / static_cast<float>(n);
    const float forcing = bump * std::sin(3.14159265f * phase) * dmp_gate(phase);
    dmp.step({goal, 0.0f, forcing, tau}, h_scale / static_cast<float>(n));
    path.push_back(dmp.y);
  }
  return path;
}

TEST(Dmp, ConvergesAsTheClosedFormSays) {
  // Critically damped from rest: the distance left after t is (1 + lambda t) e^(-lambda t).
  for (const int n : {1, 7, 100}) {
    Dmp dmp{0.0f, 0.0f};
    for (int i = 0; i < n; ++i) dmp.step({1.0f, 0.0f, 0.0f, 2.0f}, 1.0f / static_cast<float>(n));
    const double lt = 25.0 / (2.0 * 2.0);
    EXPECT_NEAR(dmp.y, 1.0 - (1.0 + lt) * std::exp(-lt), 3e-6) << n << " steps";
    EXPECT_NEAR(dmp.v, lt * lt * std::exp(-lt), 3e-5) << n << " steps";
  }
}

TEST(Dmp, AgreesWithRungeKutta) {
  // y'' = (alpha (beta (g - y) + tau (g' - y')) + f) / tau^2 with f in the unit of y: f = alpha beta forcing.
  const double tau = 0.8, forcing = 0.3, speed = 0.5, alpha = kDmpAlpha, beta = alpha / 4;
  double y = 0.2, v = -1.0, t = 0;
  const auto acceleration = [&](double time, double at, double velocity) {
    return (alpha * (beta * (1.0 + speed * time + forcing - at) + tau * (speed - velocity))) / (tau * tau);
  };
  const int n = 20000;
  const double h = 0.5 / n;
  for (int i = 0; i < n; ++i, t += h) {
    const double k1 = v, l1 = acceleration(t, y, v);
    const double k2 = v + h / 2 * l1, l2 = acceleration(t + h / 2, y + h / 2 * k1, v + h / 2 * l1);
    const double k3 = v + h / 2 * l2, l3 = acceleration(t + h / 2, y + h / 2 * k2, v + h / 2 * l2);
    const double k4 = v + h * l3, l4 = acceleration(t + h, y + h * k3, v + h * l3);
    y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    v += h / 6 * (l1 + 2 * l2 + 2 * l3 + l4);
  }
  Dmp dmp{0.2f, -1.0f};
  dmp.step({1.0f, 0.5f, 0.3f, 0.8f}, 0.5f);  // one exact step for all of it
  EXPECT_NEAR(dmp.y, y, 2e-5);
  EXPECT_NEAR(dmp.v, v, 2e-4);
}

TEST(Dmp, IsInvariantToTau) {
  const auto fast = movement(0, 1, 0.4f, 64, 1.0f, 1.0f), slow = movement(0, 1, 0.4f, 64, 16.0f, 16.0f);
  EXPECT_EQ(fast, slow);  // a power of two scales exactly
}

TEST(Dmp, IsInvariantToTranslation) {
  const auto here = movement(0.25f, 1, 0.4f, 200), there = movement(8.25f, 9, 0.4f, 200);
  for (std::size_t i = 0; i < here.size(); ++i) EXPECT_NEAR(here[i] + 8.0, there[i], 2e-5);
}

TEST(Dmp, NeitherBlowsUpNorMirrorsAsTheGoalNearsTheStart) {
  const auto peak = [](float goal) {
    const auto path = movement(0, goal, 1.0f, 400);
    return *std::max_element(path.begin(), path.end());
  };
  const double round_trip = peak(0.0f);
  EXPECT_GT(round_trip, 0.5);
  EXPECT_NEAR(peak(0.001f), round_trip, 0.0011);
  EXPECT_NEAR(peak(-0.001f), round_trip, 0.0011);  // a change of sign does not mirror the bump
  EXPECT_LT(peak(0.1f), round_trip + 0.11);
}

TEST(Dmp, LagsAMovingGoalByFourTauVOverAlphaUnlessItsVelocityIsFedForward) {
  const float v = 0.01f, tau = 50.0f, h = 1.0f;
  Dmp blind{0, 0}, informed{0, 0};
  float goal = 0;
  for (int i = 0; i < 2000; ++i) {
    // Goal held over the step for the blind one: hold it at mid-step, so that holding itself adds no lag.
    blind.step({goal + 0.5f * v * h, 0.0f, 0.0f, tau}, h);
    informed.step({goal, v, 0.0f, tau}, h);
    goal += v * h;
  }
  EXPECT_NEAR(goal - blind.y, 4.0f * tau * v / kDmpAlpha, 0.01f * 4.0f * tau * v / kDmpAlpha);
  EXPECT_NEAR(informed.y, goal, 1e-4f);
}

TEST(Dmp, JoinsPrimitivesWithoutAJumpInValueOrRate) {
  Dmp dmp{0, 0};
  for (int i = 0; i < 30; ++i) dmp.step({1.0f, 0, 0, 1.0f}, 0.01f);
  const Dmp before = dmp;
  ASSERT_GT(before.v, 0.5f);
  dmp.step({-1.0f, 0, 0, 2.0f}, 1e-5f);  // the next primitive begins, with another goal and duration
  EXPECT_NEAR(dmp.y, before.y, 1e-4f);
  EXPECT_NEAR(dmp.v, before.v, 5e-3f);
}

TEST(Dmp, IsStableForEveryStep) {
  for (const float h : {1e-6f, 0.1f, 1.657f, 10.0f, 1e4f, 1e9f}) {
    Dmp dmp{5.0f, -3.0f};
    for (int i = 0; i < 200; ++i) dmp.step({1.0f, 0, 0, 1.0f}, h);
    EXPECT_LE(std::abs(dmp.y - 1.0f), 4.01f) << h;
    if (h >= 0.1f) EXPECT_NEAR(dmp.y, 1.0f, 1e-4f) << h;
  }
}

TEST(Dmp, GateLeavesNoForcingAtTheEnd) {
  EXPECT_GT(dmp_gate(0.0f), 0.999f);
  EXPECT_GT(dmp_gate(0.7f), 0.99f);
  EXPECT_LT(dmp_gate(1.0f), 0.003f);
}

TEST(Dmp, LookUpIsCloseToTheSum) {
  const std::vector<float> weights = {0.3f, -1, 2, 0.5f, -0.7f, 1.5f, 0, 1, -2, 0.4f};
  std::vector<float> table(2 * kForcingEntries, -99.0f);
  for (std::uint32_t i = 0; i < kForcingEntries; ++i)
    table[kForcingEntries + i] = dmp_forcing(static_cast<float>(i) / (kForcingEntries - 1), weights.data(), 10);
  // Linear interpolation errs by at most h^2 / 8 max |f''|, here from second differences in double precision.
  const auto exact_sum = [&](double phase) {
    double sum = 0, total = 0;
    for (int i = 0; i < 10; ++i) {
      const double distance = phase * 9 - i, psi = std::exp(-2 * distance * distance);
      sum += psi * weights[static_cast<std::size_t>(i)];
      total += psi;
    }
    return sum / total / (1 + std::exp(-40 * (0.85 - phase)));
  };
  double curvature = 0;
  for (double phase = 1e-3; phase < 1; phase += 1e-3)
    curvature =
        std::max(curvature, std::abs(exact_sum(phase - 1e-3) - 2 * exact_sum(phase) + exact_sum(phase + 1e-3)) / 1e-6);
  const double bound = 1.02 * curvature / (8 * 255.0 * 255.0) + 1e-5;
  for (int i = 0; i <= 10000; ++i) {
    const float phase = static_cast<float>(i) * 1e-4f;
    EXPECT_NEAR(dmp_lookup(table.data(), kForcingEntries, phase), exact_sum(phase), bound);
  }
}

}  // namespace
}  // namespace marketmimic
