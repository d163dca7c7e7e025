#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "marketmimic/dmp.hpp"
#include "marketmimic/strategy.hpp"

namespace marketmimic {

/// Rolls a primitive out for `steps` steps of `dt` seconds with every order filled at once, as Sequencer::adapt does in
/// the frame of its own market; `state` is left as it is at the end. Returns exposure after each step.
std::vector<float> roll_out(const Primitive& primitive, const float* forcing, float dt, std::size_t steps, Dmp& state);

/// Table of the forcing of `weights`, as the rules look it up; weights.size() basis functions.
std::vector<float> forcing_table(std::span<const float> weights, bool rhythmic = false);

/// The forcing of each weight alone, by the number of weights: made once, as every fit needs them. Of movements there
/// are 3, 5, 8, 12, 16 or 24, of rhythms 4, 8, 12, 16, 24, 32 or 48.
const std::vector<std::vector<float>>& basis_tables(std::size_t count, bool rhythmic = false);

/// Where a path has to be at which step.
struct TimeMark {
  std::size_t step;  ///< the level is crossed in it
  float level;
  float size;  ///< signed change around it: its direction and scale
};

/// Whether `path` (values at the beginning of steps, and after the last) crosses the mark in its step or a neighbour's.
bool is_timed(std::span<const float> path, const TimeMark& mark);

/// What a primitive has to reproduce: a path of exposure from one joint to the next.
struct FitTarget {
  std::span<const float> path;  ///< [steps + 1]; the first is where it begins
  std::size_t movement = 1;     ///< steps until the path is at its end for good, 1 to steps
  std::vector<TimeMark> marks;  ///< orders, by step of `path`
  std::size_t parameters = 0;   ///< most a model may have
  DmpForm form = DmpForm::unscaled;
};

/// A fitted primitive: what the rules need (duration, tau, start, goal), its weights, and how well it does.
struct SegmentFit {
  Primitive primitive;         ///< forcing 0: the table is not placed yet
  std::vector<float> weights;  ///< empty: no forcing
  std::vector<float> table;    ///< empty: no forcing
  std::vector<float> rollout;  ///< [steps] exposure after each step
  Dmp end;                     ///< state at its end
  float rmse = 0;              ///< over all steps
  float movement_rmse = 0;     ///< over the steps of the movement and a few more: a long hold must not hide it
  bool timed = true;           ///< every mark is
  std::size_t parameters = 0;  ///< duration and goal, tau where it was fitted, weights

  bool within(float tolerance) const { return timed && rmse <= tolerance && movement_rmse <= tolerance; }
};

/// Fits so that the rollout reproduces the path. The goal is the path's end. Tried in this order: a step (tau = dt), a
/// build-up of its own time scale without forcing, then forcings of 3 to 24 weights by ridge regression on the
/// rolled-out response of every basis function. The first within `tolerance` is taken, else the one nearest to it.
SegmentFit fit_segment(const FitTarget& target, const Dmp& start, float dt, float tolerance);

/// The same by a rhythm about the path's mean, of a period near `period` [s]. Tried first is the mean of all periods,
/// which is what a staircase needs and costs a level and a time for each of its changes; it tells phases apart by 1
/// part in 256. Then 4 to 48 weights. The other parameters are duration, goal, tau and period.
SegmentFit fit_rhythm(const FitTarget& target, float period, const Dmp& start, float dt, float tolerance);

}  // namespace marketmimic
