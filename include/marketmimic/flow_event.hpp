#pragma once

#include <cstdint>

#include "marketmimic/host_device.hpp"
#include "marketmimic/limit_order_book.hpp"

namespace marketmimic {

/// What happened, in the order of its time; one row of a message file.
enum class FlowKind : std::uint32_t {
  nothing = 0,
  submission = 1,
  reduction = 2,
  deletion = 3,
  execution = 4,
  hidden = 5,
};

/// What one turn of an order book decided.
struct FlowEvent {
  BookOperation operation;
  FlowKind kind = FlowKind::nothing;
  std::int32_t traded = 0;      ///< lots
  std::int32_t hidden = 0;      ///< price of a hidden trade [ticks]
  std::uint32_t own = 0;        ///< 1: an action of the strategy
  std::uint32_t counted = 0;    ///< 1 + TouchEvent where the touch clock struck, for the memories
  std::int32_t order_lots = 0;  ///< of that market order, whole
  std::uint32_t touch_struck = 0, depth_struck = 0;
  std::uint32_t word = 0;  ///< draws the next waiting time
};

/// One side as the flow sees it.
struct Touch {
  std::int32_t key = 0;     ///< of the best price
  std::int32_t lots = 0;    ///< at the best price
  std::int32_t queue = 0;   ///< orders at the best price
  std::int32_t orders = 0;  ///< on the whole side
};

/// One or the other, field by field: choosing between whole structs would be a branch between addresses.
MARKETMIMIC_HD Touch choose(bool first, const Touch& a, const Touch& b) {
  return {first ? a.key : b.key, first ? a.lots : b.lots, first ? a.queue : b.queue, first ? a.orders : b.orders};
}

}  // namespace marketmimic
