#pragma once

#include <cmath>
#include <cstdint>

#include "marketmimic/order_flow.hpp"

namespace marketmimic {

/// An order book without surprises: rates that don't depend on the state, exponential waits, moderate self-excitation.
/// Four touch events a second and some sixty orders a side at most.
inline OrderBookParameters plain_order_book() {
  OrderBookParameters p;
  const float rates[kTouchEvents] = {0.5f, 0.5f, 0.7f, 0.3f, 0.08f};
  for (std::uint32_t event = 0; event < kTouchEvents; ++event)
    for (auto& bin : p.rate[event])
      for (float& rate : bin) rate = rates[event];
  for (std::uint32_t k = 0; k + 1 < kSpreadBins; ++k) p.spread_edges[k] = static_cast<std::int32_t>(1u << k);
  p.deep_limit_rate = 2;
  p.deep_cancel_rate = 0.1f;
  p.mean_rate = 4;
  const float branching[kExcitations] = {0.5f, 0.2f}, decay[kExcitations] = {100, 1, 0.1f, 0.01f};
  for (std::uint32_t k = 0; k < kExcitations; ++k) {
    p.branching[k] = branching[k];
    p.decay[k] = decay[k];
  }
  for (std::uint32_t k = 0; k < kWaitQuantiles; ++k)
    p.wait[k] = static_cast<float>(std::log(-std::log1p(-(k + 0.5) / kWaitQuantiles)));
  for (std::uint32_t k = 0; k < kSizeQuantiles; ++k) {
    p.limit_lots[k] = p.deep_lots[k] = p.trade_lots[k] = static_cast<std::int32_t>(1 + k);
    p.deep_distance[k] = static_cast<std::int32_t>(1 + k / 8);
  }
  for (std::uint32_t k = 0; k < kStepQuantiles; ++k) {
    for (auto& course : p.improvement)
      for (auto& bin : course) bin[k] = static_cast<std::int32_t>(1 + k / 32);
    p.hidden_offset[k] = static_cast<std::int32_t>(1 + k / 16);
  }
  p.sweep_share = 0.4f;
  p.walk_share = 0.1f;
  p.newest_share = 0.3f;
  p.volume_rate = 100;
  return p;
}

}  // namespace marketmimic
