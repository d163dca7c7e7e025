#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/tape/tape.hpp"
#include "marketmimic/order_flow.hpp"

namespace marketmimic {

/// Something that happened at the touch, and the state it happened in.
struct TouchRow {
  double time = 0;               ///< [s], as the tape counts
  double wait = 0;               ///< since the event before [s], >= 0
  std::uint32_t event = 0;       ///< TouchEvent
  std::uint32_t side = 0;        ///< 0 bid, 1 ask: of the resting order, or the side it joins
  std::uint32_t preceding = 0;   ///< as OrderBook::preceding
  std::uint32_t bid_bin = 0;     ///< imbalance bin of the bid before; the ask's mirrors it
  std::uint32_t spread_bin = 0;  ///< before
  std::int32_t spread = 0;       ///< before [ticks]
  std::int64_t lots = 0;         ///< of the order; a market order's whole
  std::int64_t touch_lots = 0;   ///< of the side, before
  std::int32_t ticks = 0;        ///< improve: towards the other side; hidden: inside the touch (half ticks round up)
  std::array<float, kFlowMemories> memory{};  ///< of signed trades and moves, before
  std::array<float, kSpreadMemories> wide{};  ///< of the log spread in usual ones, before
};

/// A message behind the touch.
struct DeepRow {
  bool limit = false;      ///< a limit order; else a cancellation
  std::int32_t ticks = 0;  ///< behind the best price, >= 1
  std::int64_t lots = 0;
};

/// A tape as the order-book market sees it.
struct FlowEvents {
  std::vector<TouchRow> touch;
  std::vector<DeepRow> deep;
  double seconds = 0;                  ///< from the first to the last message
  std::vector<std::int32_t> gaps;      ///< ticks from a best price taken or cancelled to the next
  std::vector<std::int64_t> revealed;  ///< lots then seen there
  double usual_spread = 1;             ///< geometric mean over time [ticks]
  double mean_trade_lots = 0;          ///< of market orders
  double traded_lots = 0;              ///< hidden ones too
  double deep_orders = 0;              ///< mean number a side of known orders behind the touch; 0 on one level
  std::size_t newest_cancels = 0, queue_cancels = 0;  ///< touch cancels that hit the last of two or more known orders
  double expected_newest = 0;                         ///< of them, had each hit any
  std::array<std::int32_t, kSpreadBins - 1> spread_edges{};
};

/// What decides about bins and memories; the rest of the parameters is fitted to what comes out.
struct FlowClock {
  std::array<float, kCountedMemories> memory_decay;     ///< as OrderBookParameters
  std::array<float, kTimedMemories> memory_half_life;   ///< [s]
  std::array<float, kSpreadMemories> spread_half_life;  ///< [s]
};

/// The clock of every fit. Chosen once for the likelihood of choices on the first half of the AMZN session; within a
/// factor of two it matters little.
inline constexpr FlowClock kFlowClock{{0.6f, 0.95f, 0.5f}, {2.0f, 60.0f, 20.0f}, {6.0f, 150.0f}};

/// Executions with one time and one side are one market order. Spread bins hold equal shares of the touch events, as
/// far as whole ticks allow. Crosses and halts are left out; so is what happens while a side is empty.
FlowEvents flow_events(const TapeView& tape, std::int64_t tick, const FlowClock& clock);

}  // namespace marketmimic
