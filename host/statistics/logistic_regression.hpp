#pragma once

#include <Eigen/Core>

namespace marketmimic {

/// A logistic model of standardised columns: P(y = 1 | x) = 1 / (1 + exp(-(intercept + sum of weight (x - mean) /
/// scale))).
struct LogisticModel {
  double intercept = 0;
  Eigen::VectorXd weight;       ///< [columns]
  Eigen::VectorXd mean, scale;  ///< [columns] of the sample it was fitted to; scale > 0

  /// Log odds of every row of `x`.
  Eigen::VectorXd log_odds(const Eigen::MatrixXd& x) const;
};

/// Maximum likelihood with a ridge penalty of `ridge` / 2 x (sum of squared weights), > 0, the intercept free: Newton's
/// method (iteratively reweighted least squares; le Cessie and van Houwelingen, Applied Statistics 41, 1992). `x`
/// [rows, columns] finite; `y` [rows] in 0 and 1. Where `y` is all one value the intercept is bounded by half a row
/// more of the other.
LogisticModel fit_logistic(const Eigen::MatrixXd& x, const Eigen::VectorXd& y, double ridge);

}  // namespace marketmimic
