#include "host/decomposition/variation_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "marketmimic/dmp.hpp"

namespace marketmimic {
namespace {

constexpr Eigen::Index kGoal = 0, kDuration = 1, kForcing = 2;  // columns: goal, duration, then the forcing's points

Eigen::RowVectorXd parameters_of(const Strategy& s, const Primitive& p) {
  Eigen::RowVectorXd row(kForcing + kSpreadPoints);
  row[kGoal] = leaves_none(p) ? 0.0 : std::log(std::abs(static_cast<double>(p.goal)));
  row[kDuration] = std::log(static_cast<double>(p.duration));
  for (std::uint32_t i = 0; i < kSpreadPoints; ++i) {
    const float phase = static_cast<float>(i) / static_cast<float>(kSpreadPoints - 1);
    row[kForcing + i] = dmp_lookup(s.forcing.data(), p.forcing, phase);
  }
  return row;
}

double root_mean_square(const Eigen::MatrixXd& block) {
  return std::sqrt(block.squaredNorm() / static_cast<double>(std::max<Eigen::Index>(1, block.size())));
}

Variation fit(Strategy& s, const std::vector<std::uint32_t>& alike) {
  Variation v;
  if (alike.size() < kFewestVaried) return v;
  const auto n = static_cast<Eigen::Index>(alike.size());
  Eigen::MatrixXd rows(n, kForcing + kSpreadPoints);
  for (Eigen::Index i = 0; i < n; ++i) rows.row(i) = parameters_of(s, s.primitives[alike[static_cast<std::size_t>(i)]]);
  const Eigen::RowVectorXd mean = rows.colwise().mean();
  rows.rowwise() -= mean;
  Eigen::RowVectorXd unit(rows.cols());
  const auto or_one = [](double deviation) { return deviation > 0 ? deviation : 1.0; };
  unit[kGoal] = or_one(root_mean_square(rows.col(kGoal)));
  unit[kDuration] = or_one(root_mean_square(rows.col(kDuration)));
  // The forcing counts as one quantity, whatever the number of its points.
  unit.tail(kSpreadPoints)
      .setConstant(or_one(rows.rightCols(kSpreadPoints).norm() / std::sqrt(static_cast<double>(n))));
  const Eigen::MatrixXd scaled = rows.array().rowwise() / unit.array();
  const Eigen::MatrixXd covariance = scaled.transpose() * scaled / static_cast<double>(n - 1);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);

  v.count = static_cast<std::uint32_t>(alike.size());
  v.shapes = static_cast<std::uint32_t>(s.shapes.size());
  v.goal = static_cast<float>(mean[kGoal]);
  v.duration = static_cast<float>(mean[kDuration]);
  const auto add_shape = [&](const Eigen::RowVectorXd& row) {
    for (Eigen::Index i = 0; i < Eigen::Index{kSpreadPoints}; ++i)
      s.shapes.push_back(static_cast<float>(row[kForcing + i]));
  };
  add_shape(mean);
  for (std::uint32_t k = 0; k < kVariationModes; ++k) {
    const Eigen::Index column = rows.cols() - 1 - k;  // ascending eigenvalues
    const double deviation = std::sqrt(std::max(0.0, solver.eigenvalues()[column]));
    const Eigen::RowVectorXd mode =
        deviation * (solver.eigenvectors().col(column).transpose().array() * unit.array()).matrix();
    v.goals[k] = static_cast<float>(mode[kGoal]);
    v.durations[k] = static_cast<float>(mode[kDuration]);
    add_shape(mode);
  }
  return v;
}

}  // namespace

void fit_variations(Strategy& s) {
  std::vector<std::vector<std::uint32_t>> alike(kVariations);
  for (std::uint32_t i = 0; i < s.primitives.size(); ++i) {
    const Primitive& p = s.primitives[i];
    alike[variation_index(p, TradingRules::place(s.cycles[p.cycle].side))].push_back(i);
  }
  s.shapes.clear();
  s.variations.clear();
  for (const auto& group : alike) s.variations.push_back(fit(s, group));
}

}  // namespace marketmimic
