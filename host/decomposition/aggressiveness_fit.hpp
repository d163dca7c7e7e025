#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "marketmimic/aggressiveness.hpp"
#include "marketmimic/primitive.hpp"

namespace marketmimic {

/// What a step of a primitive traded.
struct StepVolume {
  std::size_t step = 0;  ///< of the primitive, from 0
  double lots = 0;       ///< [units of the asset], > 0
  double taken = 0;      ///< of it, by taking liquidity
};

struct AggressivenessFit {
  Aggressiveness share;      ///< forcing 0: the table is not placed yet
  std::vector<float> table;  ///< empty: no forcing
  float error = 0;           ///< RMSE of the share that steps took, by their volume
};

/// How the share that takes liquidity changes over `primitive`, whose steps have `dt` seconds and are in the order of
/// time. Start, goal and the weights of 0, 3 or 5 basis functions are least squares by volume, the time scale is the
/// best of a geometric series. A share that changes is believed where at least 12 steps traded, with two of them for
/// each parameter, and where it is very strongly better than the constant by Schwarz's criterion: more than 10 (Kass &
/// Raftery, JASA 90, 1995). Steps as rhythms take them are never asked.
AggressivenessFit fit_aggressiveness(const Primitive& primitive, std::span<const StepVolume> traded, float dt);

}  // namespace marketmimic
