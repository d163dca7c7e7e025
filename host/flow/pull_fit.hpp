#pragma once

#include <cstdint>

#include "marketmimic/order_flow.hpp"

namespace marketmimic {

/// Tilts orders back to the mid's average over minutes, until returns over a minute vary as `parameters.volatility`
/// says; the likelihood of single events says next to nothing of that, and what it leaves lets prices wander too far.
/// Bisection on the last memory's weights on improvements and trades with common random numbers (simulated moments);
/// `clock`: seconds after midnight at the start, `seconds` simulated. Returns the weight added, 0 to 0.4; 0 where the
/// market does not wander too far.
float set_pull(OrderBookParameters& parameters, std::uint32_t clock, double seconds, std::uint64_t seed = 1);

}  // namespace marketmimic
