#pragma once

#include <cstdint>

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/order_flow.hpp"

namespace marketmimic {

/// What an order book's flow remembers of trades, of the mid's moves and of the spread, and how that tilts the events
/// to come (see OrderBookParameters).
struct FlowMemory {
  float signs[kFlowMemories] = {};     ///< in the order of OrderBookParameters::memory_weight
  float widths[kSpreadMemories] = {};  ///< averaged log of the spread in usual ones

  /// `seconds` go by in which the spread has the log `log_spread`, in usual ones.
  MARKETMIMIC_HD void pass(const OrderBookStep& c, float seconds, float log_spread) {
    const float now_wide = exact::clamp(log_spread, -kWidest, kWidest);
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < kSpreadMemories; ++k)
      widths[k] += (widths[k] - now_wide) * exact::expm1(-c.spread_rate[k] * seconds);
    signs[2] += signs[2] * exact::expm1(-c.memory_rate[0] * seconds);
    signs[3] += signs[3] * exact::expm1(-c.memory_rate[1] * seconds);
    signs[5] += signs[5] * exact::expm1(-c.memory_rate[2] * seconds);
  }

  /// A market order of `lots` and of `sign`, 1 from a buyer and -1 from a seller.
  MARKETMIMIC_HD void trade(const OrderBookStep& c, float sign, std::int32_t lots, bool traded) {
    const float size = exact::sqrt(exact::max(static_cast<float>(lots) * c.inverse_trade_lots, 1.0e-6f));
    const float pushed[kFirstMove] = {sign + (signs[0] - sign) * c.p.memory_decay[0],
                                      sign + (signs[1] - sign) * c.p.memory_decay[1],
                                      exact::clamp(signs[2] + sign * size, -kMostPressure, kMostPressure),
                                      exact::clamp(signs[3] + sign * size, -kMostPressure, kMostPressure)};
    MARKETMIMIC_UNROLL
    for (std::uint32_t j = 0; j < kFirstMove; ++j) signs[j] = choose(traded, pushed[j], signs[j]);
  }

  /// The mid moved by `half_ticks`; `counts`: by an event at the touch.
  MARKETMIMIC_HD void move(const OrderBookStep& c, std::int32_t half_ticks, bool counts) {
    const float moved = static_cast<float>(half_ticks) * c.inverse_usual_spread;
    signs[4] = exact::clamp(signs[4] * choose(counts, c.p.memory_decay[2], 1.0f) + moved, -kFarthest, kFarthest);
    signs[5] = exact::clamp(signs[5] + moved, -kFarthest, kFarthest);
  }

  /// Log factor of a touch event of the ask; of the bid, the other way round.
  MARKETMIMIC_HD float tilt(const OrderBookStep& c, std::uint32_t event) const {
    float sum = 0;
    MARKETMIMIC_UNROLL
    for (std::uint32_t j = 0; j < kFlowMemories; ++j) sum += c.p.memory_weight[event][j] * signs[j];
    return exact::clamp(sum, -2.0f, 2.0f);
  }
  /// Log factor of a touch event of either side.
  MARKETMIMIC_HD float lasting(const OrderBookStep& c, std::uint32_t event) const {
    float sum = 0;
    MARKETMIMIC_UNROLL
    for (std::uint32_t j = 0; j < kSpreadMemories; ++j) sum += c.p.spread_weight[event][j] * widths[j];
    return exact::clamp(sum, -2.0f, 2.0f);
  }
  /// Where an order inside the spread takes the mid.
  MARKETMIMIC_HD std::uint32_t course(bool on_ask) const {
    return course_of(choose(on_ask, signs[kFirstMove], -signs[kFirstMove]));
  }
};

}  // namespace marketmimic
