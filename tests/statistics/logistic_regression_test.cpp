#include "host/statistics/logistic_regression.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace marketmimic {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Rows with x = 0 and x = 1, of which so many have y = 1.
struct Groups {
  MatrixXd x;
  VectorXd y;
};
Groups two_groups(int zeros, int zero_events, int ones, int one_events) {
  Groups g{MatrixXd::Zero(zeros + ones, 1), VectorXd::Zero(zeros + ones)};
  g.x.bottomRows(ones).setOnes();
  g.y.head(zero_events).setOnes();
  g.y.segment(zeros, one_events).setOnes();
  return g;
}

TEST(LogisticRegression, OfTwoGroupsIsTheOddsRatio) {
  const Groups g = two_groups(80, 10, 40, 30);
  const LogisticModel m = fit_logistic(g.x, g.y, 1e-9);
  EXPECT_NEAR(m.weight[0] / m.scale[0], std::log((30.0 / 10) / (10.0 / 70)), 1e-6);
  const VectorXd odds = m.log_odds(MatrixXd{{0.0}, {1.0}});
  EXPECT_NEAR(odds[0], std::log(10.0 / 70), 1e-6);
  EXPECT_NEAR(odds[1], std::log(30.0 / 10), 1e-6);
}

TEST(LogisticRegression, IsWhereThePenalisedGradientVanishes) {
  std::mt19937_64 engine(3);
  std::normal_distribution<double> normal;
  constexpr double ridge = 2.5;
  MatrixXd x(300, 3);
  VectorXd y(300);
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    for (Eigen::Index k = 0; k < 3; ++k) x(i, k) = 5 + 3 * normal(engine);
    y[i] = x(i, 0) - x(i, 1) + 2 * normal(engine) > 1 ? 1 : 0;
  }
  const LogisticModel m = fit_logistic(x, y, ridge);
  const VectorXd residual = (1 + (-m.log_odds(x).array()).exp()).inverse() - y.array();
  EXPECT_NEAR(residual.sum(), 0, 1e-8);
  for (Eigen::Index k = 0; k < 3; ++k) {
    const VectorXd z = (x.col(k).array() - m.mean[k]) / m.scale[k];
    EXPECT_NEAR(z.dot(residual) + ridge * m.weight[k], 0, 1e-8);
  }
}

TEST(LogisticRegression, StaysFiniteWhereLikelihoodHasNoMaximum) {
  const Groups apart = two_groups(20, 0, 20, 20);
  const LogisticModel m = fit_logistic(apart.x, apart.y, 0.1);
  EXPECT_TRUE(std::isfinite(m.weight[0]));
  EXPECT_GT(m.weight[0], 1);
  const LogisticModel never = fit_logistic(apart.x, VectorXd::Zero(40), 0.1);
  EXPECT_NEAR(never.intercept, std::log(0.5 / 39.5), 1e-12);
  const LogisticModel constant = fit_logistic(MatrixXd::Constant(40, 1, 7.0), apart.y, 0.1);
  EXPECT_NEAR(constant.log_odds(MatrixXd::Constant(1, 1, 7.0))[0], 0, 1e-9);
}

}  // namespace
}  // namespace marketmimic
