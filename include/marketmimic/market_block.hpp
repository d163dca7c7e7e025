#pragma once

#include <cstdint>

#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// One level of both sides; price kNoPrice and size 0 where there is none.
struct BookLevel {
  std::int32_t bid_price, ask_price;  ///< [ticks]
  std::int32_t bid_lots, ask_lots;
};

/// Price of a level that does not exist.
inline constexpr std::int32_t kNoPrice = -2147483647 - 1;

/// Whoever is told of each event of a market that has events; this one hears nothing.
struct NoListener {
  static constexpr bool listens = false;
  template <class... Told>
  MARKETMIMIC_HD void operator()(const Told&...) const {}
};

/// `Width` markets of one model side by side. A model specialises it with
///   start(step, execution, streams, random_clock, clock)
///   advance(step, execution, modifiers, orders, streams, t, traded): one interval under `modifiers`, the strategy's
///     `orders` included; `traded(lane, taken, rested)` tells what they got
///   own_pace: a step takes each lane a time of its own; then there is also
///   run(step, execution, modifiers, orders, streams, from, until, before, traded, after): many steps, in which no lane
///     waits for the others
///   show(lanes, step, levels, put): the book as `put(lane, level, BookLevel)`
///   view(step, lane), candle(lane), regime(lane), usual_volume(step, lane), usual_variance(step, lane, seconds)
/// and that is all that a scenario knows of a market. A market that has events also takes a listener as the last
/// argument of advance().
template <class Market, int Width>
class MarketBlock;

}  // namespace marketmimic
