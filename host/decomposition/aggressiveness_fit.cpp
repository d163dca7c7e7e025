#include "host/decomposition/aggressiveness_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "host/decomposition/dmp_fit.hpp"

namespace marketmimic {
namespace {

constexpr double kFewestOrders = 12;
constexpr double kAtTheGoal = 0.1;  ///< how far from it the path may end
constexpr float kSlowest = 8;       ///< durations: with a tau so long a spring is nearly linear
constexpr double kVeryStrong = 10;
constexpr std::size_t kShareBases[] = {0, 3, 5};
constexpr double kLeastSquare = 1e-4;  ///< a share is not told better than by a hundredth
constexpr double kRidge = 1e-6;        ///< as of the exposure's weights (dmp_fit.cpp)

/// The volume of each order as a weight; 1 on average.
Eigen::VectorXd volume_of(std::span<const OrderVolume> traded) {
  Eigen::VectorXd weights(static_cast<Eigen::Index>(traded.size()));
  for (Eigen::Index i = 0; i < weights.size(); ++i) weights[i] = traded[static_cast<std::size_t>(i)].lots;
  return weights / weights.mean();
}

/// The share after the step of each order.
Eigen::VectorXd path_of(const Primitive& primitive, const Aggressiveness& share, const std::vector<float>& table,
                        std::span<const OrderVolume> traded, float dt) {
  static constexpr float zero[kForcingEntries] = {};
  Eigen::VectorXd path(static_cast<Eigen::Index>(traded.size()));
  Dmp state = share.begin();
  std::size_t step = 0;
  for (std::size_t i = 0; i < traded.size(); ++i) {
    for (; step <= traded[i].step; ++step)
      share.step(state, table.empty() ? zero : table.data(), primitive.phase(static_cast<float>(step) * dt), 1, dt);
    path[static_cast<Eigen::Index>(i)] = state.y;
  }
  return path;
}

/// Share and table that come nearest for a time scale and a number of weights.
struct Model {
  Aggressiveness share;
  std::vector<float> table;
  double square = 0;  ///< mean, by volume
};

Model nearest(const Primitive& primitive, std::span<const OrderVolume> traded, const Eigen::VectorXd& taken,
              const Eigen::VectorXd& volume, std::size_t basis, float tau, float dt) {
  Eigen::MatrixXd responses(taken.size(), static_cast<Eigen::Index>(2 + basis));
  const auto response = [&](float start, float goal, const std::vector<float>& table) {
    return path_of(primitive, {start, goal, tau, 0}, table, traded, dt);
  };
  responses.col(0) = response(1, 0, {});
  responses.col(1) = response(0, 1, {});
  for (std::size_t i = 0; i < basis; ++i)
    responses.col(static_cast<Eigen::Index>(2 + i)) = response(0, 0, basis_tables(basis)[i]);
  const Eigen::MatrixXd weighted = volume.asDiagonal() * responses;
  Eigen::MatrixXd normal = responses.transpose() * weighted;
  normal.diagonal().array() += kRidge * static_cast<double>(taken.size());
  const Eigen::VectorXd found = normal.ldlt().solve(weighted.transpose() * taken);
  Model model{{static_cast<float>(found[0]), static_cast<float>(found[1]), tau, 0}, {}, 0};
  if (basis > 0) {
    const Eigen::VectorXf weights = found.tail(static_cast<Eigen::Index>(basis)).cast<float>();
    model.table = forcing_table(std::span(weights.data(), basis));
  }
  const Eigen::ArrayXd path = path_of(primitive, model.share, model.table, traded, dt).array().max(0).min(1);
  model.square = (volume.array() * (path - taken.array()).square()).mean();
  return model;
}

/// Whether it would change no further where the primitive lasts longer than demonstrated: its forcing is over then.
bool ends_at_goal(const Primitive& primitive, const Model& model, float dt) {
  const auto last = static_cast<std::size_t>(std::max(primitive.duration / dt, 1.0f)) - 1;
  const OrderVolume end[] = {{last, 1, 0}};
  const double path = path_of(primitive, model.share, model.table, end, dt)[0];
  return std::abs(std::clamp(path, 0.0, 1.0) - std::clamp(double{model.share.goal}, 0.0, 1.0)) <= kAtTheGoal;
}

bool is_share(float value) { return value >= -kShareBeyond && value <= 1 + kShareBeyond; }

}  // namespace

AggressivenessFit fit_aggressiveness(const Primitive& primitive, std::span<const OrderVolume> traded, float dt) {
  AggressivenessFit fit;
  if (traded.empty()) return fit;
  const Eigen::VectorXd volume = volume_of(traded);
  Eigen::VectorXd taken(volume.size());
  for (std::size_t i = 0; i < traded.size(); ++i)
    taken[static_cast<Eigen::Index>(i)] = traded[i].taken / traded[i].lots;
  const auto count = static_cast<double>(traded.size());
  const double constant = (volume.array() * (taken.array() - volume.dot(taken) / count).square()).mean();
  const double n = count * count / volume.squaredNorm();  // volume has a mean of 1
  fit.error = static_cast<float>(std::sqrt(constant));
  if (n < kFewestOrders || constant <= kLeastSquare || primitive.rhythmic()) return fit;
  const auto criterion = [&](double square, std::size_t parameters) {
    return n * std::log(std::max(square, kLeastSquare)) + static_cast<double>(parameters) * std::log(n);
  };
  double least = criterion(constant, 1) - kVeryStrong;
  for (const std::size_t basis : kShareBases) {
    const std::size_t parameters = 3 + basis;  // start, goal and tau
    if (2 * static_cast<double>(parameters) > n) break;
    for (float tau = 2 * dt; tau <= kSlowest * primitive.duration; tau *= 1.5f) {
      const Model model = nearest(primitive, traded, taken, volume, basis, tau, dt);
      const double reached = criterion(model.square, parameters);
      if (!(reached < least) || !is_share(model.share.start) || !is_share(model.share.goal)) continue;
      if (basis > 0 && !ends_at_goal(primitive, model, dt)) continue;
      least = reached;
      fit = {model.share, model.table, static_cast<float>(std::sqrt(model.square))};
    }
  }
  return fit;
}

}  // namespace marketmimic
