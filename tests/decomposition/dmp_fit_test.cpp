#include "host/decomposition/dmp_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace marketmimic {
namespace {

constexpr float kDt = 60;

/// Minimum jerk from 0 to 1 (Flash and Hogan 1985).
double minimum_jerk(double s) { return s * s * s * (10 + s * (6 * s - 15)); }
double bell(double s, double centre, double width) { return std::exp(-0.5 * std::pow((s - centre) / width, 2)); }
/// In, over to the other side, and back: no movement from a start to a goal.
double bells(double s) { return 0.8 * bell(s, 0.3, 0.1) - 0.5 * bell(s, 0.6, 0.08) + 0.2 * bell(s, 0.75, 0.05); }
double ramp(double s) { return s; }

std::vector<float> sampled(double (*shape)(double), std::size_t steps) {
  std::vector<float> path;
  for (std::size_t k = 0; k <= steps; ++k)
    path.push_back(static_cast<float>(shape(static_cast<double>(k) / static_cast<double>(steps))));
  return path;
}

SegmentFit fit(const std::vector<float>& path, float tolerance, std::vector<TimeMark> marks = {}) {
  FitTarget target;
  target.path = path;
  target.movement = path.size() - 1;
  target.parameters = 100;
  target.marks = std::move(marks);
  return fit_segment(target, {}, kDt, tolerance);
}

float rmse(const std::vector<float>& path, const std::vector<float>& rollout) {
  double sum = 0;
  for (std::size_t k = 0; k < rollout.size(); ++k) sum += std::pow(rollout[k] - path[k + 1], 2);
  return static_cast<float>(std::sqrt(sum / static_cast<double>(rollout.size())));
}

TEST(RollOut, IsTheClosedFormWithoutForcing) {
  Primitive p;
  p.duration = 1800;
  p.tau = 700;
  p.goal = -0.4f;
  const std::vector<float> none(kForcingEntries, 0.0f);
  Dmp state{0.3f, 0.001f};
  const std::vector<float> path = roll_out(p, none.data(), kDt, 30, state);
  const double lambda = 12.5 / 700, e = 0.3 + 0.4;
  for (std::size_t k = 0; k < path.size(); ++k) {
    const double t = 60.0 * static_cast<double>(k + 1);
    const double y = -0.4 + std::exp(-lambda * t) * (e * (1 + lambda * t) + 0.001 * t);
    EXPECT_NEAR(path[k], y, 2e-6) << k;
  }
  EXPECT_EQ(state.y, path.back());
}

TEST(RollOut, IsLinearInTheWeights) {
  Primitive p;
  p.duration = 2400;
  p.tau = 1200;
  const std::vector<float> a = {0.5f, -1, 2, 0.25f}, b = {1, 1, -3, 0};
  std::vector<float> sum;
  for (std::size_t i = 0; i < a.size(); ++i) sum.push_back(2 * a[i] + b[i]);
  const auto path = [&](const std::vector<float>& weights) {
    Dmp rest;
    return roll_out(p, forcing_table(weights).data(), kDt, 40, rest);
  };
  const auto pa = path(a), pb = path(b), both = path(sum);
  for (std::size_t k = 0; k < both.size(); ++k) EXPECT_NEAR(both[k], 2 * pa[k] + pb[k], 5e-6);
}

TEST(RollOut, TheTableIsTheRulesOwnForcing) {
  const std::vector<float> weights = {0.5f, -1, 2};
  const std::vector<float> table = forcing_table(weights);
  for (const float phase : {0.0f, 0.1f, 0.5f, 0.83f, 1.0f})
    EXPECT_NEAR(dmp_lookup(table.data(), 0, phase), dmp_forcing(phase, weights.data(), 3), 6e-4);
}

TEST(Fit, AStepIsTwoParametersAndExact) {
  std::vector<float> path(30, 0.7f);
  path[0] = 0;
  const SegmentFit step = fit(path, 0.02f, {{0, 0.35f, 0.7f}});
  EXPECT_EQ(step.parameters, 2u);
  EXPECT_TRUE(step.weights.empty());
  EXPECT_EQ(step.primitive.tau, kDt);
  EXPECT_LT(step.rmse, 2e-5);
  EXPECT_TRUE(step.timed);
}

TEST(Fit, AnExponentialBuildUpNeedsNoWeights) {
  // The rollout of a primitive whose tau the fit does not try exactly.
  Primitive p;
  p.duration = 3600;
  p.tau = 1000;
  p.goal = 1;
  const std::vector<float> none(kForcingEntries, 0.0f);
  Dmp rest;
  std::vector<float> path = roll_out(p, none.data(), kDt, 60, rest);
  path.insert(path.begin(), 0.0f);
  const SegmentFit found = fit(path, 0.02f);
  EXPECT_EQ(found.parameters, 3u);
  EXPECT_NEAR(found.primitive.tau, 1000, 130);
  EXPECT_LT(found.rmse, 0.01);
}

struct PlantedCurve {
  const char* name;
  double (*shape)(double);
  float tolerance;      ///< asked for
  float rmse;           ///< reached at most
  std::size_t weights;  ///< spent at most
};
class SmoothDemonstration : public testing::TestWithParam<PlantedCurve> {};

// The smooth side of DMPs: two hours of 60-second steps from a few weights.
TEST_P(SmoothDemonstration, IsReproduced) {
  const PlantedCurve& planted = GetParam();
  const std::vector<float> path = sampled(planted.shape, 120);
  const SegmentFit found = fit(path, planted.tolerance);
  EXPECT_LE(found.rmse, planted.rmse);
  EXPECT_LE(found.weights.size(), planted.weights);
  EXPECT_EQ(found.parameters, 3 + found.weights.size());
  EXPECT_NEAR(found.rmse, rmse(path, found.rollout), 1e-6);
  // What the file keeps gives the same path.
  const std::vector<float> table = found.table.empty() ? std::vector<float>(kForcingEntries, 0.0f) : found.table;
  Dmp state;
  EXPECT_EQ(roll_out(found.primitive, table.data(), kDt, 120, state), found.rollout);
  EXPECT_EQ(state.y, found.end.y);
  RecordProperty("rmse", std::to_string(found.rmse));
  RecordProperty("weights", static_cast<int>(found.weights.size()));
}

INSTANTIATE_TEST_SUITE_P(Shapes, SmoothDemonstration,
                         testing::Values(PlantedCurve{"minimum_jerk_coarse", minimum_jerk, 0.02f, 0.017f, 3},
                                         PlantedCurve{"minimum_jerk", minimum_jerk, 0.01f, 0.003f, 5},
                                         PlantedCurve{"minimum_jerk_close", minimum_jerk, 0.002f, 0.0005f, 8},
                                         PlantedCurve{"bells", bells, 0.02f, 0.02f, 8},
                                         PlantedCurve{"bells_close", bells, 0.005f, 0.003f, 16},
                                         PlantedCurve{"ramp", ramp, 0.02f, 0.009f, 3}),
                         [](const auto& info) { return info.param.name; });

TEST(Fit, TheGoalIsThePathsEnd) {
  const SegmentFit found = fit(sampled(minimum_jerk, 60), 0.01f);
  EXPECT_EQ(found.primitive.goal, 1);
  EXPECT_NEAR(found.end.y, 1, 0.01);
}

TEST(Fit, StartsFromTheStateItIsGiven) {
  const std::vector<float> path = sampled(minimum_jerk, 60);
  FitTarget target;
  target.path = path;
  target.movement = 60;
  target.parameters = 40;
  const SegmentFit found = fit_segment(target, {0.0f, 2e-4f}, kDt, 0.01f);
  EXPECT_LT(found.rmse, 0.01) << "the velocity carried over is made up for";
}

TEST(Fit, EveryFormReproducesStepsAndSmoothMovements) {
  for (const DmpForm form : {DmpForm::unscaled, DmpForm::pastor, DmpForm::delayed_goal}) {
    for (const auto shape : {minimum_jerk, bells, ramp}) {
      const std::vector<float> path = sampled(shape, 120);
      FitTarget target;
      target.path = path;
      target.movement = 120;
      target.parameters = 40;
      target.form = form;
      const SegmentFit found = fit_segment(target, {}, kDt, 0.01f);
      EXPECT_LE(found.rmse, 0.01f) << static_cast<int>(form);
      EXPECT_EQ(found.primitive.form, static_cast<std::uint32_t>(form));
    }
    FitTarget step;
    const std::vector<float> path = {0, 1, 1, 1, 1, 1};
    step.path = path;
    step.form = form;
    step.marks = {{0, 0.5f, 1}};
    EXPECT_TRUE(fit_segment(step, {}, kDt, 0.1f).timed) << static_cast<int>(form);
  }
}

TEST(Fit, SpendsNoMoreParametersThanAllowed) {
  const std::vector<float> path = sampled(bells, 120);
  FitTarget target;
  target.path = path;
  target.movement = 120;
  target.parameters = 8;
  const SegmentFit found = fit_segment(target, {}, kDt, 1e-4f);
  EXPECT_LE(found.parameters, 8u);
  EXPECT_FALSE(found.within(1e-4f));
}

TEST(IsTimed, AllowsOneStepEitherWay) {
  const std::vector<float> path = {0, 0, 0, 1, 1, 1};  // crosses within step 2
  for (std::size_t step = 0; step < 5; ++step)
    EXPECT_EQ(is_timed(path, {step, 0.5f, 1}), step >= 1 && step <= 3) << step;
  EXPECT_FALSE(is_timed(path, {2, 0.5f, -1})) << "the wrong way";
  EXPECT_FALSE(is_timed(path, {2, 1.5f, 1}));
}

}  // namespace
}  // namespace marketmimic
