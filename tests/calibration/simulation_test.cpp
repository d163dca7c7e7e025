// The simulated series against closed forms of the model, and against themselves however they are run.

#include "host/calibration/simulation.hpp"

#include "host/calibration/price_fit.hpp"
#include "host/statistics/estimators.hpp"
#include "tests/calibration/support.hpp"

namespace marketmimic {
namespace {

double median_of(const std::vector<SeriesFacts>& series, Fact fact) {
  Eigen::ArrayXd values(static_cast<Eigen::Index>(series.size()));
  for (std::size_t i = 0; i < series.size(); ++i) values[static_cast<Eigen::Index>(i)] = series[i].facts[fact];
  return quantile(values, Eigen::ArrayXd::Ones(values.size()), 0.5);
}

DiffusionParameters plain_walk() {
  DiffusionParameters p;
  p.volatility = 1.0e-4f;
  p.slow_sd = p.fast_sd = 0;
  p.jump_rate = 0;
  return p;
}

constexpr SeriesPlan kHours{kStartMs, kHourMs, 4000, 1, false};

TEST(Simulation, OfABareWalkIsNormal) {
  const auto series = simulate({plain_walk()}, kHours, 32, 1, 1).front();
  ASSERT_EQ(series.size(), 32u);
  EXPECT_NEAR(median_of(series, Fact::standard_deviation), 1.0e-4 * 60.0, 3e-5);
  EXPECT_NEAR(median_of(series, Fact::excess_kurtosis), 0.0, 0.08);
  EXPECT_NEAR(median_of(series, Fact::mean_absolute), 0.7979, 0.005);
  EXPECT_NEAR(median_of(series, Fact::acf_abs_1), 0.0, 0.01);
}

TEST(Simulation, OfOneVolatilityFactorHasItsKurtosis) {
  DiffusionParameters p = plain_walk();
  p.fast_sd = 0.3f;
  p.fast_rate = 1.0e-4f;
  SeriesPlan plan = kHours;
  plan.bars = 20'000;
  // r = s z, ln s normal of deviation 0.3: E r^4 / (E r^2)^2 = 3 exp(4 * 0.09).
  EXPECT_NEAR(median_of(simulate({p}, plan, 32, 1, 1).front(), Fact::excess_kurtosis), 3 * std::exp(0.36) - 3, 0.12);
}

TEST(Simulation, OfMemoryHasTheAutocorrelationOfItsContinuousLaw) {
  DiffusionParameters p = plain_walk();
  p.memory = 0.4f;
  p.memory_rate = 1.0f / 3600.0f;
  SeriesPlan plan = kHours;
  plan.bars = 20'000;
  // With k = rate T = 1, e = 1 - exp(-k), variance 1 + (2 m + m^2) e / k, lag-1 covariance -(m + m^2 / 2) e^2 / k.
  const double m = 0.4, e = 1.0 - std::exp(-1.0);
  const double variance = 1.0 + (2.0 * m + m * m) * e, covariance = -(m + 0.5 * m * m) * e * e;
  plan.steps_per_bar = 60;
  const auto fine = simulate({p}, plan, 16, 1, 1).front();
  EXPECT_NEAR(median_of(fine, Fact::standard_deviation), 0.006 * std::sqrt(variance), 6e-5);
  EXPECT_NEAR(median_of(fine, Fact::acf_1), covariance / variance, 0.01);
  // One step a bar makes of it what it can: the same within a few per cent.
  plan.steps_per_bar = 1;
  const auto coarse = simulate({p}, plan, 16, 2, 1).front();
  EXPECT_NEAR(median_of(coarse, Fact::standard_deviation), 0.006 * std::sqrt(variance), 0.02 * 0.006);
  EXPECT_NEAR(median_of(coarse, Fact::acf_1), covariance / variance, 0.05);
}

TEST(Simulation, KeepsItsFactsAtShorterSteps) {
  SeriesPlan plan = kHours;
  const auto coarse = simulate({coin()}, plan, 64, 1, 1).front();
  plan.steps_per_bar = 60;
  const auto fine = simulate({coin()}, plan, 64, 2, 1).front();
  EXPECT_NEAR(median_of(fine, Fact::standard_deviation) / median_of(coarse, Fact::standard_deviation), 1.0, 0.06);
  EXPECT_NEAR(median_of(fine, Fact::hill_5), median_of(coarse, Fact::hill_5), 0.2);
  EXPECT_NEAR(std::log(median_of(fine, Fact::excess_kurtosis) / median_of(coarse, Fact::excess_kurtosis)), 0.0, 0.35);
  for (const Fact fact : {Fact::acf_abs_1, Fact::acf_abs_10, Fact::acf_abs_50})
    EXPECT_NEAR(median_of(fine, fact), median_of(coarse, fact), 0.04) << name(fact);
  EXPECT_NEAR(median_of(fine, Fact::acf_1), median_of(coarse, Fact::acf_1), 0.02);
}

TEST(Simulation, KeepsItsVolumeAtShorterSteps) {
  SeriesPlan plan = kHours;
  plan.volumes = true;
  const auto facts = [&](const DiffusionParameters& model, std::uint32_t steps) {
    plan.steps_per_bar = steps;
    return simulate({model}, plan, 32, steps, 1).front();
  };
  const auto coarse = facts(coin(), 12), fine = facts(coin(), 60);
  for (const Fact fact : {Fact::volume_whole, Fact::volume_month, Fact::volume_log, Fact::volume_acf_1,
                          Fact::volume_acf_10, Fact::volume_lead, Fact::volume_deviation})
    EXPECT_NEAR(median_of(fine, fact), median_of(coarse, fact), 0.025) << name(fact);
  // A volume that follows the move of each step by itself has no such law.
  DiffusionParameters by_step = coin();
  by_step.volume_move_rate = 10.0f;
  EXPECT_LT(median_of(facts(by_step, 60), Fact::volume_month), median_of(facts(by_step, 1), Fact::volume_month) - 0.15);
}

TEST(Simulation, TakesStepsOfWholeSeconds) {
  EXPECT_EQ(steps_of_bar(3'600'000, 12), 12u);
  EXPECT_EQ(steps_of_bar(300'000, 7), 6u);
  EXPECT_EQ(steps_of_bar(13'000, 12), 1u);
  EXPECT_EQ(steps_of_bar(1'000, 12), 1u);
}

TEST(Simulation, DependsOnNothingButItsModelAndSeed) {
  SeriesPlan plan{kStartMs, kHourMs, 700, 1, true};
  DiffusionParameters other = coin();
  other.fast_sd = 0.6f;
  const auto together = simulate({coin(), other}, plan, 40, 7, 3);
  const auto alone = simulate({other}, plan, 40, 7, 1);
  const auto seeded = simulate({other}, plan, 40, 8, 1);
  ASSERT_EQ(together.size(), 2u);
  ASSERT_EQ(alone.front().size(), 40u);
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(together[1][i].facts.value, alone.front()[i].facts.value);
    EXPECT_EQ(together[1][i].profile, alone.front()[i].profile);
    EXPECT_NE(alone.front()[i].facts[Fact::volume_acf_1], seeded.front()[i].facts[Fact::volume_acf_1]);
  }
}

TEST(Scaled, PricesMoveAsManyTimesAsFar) {
  const auto once = simulate({coin()}, kHours, 16, 1, 1).front();
  const auto thrice = simulate({scaled(coin(), 3.0)}, kHours, 16, 1, 1).front();
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_NEAR(thrice[i].facts[Fact::standard_deviation] / once[i].facts[Fact::standard_deviation], 3.0, 1e-3);
    EXPECT_NEAR(thrice[i].facts[Fact::hill_5], once[i].facts[Fact::hill_5], 1e-2);
  }
}

}  // namespace
}  // namespace marketmimic
