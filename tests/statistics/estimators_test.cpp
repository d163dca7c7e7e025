// Estimators against closed forms and hand-made samples.

#include "host/statistics/estimators.hpp"

#include <cmath>
#include <numbers>

#include "tests/statistics/support.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

TEST(Estimators, AgreeWithValuesByHand) {
  const ArrayXd x = (ArrayXd(4) << 1, 2, 3, 6).finished();
  EXPECT_DOUBLE_EQ(mean(x, ones(4)), 3.0);
  EXPECT_DOUBLE_EQ(standard_deviation(x, ones(4)), std::sqrt(14.0 / 4.0));
  EXPECT_DOUBLE_EQ(excess_kurtosis(x, ones(4)), (98.0 / 4.0) / (3.5 * 3.5) - 3.0);
  const ArrayXd c = centred(x, ones(4));  // -2 -1 0 3
  EXPECT_DOUBLE_EQ(autocorrelation(c, ones(4), 1), 2.0 / 14.0);
  EXPECT_DOUBLE_EQ(correlation(c, -c, ones(4), 0), -1.0);
  EXPECT_DOUBLE_EQ(correlation(c, c, ones(4), 3), -6.0 / 14.0);
}

TEST(Estimators, TakeAWeightOfTwoForAnObservationGivenTwice) {
  const ArrayXd x = (ArrayXd(6) << 1, 2, 4, 8, 16, 32).finished();
  const ArrayXd weight = (ArrayXd(6) << 1, 2, 0, 1, 3, 1).finished();
  const ArrayXd repeated = (ArrayXd(8) << 1, 2, 2, 8, 16, 16, 16, 32).finished();
  EXPECT_DOUBLE_EQ(mean(x, weight), mean(repeated, ones(8)));
  EXPECT_DOUBLE_EQ(standard_deviation(x, weight), standard_deviation(repeated, ones(8)));
  EXPECT_DOUBLE_EQ(excess_kurtosis(x, weight), excess_kurtosis(repeated, ones(8)));
  EXPECT_DOUBLE_EQ(hill_index(x, weight, 0.4), hill_index(repeated, ones(8), 0.4));
  for (const double level : {0.0, 0.1, 0.33, 0.5, 0.77, 1.0})
    EXPECT_DOUBLE_EQ(quantile(x, weight, level), quantile(repeated, ones(8), level)) << level;
}

TEST(Estimators, LeaveOutWhatHasNoWeight) {
  const ArrayXd x = (ArrayXd(5) << 1, 1e300, 2, -1e300, 3).finished();
  const ArrayXd weight = (ArrayXd(5) << 1, 0, 1, 0, 1).finished();
  EXPECT_DOUBLE_EQ(mean(x, weight), 2.0);
  EXPECT_EQ(centred(x, weight)[1], 0.0);
  EXPECT_DOUBLE_EQ(quantile(x, weight, 0.5), 2.0);
}

TEST(Estimators, SayNothingWhereThereIsNothing) {
  const ArrayXd same = ArrayXd::Constant(10, 2.0), none = ArrayXd::Zero(10);
  EXPECT_TRUE(std::isnan(mean(same, none)));
  EXPECT_TRUE(std::isnan(excess_kurtosis(same, ones(10))));
  EXPECT_TRUE(std::isnan(autocorrelation(centred(same, ones(10)), ones(10), 1)));
  EXPECT_TRUE(std::isnan(autocorrelation(same, ones(10), 10)));
  EXPECT_TRUE(std::isnan(hill_index(same, ones(10), 0.5)));
  EXPECT_TRUE(std::isnan(hill_index(none, ones(10), 0.5)));
  EXPECT_TRUE(std::isnan(quantile(same, none, 0.5)));
}

TEST(Estimators, TakeTheUpperOfTwoMiddleValues) {
  EXPECT_EQ(upper_median({3, 1, 2}), 2);
  EXPECT_EQ(upper_median({4, 1, 3, 2}), 3);
  EXPECT_TRUE(std::isnan(upper_median({})));
}

TEST(Estimators, FindTheClosedFormsOfANormalSample) {
  const Index n = 400'000;
  const ArrayXd x = normals(n, 1);
  EXPECT_NEAR(standard_deviation(x, ones(n)), 1.0, 0.005);
  EXPECT_NEAR(excess_kurtosis(x, ones(n)), 0.0, 0.04);  // five standard errors, sqrt(24 / n)
  EXPECT_NEAR(mean(x.abs(), ones(n)), std::sqrt(2.0 / std::numbers::pi), 0.005);
  EXPECT_NEAR(quantile(x, ones(n), 0.975), 1.959964, 0.02);
}

TEST(Estimators, FindTheTailOfAParetoLaw) {
  const Index n = 400'000;
  std::mt19937_64 engine(2);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  for (const double index : {1.5, 3.0}) {
    const ArrayXd x = ArrayXd::NullaryExpr(n, [&] { return std::pow(1.0 - uniform(engine), -1.0 / index); });
    // The standard error of Hill's estimator is index / sqrt(k).
    EXPECT_NEAR(hill_index(x, ones(n), 0.05), index, 5.0 * index / std::sqrt(0.05 * static_cast<double>(n)));
    EXPECT_NEAR(upper_threshold(x, ones(n), 0.05), std::pow(0.05, -1.0 / index), 0.05);
  }
}

TEST(Estimators, FindTheAutocorrelationOfAnAutoregression) {
  const Index n = 400'000;
  const double phi = 0.7;
  const ArrayXd x = centred(autoregression(n, phi, 3), ones(n));
  for (const Index lag : {1, 2, 5, 10})
    EXPECT_NEAR(autocorrelation(x, ones(n), lag), std::pow(phi, static_cast<double>(lag)), 0.015) << lag;
}

}  // namespace
}  // namespace marketmimic
