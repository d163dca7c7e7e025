#include "host/report/diversity.hpp"

#include <xxhash.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "host/statistics/estimators.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kSample = 4096;
constexpr double kNear = 0.01;

/// False where nothing is held at any step.
template <class T>
bool shape_of(std::span<const T> exposure, double peak, Shape& shape) {
  const auto held = [](T value) { return value != 0; };
  const auto first = std::find_if(exposure.begin(), exposure.end(), held);
  if (first == exposure.end()) return false;
  const auto last = std::find_if(exposure.rbegin(), exposure.rend(), held).base();
  const auto steps = static_cast<std::size_t>(last - first);
  for (Eigen::Index k = 0; k < kShapePoints; ++k) {
    const std::size_t at = (2 * static_cast<std::size_t>(k) + 1) * steps / (2 * kShapePoints);
    shape[k] = static_cast<float>(static_cast<double>(first[static_cast<std::ptrdiff_t>(at)]) / peak);
  }
  return true;
}

double distance(const Shape& a, const Shape& b) {
  return std::sqrt(static_cast<double>((a - b).square().sum()) / kShapePoints);
}

Percentiles percentiles_of(const std::vector<double>& values) {
  if (values.empty()) return {};
  const Eigen::ArrayXd x = Eigen::Map<const Eigen::ArrayXd>(values.data(), static_cast<Eigen::Index>(values.size()));
  const Eigen::ArrayXd weight = Eigen::ArrayXd::Ones(x.size());
  return {quantile(x, weight, 0.05), quantile(x, weight, 0.5), quantile(x, weight, 0.95)};
}

/// How many have the same value as one before them.
std::uint64_t repeated(std::vector<std::uint64_t> values) {
  std::sort(values.begin(), values.end());
  return static_cast<std::uint64_t>(values.end() - std::unique(values.begin(), values.end()));
}

std::uint64_t hash_of(std::span<const std::byte> bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Shapes rows_of(const std::vector<Shape>& shapes) {
  Shapes rows(static_cast<Eigen::Index>(shapes.size()), kShapePoints);
  for (Eigen::Index i = 0; i < rows.rows(); ++i) rows.row(i) = shapes[static_cast<std::size_t>(i)];
  return rows;
}

}  // namespace

Spread spread_of(const Shapes& shapes) {
  return spread_within(shapes, std::vector<std::uint32_t>(static_cast<std::size_t>(shapes.rows()), 0));
}

Spread spread_within(const Shapes& shapes, const std::vector<std::uint32_t>& group) {
  const Eigen::Index n = shapes.rows();
  const auto group_of = [&](Eigen::Index row) { return group[static_cast<std::size_t>(row)]; };
  Spread spread;
  spread.shapes = static_cast<std::uint64_t>(n);
  std::uint64_t pairs = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    const Shape own = shapes.row(i);
    double sum = 0;
    for (Eigen::Index j = 0; j < i; ++j) {
      if (group_of(i) != group_of(j)) continue;
      sum += distance(own, shapes.row(j));
      ++pairs;
    }
    spread.distance += sum;
  }
  if (pairs == 0) return spread;
  spread.distance /= static_cast<double>(pairs);

  using Sum = Eigen::Array<double, 1, kShapePoints>;
  std::map<std::uint32_t, std::pair<Sum, double>> groups;
  for (Eigen::Index i = 0; i < n; ++i) {
    auto& [sum, count] = groups.try_emplace(group_of(i), Sum::Zero(), 0.0).first->second;
    sum += shapes.row(i).cast<double>();
    ++count;
  }
  Eigen::MatrixXd centred = shapes.cast<double>().matrix();
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto& [sum, count] = groups.at(group_of(i));
    centred.row(i).array() -= sum / count;
  }
  const Eigen::MatrixXd covariance = centred.transpose() * centred / static_cast<double>(n);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance, Eigen::EigenvaluesOnly);
  const Eigen::ArrayXd spectrum = solver.eigenvalues().array().max(0.0).reverse();
  const double all = spectrum.sum();
  if (!(all > 0)) return spread;
  spread.participation = all * all / spectrum.square().sum();
  for (double held = 0; held < 0.95 * all && spread.modes < kShapePoints; ++spread.modes)
    held += spectrum[spread.modes];
  return spread;
}

std::vector<double> nearest_distances(const Shapes& from, const Shapes& to) {
  std::vector<double> nearest;
  for (Eigen::Index i = 0; i < from.rows(); ++i) {
    const Shape own = from.row(i);
    double least = std::numeric_limits<double>::infinity();
    for (Eigen::Index j = 0; j < to.rows(); ++j) {
      if (&from == &to && i == j) continue;
      least = std::min(least, distance(own, to.row(j)));
    }
    nearest.push_back(least);
  }
  return nearest;
}

bool demonstration_shape(const Strategy& strategy, std::size_t cycle, Shape& shape) {
  const std::size_t first = strategy.exposure_first[cycle];
  return shape_of(std::span(strategy.exposure).subspan(first, strategy.exposure_first[cycle + 1] - first), 1.0, shape);
}

DiversityCounter::DiversityCounter(const Strategy& strategy, std::uint64_t attempts, double peak_lots)
    : strategy_(strategy), attempts_(attempts), peak_lots_(peak_lots) {}

void DiversityCounter::add(const Attempt& attempt) {
  const std::uint64_t sample = std::min(kSample, attempts_),
                      due = ++seen_ * sample / std::max<std::uint64_t>(attempts_, 1);
  const bool chosen = due > sampled_;
  sampled_ = due;
  Shape shape;
  if (!shape_of(attempt.exposure, peak_lots_, shape)) return;
  static_assert(sizeof(OrderRow) == 4 * 4 + 2 * 8, "no padding: the bytes are the values");
  paths_.push_back(hash_of(std::as_bytes(attempt.exposure), 0));
  executions_.push_back(hash_of(std::as_bytes(attempt.orders), paths_.back()));
  fills_ = fills_ || !attempt.orders.empty();
  if (!chosen) return;
  shapes_.push_back(shape);
  cycles_.push_back(attempt.outcome.cycle);
  succeeded_.push_back(attempt.outcome.success != 0);
}

Diversity DiversityCounter::result() const {
  Diversity d;
  d.traded = paths_.size();
  d.fills_recorded = fills_;
  d.same_exposure = repeated(paths_);
  d.same_execution = repeated(executions_);

  std::vector<Shape> demonstrated, succeeded, sources;
  std::vector<double> from_source;
  for (std::size_t cycle = 0; cycle < strategy_.cycles.size(); ++cycle) {
    Shape shape;
    if (demonstration_shape(strategy_, cycle, shape)) demonstrated.push_back(shape);
  }
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    if (succeeded_[i]) succeeded.push_back(shapes_[i]);
    Shape source;
    if (!demonstration_shape(strategy_, cycles_[i], source)) continue;
    sources.push_back(source);
    from_source.push_back(distance(shapes_[i], source));
  }
  d.sample = rows_of(shapes_);
  d.sources = rows_of(sources);
  d.executions = spread_of(d.sample);
  d.successes = spread_of(rows_of(succeeded));
  d.same_source = spread_within(d.sample, cycles_);
  d.copies = spread_of(d.sources);
  d.from_source = percentiles_of(from_source);
  if (shapes_.size() > 1) {
    const std::vector<double> nearest = nearest_distances(d.sample, d.sample);
    d.near_copies =
        static_cast<double>(std::count_if(nearest.begin(), nearest.end(), [](double x) { return x < kNear; })) /
        static_cast<double>(nearest.size());
  }
  const Shapes demonstration = rows_of(demonstrated);
  if (demonstration.rows() > 0) d.from_demonstration = percentiles_of(nearest_distances(d.sample, demonstration));
  if (demonstration.rows() > 1)
    d.within_demonstration = percentiles_of(nearest_distances(demonstration, demonstration));
  return d;
}

}  // namespace marketmimic
