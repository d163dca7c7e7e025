#pragma once

#include <cstdint>

#include "host/flow/impact_curve.hpp"
#include "marketmimic/order_flow.hpp"

namespace marketmimic {

/// What the answer of other traders was set from, and what came of it: metaorders of a fifth of the usual volume over
/// half a session of 6.5 hours.
struct ImpactFit {
  double mechanical = 0;  ///< log move at the end where nobody answers
  ImpactLaw law{};        ///< where they do; NaN where no answer was found
};

/// Sets `impact` and `resistance` by simulating metaorders until they move the price as the square-root law says,
/// I = Y sigma sqrt(Q / V) with Y = 1 (V and sigma of the same time; Toth et al. 2011, Sato and Kanazawa, arXiv
/// 2411.13965). Eating the book alone moves it in proportion to what is eaten, many times too far for large orders, so
/// that resistance is found first which leaves nothing of it; the rest is in proportion to `impact`. Both stay 0 where
/// that finds no answer, such as where eating the book moves nothing. 16 x `blocks` pairs of metaorders, six times.
ImpactFit set_impact(OrderBookParameters& parameters, std::uint64_t seed = 1, std::uint32_t blocks = 12);

}  // namespace marketmimic
