#include "marketmimic/dmp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <vector>

#include "marketmimic/primitive.hpp"

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

/// Runge-Kutta of fourth order for the equations as the papers write them, in double precision.
struct Equations {
  DmpForm form = DmpForm::unscaled;
  double goal = 1, speed = 0, forcing = 0, tau = 1, start = 0, progress = 1;

  std::array<double, 3> derivative(double t, const std::array<double, 3>& s) const {
    const double alpha = kDmpAlpha, beta = alpha / 4, now = goal + speed * t, x = 1 - progress;
    const double target = form == DmpForm::delayed_goal ? s[2] : now;
    const double opening = form == DmpForm::pastor ? -alpha * beta * (goal - start) * x : 0;
    const double force = alpha * beta * forcing;
    return {s[1], (alpha * (beta * (target - s[0]) + tau * (speed - s[1])) + opening + force) / (tau * tau),
            kGoalAlpha * (now - s[2]) / tau + speed};
  }
  std::array<double, 3> after(std::array<double, 3> s, double seconds, int steps = 20000) const {
    const double h = seconds / steps;
    const auto moved = [&](const std::array<double, 3>& by, double share) {
      std::array<double, 3> to = s;
      for (std::size_t k = 0; k < 3; ++k) to[k] += share * h * by[k];
      return to;
    };
    for (int i = 0; i < steps; ++i) {
      const double t = i * h;
      const auto a = derivative(t, s), b = derivative(t + h / 2, moved(a, 0.5)),
                 c = derivative(t + h / 2, moved(b, 0.5)), d = derivative(t + h, moved(c, 1));
      for (std::size_t k = 0; k < 3; ++k) s[k] += h / 6 * (a[k] + 2 * b[k] + 2 * c[k] + d[k]);
    }
    return s;
  }
};

TEST(Dmp, AgreesWithRungeKuttaInOneStep) {
  for (const DmpForm form : {DmpForm::unscaled, DmpForm::pastor, DmpForm::delayed_goal}) {
    const Equations papers{form, 1.0, 0.5, 0.3, 0.8, 0.2, 0.4};
    const auto expected = papers.after({0.2, -1.0, -0.6}, 0.3);
    Dmp dmp{0.2f, -1.0f, -0.6f};
    dmp.step({1.0f, 0.5f, 0.3f, 0.8f, static_cast<std::uint32_t>(form), 0.2f, 0.4f}, 0.3f);
    EXPECT_NEAR(dmp.y, expected[0], 2e-5) << static_cast<int>(form);
    EXPECT_NEAR(dmp.v, expected[1], 2e-4) << static_cast<int>(form);
    if (form == DmpForm::delayed_goal) EXPECT_NEAR(dmp.delayed, expected[2], 2e-5);
  }
}

/// A sinusoidal forcing of unit size that is held over each of `n` steps a period, for `periods` periods from `start`.
std::vector<double> rhythm(Dmp dmp, int n, int periods, float tau) {
  std::vector<double> path;
  for (int k = 0; k < n * periods; ++k) {
    const float phase = Primitive{.duration = 100, .period = 1}.phase(static_cast<float>(k) / static_cast<float>(n));
    dmp.step({0.3f, 0, std::sin(6.2831853f * phase), tau}, 1 / static_cast<float>(n));
    path.push_back(dmp.y);
  }
  return path;
}

/// The spring is a filter of second order: the swing is g + Im(H e^(i w t)), H = (1 + i w 2 tau / alpha)^-2. A forcing
/// held over steps comes half a step late.
TEST(Dmp, ARhythmSwingsAsTheTransferFunctionSays) {
  constexpr int n = 500;
  for (const float tau : {0.25f, 1.0f, 4.0f}) {
    const std::complex<double> w(0, 2 * M_PI), gain = 1.0 / std::pow(1.0 + w * (2.0 * tau / kDmpAlpha), 2);
    const std::vector<double> path = rhythm({0.3f, 0}, n, 12, tau);
    for (int k = 11 * n; k < 12 * n; ++k) {
      const double t = (k + 1.0 - 0.5) / n;
      ASSERT_NEAR(path[static_cast<std::size_t>(k)], 0.3 + (gain * std::exp(w * t)).imag(), 2e-4) << tau << ' ' << k;
    }
  }
}

/// A limit cycle: from wherever it starts, what is left of the distance after t is (1 + lambda t) e^(-lambda t) of it.
TEST(Dmp, ARhythmComesBackToItsCycle) {
  const std::vector<double> one = rhythm({0, 0}, 50, 3, 1), other = rhythm({5, 0}, 50, 3, 1);
  for (std::size_t k = 0; k < one.size(); ++k) {
    const double lt = 0.5 * kDmpAlpha * static_cast<double>(k + 1) / 50;
    ASSERT_NEAR(other[k] - one[k], 5 * (1 + lt) * std::exp(-lt), 1e-5);
  }
}

TEST(Dmp, ThePeriodicBasisGoesRound) {
  for (const std::uint32_t n : {4u, 9u, 48u}) {
    const float spacing = 1 / static_cast<float>(n);
    for (std::uint32_t i = 0; i < n; ++i) {
      const float centre = static_cast<float>(i) * spacing, later = centre + 0.5f * spacing;
      EXPECT_NEAR(dmp_periodic_basis(centre, i, n), 1, 1e-6);
      EXPECT_NEAR(dmp_periodic_basis(later > 1 ? later - 1 : later, i, n), std::exp(-0.5), 1e-4);
      EXPECT_NEAR(dmp_periodic_basis(0, i, n), dmp_periodic_basis(1, i, n), 1e-6);
    }
    std::vector<float> weights(n, 0.0f);
    weights[1] = 3;
    EXPECT_NEAR(dmp_forcing(0, weights.data(), n, true), dmp_forcing(1, weights.data(), n, true), 1e-5);
    std::fill(weights.begin(), weights.end(), 2.0f);
    EXPECT_NEAR(dmp_forcing(0.99f, weights.data(), n, true), 2, 1e-5) << "no gate: it has no end";
  }
}

TEST(Dmp, APhaseIsThatOfItsMovementOrItsPeriod) {
  const Primitive movement{.duration = 100}, rhythm{.duration = 100, .period = 20};
  EXPECT_EQ(movement.phase(50), 0.5f);
  EXPECT_EQ(movement.phase(150), 1.0f);
  EXPECT_EQ(movement.phase(50, 2), 0.25f);
  EXPECT_EQ(rhythm.phase(50), 0.5f);
  EXPECT_EQ(rhythm.phase(60), 0.0f);
  EXPECT_EQ(rhythm.phase(150), 0.5f) << "it goes on until something ends it";
  EXPECT_EQ(rhythm.phase(50, 2), 0.25f);
  for (const float far : {1e12f, 3e38f}) EXPECT_EQ(rhythm.phase(far), 0.0f);
}

/// Largest acceleration while the goal jumps from 1 to 1.5 halfway through a movement from 0 of tau = 1.
double peak_acceleration(DmpForm form) {
  Dmp dmp;
  double peak = 0;
  const float h = 1e-4f;
  for (int i = 0; i < 10000; ++i) {
    const float before = dmp.v, progress = static_cast<float>(i + 1) * h;
    dmp.step({i < 5000 ? 1.0f : 1.5f, 0, 0, 1.0f, static_cast<std::uint32_t>(form), 0.0f, progress}, h);
    if (i >= 5000) peak = std::max(peak, std::abs(double{dmp.v} - before) / h);
  }
  return peak;
}

TEST(Dmp, AGoalThatJumpsJerksLessInFormsThatSoftenIt) {
  // At the jump d of the goal: alpha beta d at once; half of it where half the way is open; a delayed goal does not
  // jump, and peaks later.
  const double at_once = kDmpAlpha * kDmpAlpha / 4 * 0.5;
  const auto halfway = Equations{}.after({0, 0, 0}, 0.5);
  const double unscaled = Equations{DmpForm::unscaled, 1.5}.derivative(0, halfway)[1];
  EXPECT_NEAR(unscaled, at_once, 0.05 * at_once);
  EXPECT_NEAR(peak_acceleration(DmpForm::unscaled), unscaled, 0.01 * at_once);
  EXPECT_NEAR(peak_acceleration(DmpForm::pastor), 0.5 * at_once, 0.1 * at_once);
  const auto delayed_halfway = Equations{DmpForm::delayed_goal}.after({0, 0, 0}, 0.5);
  const Equations delayed{DmpForm::delayed_goal, 1.5};
  double peak = 0;
  for (int k = 0; k <= 100; ++k) {
    const double t = 0.005 * k;
    peak = std::max(peak, std::abs(delayed.derivative(0, delayed.after(delayed_halfway, t, 200))[1]));
  }
  EXPECT_LT(peak, 0.4 * at_once);
  EXPECT_NEAR(peak_acceleration(DmpForm::delayed_goal), peak, 0.01 * at_once);
}

TEST(Dmp, PastorsFormSetsOutWithoutAJerk) {
  Dmp abrupt, even;
  abrupt.step({1, 0, 0, 1}, 0.01f);
  even.step({1, 0, 0, 1, static_cast<std::uint32_t>(DmpForm::pastor), 0, 0.01f}, 0.01f);
  EXPECT_NEAR(even.v, 0.01f * abrupt.v, 1e-6f);
}

TEST(Dmp, EveryFormReachesItsGoal) {
  for (const std::uint32_t form : {0u, 1u, 2u}) {
    Dmp dmp{-0.5f, 0, -0.5f};
    for (int i = 0; i < 100; ++i)
      dmp.step({0.7f, 0, 0, 1, form, -0.5f, std::min(0.02f * static_cast<float>(i + 1), 1.0f)}, 0.02f);
    EXPECT_NEAR(dmp.y, 0.7f, 1e-4f) << form;
  }
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

/// Plays a demonstration, a bump of height 1 on the way from 0 to `net` in tau = 1, towards `goal`: its forcing by
/// inverse dynamics, times `factor`. Returns the path.
std::vector<double> replayed(double net, float goal, float factor) {
  const int n = 2000;
  const auto shown = [&](double t) { return net * t + std::pow(std::sin(M_PI * t), 2); };
  const double alpha = kDmpAlpha, beta = alpha / 4, d = 1e-4;
  Dmp dmp;
  std::vector<double> path;
  for (int i = 0; i < n; ++i) {
    const double t = (i + 0.5) / n;
    const double velocity = (shown(t + d) - shown(t - d)) / (2 * d);
    const double acceleration = (shown(t + d) - 2 * shown(t) + shown(t - d)) / (d * d);
    const double forcing = (acceleration - alpha * (beta * (net - shown(t)) - velocity)) / (alpha * beta);
    dmp.step({goal, 0, factor * static_cast<float>(forcing), 1}, 1.0f / n);
    path.push_back(dmp.y);
  }
  return path;
}
double highest(const std::vector<double>& path) { return *std::max_element(path.begin(), path.end()); }
double lowest(const std::vector<double>& path) { return *std::min_element(path.begin(), path.end()); }

constexpr auto kKept = static_cast<std::uint32_t>(Amplitude::kept),
               kProportional = static_cast<std::uint32_t>(Amplitude::proportional);

TEST(Amplitude, OfARoundTripDoesNotBlowUp) {
  // Net move 0.001, replayed to 0.1. Ijspeert's factor (g - y0) / (its demonstrated value) is 100.
  ASSERT_NEAR(highest(replayed(0.001, 0.001f, 1)), 1.0, 0.01);
  EXPECT_NEAR(highest(replayed(0.001, 0.1f, 100)), 100.0, 3.0);
  const float kept = dmp_amplitude(kKept, false, 0.001f, 0.1f, 1, 2);
  const float proportional = dmp_amplitude(kProportional, true, 0.001f, 0.1f, 1, 2);
  EXPECT_EQ(kept, 1.0f);
  EXPECT_EQ(proportional, 1.0f);  // too small a way to compare with
  EXPECT_NEAR(highest(replayed(0.001, 0.1f, proportional)), 1.1, 0.05);
  EXPECT_EQ(dmp_amplitude(kProportional, false, 0.02f, 0.1f, 1, 2), 2.0f);  // five times, within the limit
}

TEST(Amplitude, AMirrorIsAPolicyAndNotAnAccident) {
  const auto there = replayed(1, 1, 1);
  const auto mirrored = replayed(1, -1, dmp_amplitude(kProportional, true, 1, -1, 1, 2));
  for (std::size_t i = 0; i < there.size(); ++i) ASSERT_NEAR(mirrored[i], -there[i], 1e-6);
  // The demonstration rises to 1.3 and comes back to 1; a straight way down with the same bump stays above the mirror.
  const auto upright = replayed(1, -1, dmp_amplitude(kKept, false, 1, -1, 1, 2));
  EXPECT_LT(lowest(mirrored), -1.3);
  EXPECT_GT(lowest(upright), -1.1);
  EXPECT_EQ(dmp_amplitude(kKept, true, 1, -0.5f, 0.8f, 2), -0.8f);
}

TEST(Amplitude, AShapeInProportionDoesNotOvershootASmallGoal) {
  const double overshoot_kept = highest(replayed(1, 0.1f, dmp_amplitude(kKept, false, 1, 0.1f, 1, 2))) - 0.1;
  const double overshoot = highest(replayed(1, 0.1f, dmp_amplitude(kProportional, false, 1, 0.1f, 1, 2))) - 0.1;
  const double shown = highest(replayed(1, 1, 1)) - 1;
  EXPECT_NEAR(overshoot, 0.1 * shown, 1e-3);
  EXPECT_GT(overshoot_kept, 5 * overshoot);
  EXPECT_GE(lowest(replayed(1, 0.1f, 0.1f)), -1e-3);
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
