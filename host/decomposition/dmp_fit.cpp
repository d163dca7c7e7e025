#include "host/decomposition/dmp_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace marketmimic {
namespace {

constexpr std::size_t kSettle = 3;                             ///< steps after a movement that count as part of it
constexpr std::size_t kBasisCounts[] = {3, 5, 8, 12, 16, 24};  ///< tried in this order
constexpr std::size_t kMostForcedSteps = 100'000;              ///< the regression holds steps x weights numbers
constexpr float kForcedTau[] = {1.0f, 0.5f, 0.25f};            ///< shares of the duration tried with a forcing
constexpr std::size_t kPeriodicCounts[] = {4, 8, 12, 16, 24, 32, 48};
constexpr float kPeriodicTau[] = {1.0f, 0.5f, 0.25f, 0.0f};  ///< the same of the period
constexpr float kChange = 1e-3f;                             ///< of a level; less is noise
constexpr float kFarExposure = std::numeric_limits<float>::max();
/// Mean squared weight traded for squared error. Small: only what the path does not determine is held near zero.
constexpr double kWeightRidge = 1e-6;

float rmse(std::span<const float> path, std::span<const float> rollout) {
  double sum = 0;
  for (std::size_t k = 0; k < rollout.size(); ++k) sum += std::pow(static_cast<double>(rollout[k]) - path[k + 1], 2);
  return static_cast<float>(std::sqrt(sum / static_cast<double>(rollout.size())));
}

/// Rolls the model out, with its table, and measures it.
void evaluate(SegmentFit& fit, const FitTarget& target, const Dmp& start, float dt) {
  const std::size_t steps = target.path.size() - 1;
  static constexpr float zero[kForcingEntries] = {};
  fit.end = start;
  fit.rollout = roll_out(fit.primitive, fit.table.empty() ? zero : fit.table.data(), dt, steps, fit.end);
  fit.rmse = rmse(target.path, fit.rollout);
  fit.movement_rmse = rmse(target.path, std::span(fit.rollout).first(std::min(steps, target.movement + kSettle)));
  std::vector<float> path{start.y};
  path.insert(path.end(), fit.rollout.begin(), fit.rollout.end());
  fit.timed =
      std::all_of(target.marks.begin(), target.marks.end(), [&](const TimeMark& m) { return is_timed(path, m); });
}

SegmentFit unfitted(const FitTarget& target, float dt) {
  SegmentFit model;
  model.primitive.duration = static_cast<float>(target.path.size() - 1) * dt;
  model.primitive.start = target.path.front();
  model.primitive.form = static_cast<std::uint32_t>(target.form);
  return model;
}

float badness(const SegmentFit& fit) { return std::max(fit.rmse, fit.movement_rmse); }

/// What is held at each phase of a period, in the order of phases.
std::vector<std::pair<float, float>> folded(const FitTarget& target, const Primitive& rhythm, float dt) {
  std::vector<std::pair<float, float>> held;
  for (std::size_t k = 0; k + 1 < target.path.size(); ++k)
    held.emplace_back(rhythm.phase(static_cast<float>(k) * dt), target.path[k + 1]);
  std::sort(held.begin(), held.end());
  return held;
}

/// The period, within half a step at the path's end of the one given, whose folded path goes up and down least.
float folding_period(const FitTarget& target, Primitive rhythm, float dt) {
  constexpr int tried = 8;  // on each side
  const float given = rhythm.period, periods = rhythm.duration / given;
  double least = std::numeric_limits<double>::infinity();
  float best = given;
  double all = 0;  // as in one period, where all are the same
  for (std::size_t k = 1; k < target.path.size(); ++k) all += std::abs(target.path[k] - target.path[k - 1]);
  const double alike = 1.01 * all / periods;
  for (int i = 0; i <= 2 * tried && least > alike; ++i) {  // 0, then nearest first
    const int offset = i % 2 == 0 ? -i / 2 : (i + 1) / 2;
    rhythm.period = given + static_cast<float>(offset) * dt / (2 * tried * periods);
    const auto held = folded(target, rhythm, dt);
    double up_and_down = 0;
    for (std::size_t k = 1; k < held.size(); ++k) up_and_down += std::abs(held[k].second - held[k - 1].second);
    if (up_and_down >= least * (1 - 1e-6)) continue;
    least = up_and_down;
    best = rhythm.period;
  }
  return best;
}

/// What was held about the phase of each entry, on average; where none of it was seen, at the phase nearest to it.
std::vector<float> mean_period(const std::vector<std::pair<float, float>>& held, float goal) {
  std::vector<float> table(kForcingEntries);
  constexpr float last = static_cast<float>(kForcingEntries - 1u);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const float phase = static_cast<float>(i) / last;
    const auto from = std::lower_bound(held.begin(), held.end(), std::pair(phase - 0.5f / last, -kFarExposure));
    const auto to = std::lower_bound(from, held.end(), std::pair(phase + 0.5f / last, -kFarExposure));
    if (from == to) {  // on a circle
      const auto& before = from == held.begin() ? held.back() : *std::prev(from);
      const auto& after = from == held.end() ? held.front() : *from;
      const auto away = [&](float other) { return std::abs(std::remainder(other - phase, 1.0f)); };
      table[i] = (away(before.first) < away(after.first) ? before : after).second - goal;
      continue;
    }
    double sum = 0;
    for (auto at = from; at != to; ++at) sum += at->second;
    table[i] = static_cast<float>(sum / static_cast<double>(to - from)) - goal;
  }
  return table;
}

bool is_better(const SegmentFit& fit, const SegmentFit& than) {
  return std::pair(!fit.timed, badness(fit)) < std::pair(!than.timed, badness(than));
}

/// Weights whose rollout comes nearest to the path: linear least squares, since the rollout is linear in them.
std::vector<float> regress(const Primitive& primitive, const FitTarget& target, const Dmp& start, float dt,
                           std::size_t count) {
  const std::size_t steps = target.path.size() - 1;
  const auto rows = static_cast<Eigen::Index>(steps), columns = static_cast<Eigen::Index>(count);
  const std::vector<float> none(kForcingEntries, 0.0f);
  Dmp state = start;
  const std::vector<float> free = roll_out(primitive, none.data(), dt, steps, state);
  Eigen::VectorXd missing(rows);
  for (Eigen::Index k = 0; k < rows; ++k) missing[k] = static_cast<double>(target.path[k + 1]) - free[k];

  Primitive response = primitive;  // from rest at zero, towards zero: the forcing alone
  response.goal = 0;
  Eigen::MatrixXd basis(rows, columns);
  const auto& tables = basis_tables(count, primitive.rhythmic());
  for (Eigen::Index i = 0; i < columns; ++i) {
    Dmp rest;
    const std::vector<float> column = roll_out(response, tables[static_cast<std::size_t>(i)].data(), dt, steps, rest);
    for (Eigen::Index k = 0; k < rows; ++k) basis(k, i) = column[k];
  }
  Eigen::MatrixXd normal = basis.transpose() * basis;
  normal.diagonal().array() += kWeightRidge * static_cast<double>(steps);
  const Eigen::VectorXd solution = normal.ldlt().solve(basis.transpose() * missing);
  std::vector<float> weights(count);
  for (std::size_t i = 0; i < count; ++i) weights[i] = static_cast<float>(solution[static_cast<Eigen::Index>(i)]);
  return weights;
}

/// Gives a model without a forcing, its parameters counted, ones of more and more weights, `most` at most, each with
/// shares of its duration, or of its period, as tau. Returns the first within `tolerance`, else the best, or `best`.
SegmentFit best_forced(SegmentFit model, SegmentFit best, std::size_t most, const FitTarget& target, const Dmp& start,
                       float dt, float tolerance) {
  const bool rhythmic = model.primitive.rhythmic();
  const std::span<const std::size_t> counts = rhythmic ? std::span<const std::size_t>(kPeriodicCounts) : kBasisCounts;
  const std::span<const float> shares = rhythmic ? std::span<const float>(kPeriodicTau) : kForcedTau;
  const float whole = rhythmic ? model.primitive.period : model.primitive.duration;
  const std::size_t others = model.parameters;
  if (target.path.size() - 1 > kMostForcedSteps) return best;
  for (const std::size_t count : counts) {
    if (count > most || others + count > target.parameters) break;
    for (const float share : shares) {
      model.primitive.tau = std::max(share * whole, dt);
      model.weights = regress(model.primitive, target, start, dt, count);
      model.table = forcing_table(model.weights, rhythmic);
      model.parameters = others + count;
      evaluate(model, target, start, dt);
      if (is_better(model, best)) best = model;
    }
    if (best.within(tolerance)) break;
  }
  return best;
}

}  // namespace

const std::vector<std::vector<float>>& basis_tables(std::size_t count, bool rhythmic) {
  const auto make = [](std::span<const std::size_t> counts, bool periodic) {
    std::map<std::size_t, std::vector<std::vector<float>>> tables;
    for (const std::size_t n : counts) {
      for (std::size_t i = 0; i < n; ++i) {
        std::vector<float> unit(n, 0.0f);
        unit[i] = 1.0f;
        tables[n].push_back(forcing_table(unit, periodic));
      }
    }
    return tables;
  };
  static const auto movements = make(kBasisCounts, false), rhythms = make(kPeriodicCounts, true);
  return (rhythmic ? rhythms : movements).at(count);
}

std::vector<float> roll_out(const Primitive& p, const float* forcing, float dt, std::size_t steps, Dmp& state) {
  std::vector<float> exposure(steps);
  const float origin = state.y;
  float elapsed = 0;
  for (float& value : exposure) {
    state.step({p.goal, 0.0f, dmp_lookup(forcing, p.forcing, p.phase(elapsed)), exact::max(p.tau, dt), p.form, origin,
                exact::min((elapsed + dt) / p.tau, 1.0f)},
               dt);
    value = state.y;
    elapsed += dt;
  }
  return exposure;
}

std::vector<float> forcing_table(std::span<const float> weights, bool rhythmic) {
  std::vector<float> table(kForcingEntries);
  for (std::uint32_t i = 0; i < kForcingEntries; ++i) {
    const float phase = static_cast<float>(i) / static_cast<float>(kForcingEntries - 1u);
    table[i] = dmp_forcing(phase, weights.data(), static_cast<std::uint32_t>(weights.size()), rhythmic);
  }
  return table;
}

bool is_timed(std::span<const float> path, const TimeMark& mark) {
  const std::size_t from = mark.step == 0 ? 0 : mark.step - 1;
  const std::size_t to = std::min(mark.step + 3, path.size());
  const float direction = mark.size < 0 ? -1.0f : 1.0f;
  for (std::size_t k = from; k + 1 < to; ++k) {
    const float before = direction * (path[k] - mark.level), after = direction * (path[k + 1] - mark.level);
    if (before <= 0 && after >= 0) return true;
  }
  return false;
}

SegmentFit fit_segment(const FitTarget& target, const Dmp& start, float dt, float tolerance) {
  const std::size_t steps = target.path.size() - 1;
  SegmentFit model = unfitted(target, dt);
  model.primitive.goal = target.path.back();
  model.primitive.tau = dt;
  model.parameters = 2;
  evaluate(model, target, start, dt);
  SegmentFit best = model;
  if (best.within(tolerance)) return best;

  model.parameters = 3;
  for (float tau = dt * 1.5f; tau <= 2.0f * model.primitive.duration; tau *= 1.25f) {
    model.primitive.tau = tau;
    evaluate(model, target, start, dt);
    if (is_better(model, best)) best = model;
  }
  if (best.within(tolerance)) return best;
  return best_forced(model, best, steps / 2, target, start, dt, tolerance);
}

SegmentFit fit_rhythm(const FitTarget& target, float period, const Dmp& start, float dt, float tolerance) {
  const std::size_t steps = target.path.size() - 1;
  const std::span<const float> held = target.path.subspan(1);
  SegmentFit model = unfitted(target, dt);
  model.primitive.goal =
      static_cast<float>(std::accumulate(held.begin(), held.end(), 0.0) / static_cast<double>(steps));
  model.primitive.period = period;
  model.primitive.period = folding_period(target, model.primitive, dt);
  model.primitive.tau = dt;
  model.table = mean_period(folded(target, model.primitive, dt), model.primitive.goal);
  std::size_t changes = 0;
  for (std::size_t i = 1; i < model.table.size(); ++i)
    changes += std::abs(model.table[i] - model.table[i - 1]) > kChange ? 1 : 0;
  model.parameters = 4 + 2 * changes;
  evaluate(model, target, start, dt);
  SegmentFit best = model;
  if (model.parameters <= target.parameters && best.within(tolerance)) return best;
  model.parameters = 4;
  const auto most = static_cast<std::size_t>(model.primitive.period / dt);  // a weight a step
  return best_forced(model, best, most, target, start, dt, tolerance);
}

}  // namespace marketmimic
