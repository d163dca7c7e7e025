#pragma once

#include <Eigen/Core>
#include <functional>
#include <vector>

namespace marketmimic {

/// What a least-squares problem needs: residuals of many points at once (they may be evaluated in parallel).
using ResidualsOf = std::function<std::vector<Eigen::VectorXd>(const std::vector<Eigen::VectorXd>&)>;

struct LeastSquaresOptions {
  int iterations = 8;
  double difference = 0.15;  ///< step of the forward differences
  double tolerance = 2e-2;   ///< stops when an iteration gains less than this share of the sum of squares
  std::function<void(int iteration, double sum_of_squares)> progress;
};

/// Minimises the sum of squared residuals within bounds, from `start`, by Levenberg and Marquardt with numerical
/// derivatives; several dampings are tried at once. Meant for residuals that are noisy on small scales: differences are
/// wide and nothing is gained from more digits.
Eigen::VectorXd least_squares(const ResidualsOf& residuals, const Eigen::VectorXd& start, const Eigen::VectorXd& lower,
                              const Eigen::VectorXd& upper, const LeastSquaresOptions& options);

}  // namespace marketmimic
