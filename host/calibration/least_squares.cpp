#include "host/calibration/least_squares.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>

namespace marketmimic {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd least_squares(const ResidualsOf& residuals, const VectorXd& start, const VectorXd& lower,
                       const VectorXd& upper, const LeastSquaresOptions& options) {
  const auto inside = [&](const VectorXd& x) -> VectorXd { return x.cwiseMax(lower).cwiseMin(upper); };
  constexpr std::array<double, 4> factors{0.1, 1.0, 10.0, 100.0};

  VectorXd best = inside(start);
  VectorXd value = residuals({best}).front();
  double damping = 0.1;
  for (int iteration = 0; iteration < options.iterations; ++iteration) {
    if (options.progress) options.progress(iteration, value.squaredNorm());
    std::vector<VectorXd> points(static_cast<std::size_t>(best.size()), best);
    for (Index k = 0; k < best.size(); ++k) {
      const bool room = best[k] + options.difference <= upper[k];
      points[static_cast<std::size_t>(k)][k] += room ? options.difference : -options.difference;
    }
    const std::vector<VectorXd> around = residuals(points);
    MatrixXd slope(value.size(), best.size());
    for (Index k = 0; k < best.size(); ++k) {
      const auto at = static_cast<std::size_t>(k);
      slope.col(k) = (around[at] - value) / (points[at][k] - best[k]);
    }

    const MatrixXd normal = slope.transpose() * slope;
    const VectorXd downhill = -slope.transpose() * value;
    std::vector<VectorXd> trials;
    for (const double factor : factors) {
      MatrixXd damped = normal;
      damped.diagonal() +=
          damping * factor * (normal.diagonal().array() + 1e-3 * normal.diagonal().maxCoeff()).matrix();
      trials.push_back(inside(best + damped.ldlt().solve(downhill)));
    }
    const std::vector<VectorXd> tried = residuals(trials);
    std::size_t winner = 0;
    for (std::size_t i = 1; i < tried.size(); ++i)
      if (tried[i].squaredNorm() < tried[winner].squaredNorm()) winner = i;
    const double before = value.squaredNorm(), after = tried[winner].squaredNorm();
    if (after < before) {
      best = trials[winner];
      value = tried[winner];
      damping = std::max(damping * factors[winner] * 0.3, 1e-4);
    } else {
      damping *= 100.0;
    }
    if (after < before && before - after < options.tolerance * before) break;
    if (damping > 1e4) break;
  }
  return best;
}

}  // namespace marketmimic
