#include "host/statistics/logistic_regression.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

namespace marketmimic {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kMostSteps = 100;
constexpr double kConverged = 1e-10;  ///< largest change of a coefficient
constexpr double kFlattest = 1e-12;   ///< a column that varies less is constant

VectorXd probabilities(const VectorXd& log_odds) { return (1.0 + (-log_odds.array()).exp()).inverse(); }

/// Penalised negative log-likelihood; log(1 + e^z) without overflow.
double cost(const VectorXd& z, const VectorXd& y, const VectorXd& w, const VectorXd& penalty) {
  const auto softplus = z.array().max(0.0) + (-z.array().abs()).exp().log1p();
  return (softplus - y.array() * z.array()).sum() + 0.5 * (penalty.array() * w.array().square()).sum();
}

}  // namespace

VectorXd LogisticModel::log_odds(const MatrixXd& x) const {
  const VectorXd slope = weight.cwiseQuotient(scale);
  return (x * slope).array() + (intercept - mean.dot(slope));
}

LogisticModel fit_logistic(const MatrixXd& x, const VectorXd& y, double ridge) {
  LogisticModel model;
  const auto rows = static_cast<double>(x.rows());
  model.mean = x.colwise().mean();
  model.scale = ((x.rowwise() - model.mean.transpose()).array().square().colwise().sum() / rows).sqrt();
  model.scale = (model.scale.array() > kFlattest).select(model.scale, 1.0);
  MatrixXd z(x.rows(), x.cols() + 1);
  z.col(0).setOnes();
  z.rightCols(x.cols()) = (x.rowwise() - model.mean.transpose()).array().rowwise() / model.scale.transpose().array();

  VectorXd penalty = VectorXd::Constant(z.cols(), ridge);
  penalty[0] = 0;
  VectorXd w = VectorXd::Zero(z.cols());
  const double events = std::clamp(y.sum(), 0.5, rows - 0.5);
  w[0] = std::log(events / (rows - events));
  if (events == y.sum()) {
    double now = cost(z * w, y, w, penalty);
    for (int step = 0; step < kMostSteps; ++step) {
      const VectorXd p = probabilities(z * w);
      const VectorXd gradient = z.transpose() * (p - y) + penalty.cwiseProduct(w);
      MatrixXd hessian = z.transpose() * (p.array() * (1 - p.array())).matrix().asDiagonal() * z;
      hessian.diagonal() += penalty;
      VectorXd change = hessian.ldlt().solve(gradient);
      double next = cost(z * (w - change), y, w - change, penalty);
      for (; next > now && change.cwiseAbs().maxCoeff() > kConverged;
           next = cost(z * (w - change), y, w - change, penalty))
        change *= 0.5;  // Newton's step may overshoot far from the optimum
      w -= change;
      now = next;
      if (change.cwiseAbs().maxCoeff() <= kConverged) break;
    }
  }
  model.intercept = w[0];
  model.weight = w.tail(x.cols());
  return model;
}

}  // namespace marketmimic
