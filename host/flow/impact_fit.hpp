#pragma once

#include <cstdint>

#include "marketmimic/order_flow.hpp"

namespace marketmimic {

/// What the answer of other traders was set from.
struct ImpactFit {
  double mobility = 0;    ///< drift a unit of lean makes [log price/s]
  double mechanical = 0;  ///< drift that taking a tenth of the usual volume makes by itself [log price/s]
};

/// Sets `impact` and `resistance` by simulation: the square-root law I = Y sigma sqrt(Q / V) with Y = 1 (V and sigma of
/// the same time; Toth et al. 2011, Sato and Kanazawa, arXiv 2411.13965) tells the drift that a metaorder must make;
/// the market's own mobility, the lean for it. 2 x `blocks` x 16 hours each for mobility and mechanical drift. Both
/// stay 0 where the market does not follow a lean.
ImpactFit set_impact(OrderBookParameters& parameters, std::uint64_t seed = 1, std::uint32_t blocks = 20);

}  // namespace marketmimic
