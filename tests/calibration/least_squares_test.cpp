#include "host/calibration/least_squares.hpp"

#include <gtest/gtest.h>

#include <Eigen/QR>

namespace marketmimic {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

template <class Residual>
ResidualsOf each(const Residual& residual) {
  return [residual](const std::vector<VectorXd>& points) {
    std::vector<VectorXd> all;
    for (const VectorXd& x : points) all.push_back(residual(x));
    return all;
  };
}

LeastSquaresOptions precise() {
  LeastSquaresOptions options;
  options.iterations = 200;
  options.difference = 1e-6;
  options.tolerance = 0;
  return options;
}

const VectorXd kFar2 = VectorXd::Constant(2, 100.0);

TEST(LeastSquares, SolvesALinearProblemAsQrDoes) {
  MatrixXd a(5, 3);
  a << 1, 2, 0, 0, 1, -1, 3, 0, 1, 1, 1, 1, 0, 2, 5;
  const VectorXd b = (VectorXd(5) << 1, -2, 3, 0.5, 4).finished();
  const VectorXd far = VectorXd::Constant(3, 100.0);
  const VectorXd found = least_squares(each([&](const VectorXd& x) -> VectorXd { return a * x - b; }),
                                       VectorXd::Zero(3), -far, far, precise());
  const VectorXd truth = a.colPivHouseholderQr().solve(b);
  EXPECT_LT((found - truth).norm(), 1e-5);
}

TEST(LeastSquares, FollowsRosenbrocksValley) {
  const auto valley = [](const VectorXd& x) -> VectorXd {
    return (VectorXd(2) << 10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]).finished();
  };
  const VectorXd found = least_squares(each(valley), (VectorXd(2) << -1.2, 1.0).finished(), -kFar2, kFar2, precise());
  EXPECT_NEAR(found[0], 1.0, 1e-3);
  EXPECT_NEAR(found[1], 1.0, 2e-3);
}

TEST(LeastSquares, StaysWithinBounds) {
  const auto wants_five = [](const VectorXd& x) -> VectorXd { return (x.array() - 5.0).matrix(); };
  bool inside = true;
  const auto watched = [&](const std::vector<VectorXd>& points) {
    for (const VectorXd& x : points) inside = inside && x.maxCoeff() <= 2.0 && x.minCoeff() >= -1.0;
    return each(wants_five)(points);
  };
  LeastSquaresOptions options;  // the wide differences of a real fit
  const VectorXd found =
      least_squares(watched, VectorXd::Zero(2), VectorXd::Constant(2, -1.0), VectorXd::Constant(2, 2.0), options);
  EXPECT_TRUE(inside);
  EXPECT_LT((found - VectorXd::Constant(2, 2.0)).norm(), 1e-6);
}

TEST(LeastSquares, NeverEndsWorseThanItBegan) {
  // A comb on which derivatives by wide differences mean little.
  const auto comb = [](const VectorXd& x) -> VectorXd {
    return (VectorXd(1) << 1.0 + 0.5 * x[0] * x[0] + std::sin(40.0 * x[0])).finished();
  };
  const VectorXd start = VectorXd::Constant(1, 0.3), far = VectorXd::Constant(1, 9.0);
  const VectorXd found = least_squares(each(comb), start, -far, far, {});
  EXPECT_LE(comb(found).squaredNorm(), comb(start).squaredNorm());
}

}  // namespace
}  // namespace marketmimic
