#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "marketmimic/aggressiveness.hpp"
#include "marketmimic/primitive.hpp"

namespace marketmimic {

/// What an order traded in a primitive.
struct OrderVolume {
  std::size_t step = 0;  ///< of the primitive, from 0, of its first fill
  double lots = 0;       ///< [units of the asset], > 0
  double taken = 0;      ///< of it, by taking liquidity
};

struct AggressivenessFit {
  Aggressiveness share;      ///< forcing 0: the table is not placed yet
  std::vector<float> table;  ///< empty: no forcing
  float error = 0;           ///< RMSE of the share that orders took, by their volume
};

/// How the share that takes liquidity changes over `primitive`, whose orders come in the order of time, on steps of
/// `dt` seconds. Start, goal and the weights of 0, 3 or 5 basis functions are least squares by volume, the time scale
/// is the best of a geometric series; weights only where the path ends at the goal. A share that changes is believed
/// where at least 12 orders traded, with two of them for each parameter, and where it is very strongly better than the
/// constant by Schwarz's criterion: more than 10 (Kass & Raftery, JASA 90, 1995). Orders count as many as alike ones
/// would tell as much (Kish 1965): (sum of lots)^2 / sum of lots^2. Rhythms are never asked.
AggressivenessFit fit_aggressiveness(const Primitive& primitive, std::span<const OrderVolume> traded, float dt);

}  // namespace marketmimic
