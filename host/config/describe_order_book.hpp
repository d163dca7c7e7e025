#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

#include "host/config/limits.hpp"
#include "marketmimic/order_flow.hpp"

namespace marketmimic {

/// In the order of TouchEvent.
inline constexpr std::array<std::string_view, kTouchEvents> kTouchEventNames = {"improve", "join", "cancel", "trade",
                                                                                "hidden"};

/// All numbers of a table of fixed size, row after row.
template <class Number, std::size_t rows, std::size_t columns>
std::span<Number> flat(Number (&table)[rows][columns]) {
  return {&table[0][0], rows * columns};
}

/// The same for a stack of tables.
template <class Number, std::size_t tables, std::size_t rows, std::size_t columns>
std::span<Number> flat(Number (&stack)[tables][rows][columns]) {
  return {&stack[0][0][0], tables * rows * columns};
}

template <class Visitor>
void describe_touch(Visitor& v, OrderBookParameters& p) {
  constexpr RealLimits rate = {0, 1e6}, share = {0, 1};
  v.table("touch",
          "Rates of each side's events at its best price [1/s]: a row for each of 7 bins of (own - other) / (own + "
          "other) touch lots, a column for each of 6 bins of the spread.",
          [&] {
            v.numbers("spread_edges", p.spread_edges, {0, 1'000'000}, "bin = edges below the spread [ticks]");
            v.require(std::is_sorted(std::begin(p.spread_edges), std::end(p.spread_edges)), "spread_edges",
                      "must be ascending");
            constexpr std::array<std::string_view, kTouchEvents> meanings = {
                "limit orders inside the spread", "limit orders at the best price", "cancellations at the best price",
                "market orders that take this side", "trades inside the spread with hidden orders"};
            for (std::size_t e = 0; e < kTouchEvents; ++e)
              v.rows(kTouchEventNames[e], flat(p.rate[e]), kSpreadBins, rate, meanings[e]);
            v.number("queue_exponent", p.queue_exponent, share, "cancellations ~ orders at the touch ^ this");
            v.number("newest_share", p.newest_share, share, "cancellations that hit the last order of the queue");
          });
}

template <class Visitor>
void describe_flow_memory(Visitor& v, OrderBookParameters& p) {
  v.table("excitation", "Flow that brings about flow, in three kernels.", [&] {
    v.number("mean_rate", p.mean_rate, {1e-6, 1e6}, "of all touch events in a usual state [1/s]");
    v.numbers("branching", p.branching, {0, 0.95}, "events that an event of weight 1 brings about, each kernel");
    double sum = 0;
    for (const float each : p.branching) sum += double{each};
    v.require(sum <= 0.95 + 1e-6, "branching", "must have a sum of at most 0.95");
    v.numbers("decay", p.decay, {1e-6, 1e6}, "of each kernel [1/s]");
    v.numbers("weight", p.weight, {0, 10}, "of improve, join, cancel, trade, hidden");
  });
  v.table("clock", "How time goes by: waiting times, the slow factor on activity, the time of day.", [&] {
    v.numbers("wait", p.wait, {-40, 20}, "ln of the quantiles (k + 1/2) / 512 of the operational waiting time");
    v.require(std::is_sorted(std::begin(p.wait), std::end(p.wait)), "wait", "must be ascending");
    double mean = 0;
    for (const float each : p.wait) mean += std::exp(double{each}) / kWaitQuantiles;
    v.require(std::abs(mean - 1) <= 0.05, "wait", "must be of waiting times with mean 1, to within 5 %");
    v.number("slow_rate", p.slow_rate, {1e-9, 10}, "of the slow factor on activity [1/s]");
    v.number("slow_sd", p.slow_sd, {0, 2}, "its stationary standard deviation, in logarithms");
    v.numbers("season", p.season, {-5, 5}, "log activity at each half hour of the day (UTC), linear between");
  });
  v.table("follow",
          "Log factors on each event by the event before: none, this side's improve to hidden, the other side's.", [&] {
            for (std::size_t e = 0; e < kTouchEvents; ++e)
              v.numbers(kTouchEventNames[e], p.follow[e], {-20, 20}, "log factors");
          });
  v.table("spread_memory", "How wide the spread was lately tilts every event.", [&] {
    v.numbers("half_life", p.spread_half_life, {1e-3, 1e8}, "of each memory of the log spread [s]");
    v.number("usual_spread", p.usual_spread, {1, 1e6}, "they count from [ticks]");
    v.rows("weight", flat(p.spread_weight), std::size(p.spread_weight[0]), {-20, 20},
           "log factor a unit of each memory puts on improve, join, cancel, trade, hidden");
  });
  v.table("memory",
          "Memory of signed trades, two counted in trades and two in seconds, and of the mid's moves, two in seconds.",
          [&] {
            v.numbers("decay", p.memory_decay, {0, 0.999}, "what a trade leaves of the first two");
            v.numbers("half_life", p.memory_half_life, {1e-3, 1e8}, "of the other four [s]");
            v.rows("weight", flat(p.memory_weight), std::size(p.memory_weight[0]), {-20, 20},
                   "log factor a unit of each memory puts on improve, join, cancel, trade, hidden");
          });
}

template <class Visitor>
void describe_orders(Visitor& v, OrderBookParameters& p) {
  const auto law = [&](std::string_view key, std::span<std::int32_t> quantiles, std::string_view meaning) {
    v.numbers(key, quantiles, {1, 1'000'000}, meaning);
    v.require(std::is_sorted(quantiles.begin(), quantiles.end()), key, "must be ascending");
  };
  v.table("depth", "Orders behind the touch.", [&] {
    v.number("limit_rate", p.deep_limit_rate, {1e-6, 1e6}, "limit orders, each side [1/s]");
    v.number("cancel_rate", p.deep_cancel_rate, {1e-9, 1e6}, "cancellations of each order [1/s]");
    bool opposite = p.from_opposite != 0;
    v.flag("from_opposite", opposite, "distances count from the other side's best price");
    p.from_opposite = opposite ? 1u : 0u;
    law("lots", p.deep_lots, "quantiles of the size [lots]");
    law("distance", p.deep_distance, "quantiles of the distance from the best price [ticks]");
  });
  v.table("orders", "Sizes and prices of the others, as quantiles; market orders.", [&] {
    law("limit_lots", p.limit_lots, "size at or inside the touch [lots]");
    law("trade_lots", p.trade_lots, "size of market orders that don't take exactly the touch [lots]");
    v.number("mean_trade_lots", p.mean_trade_lots, {1e-3, 1e9}, "unit of the impact memory [lots]");
    v.number("sweep_share", p.sweep_share, {0, 1}, "market orders that take exactly the touch");
    v.number("walk_share", p.walk_share, {0, 1}, "of the others: those that may go on behind it");
    v.rows("improvement", flat(p.improvement), kStepQuantiles, {1, 1'000'000},
           "ticks from the old best price inwards, a row for each bin of the spread: first of orders that take the mid "
           "further the way it lately went, then where it did not move, then of those that bring it back");
    v.number("widest_spread", p.widest_spread, {1, 1e9},
             "mean of the widest bin; above it improvements grow in proportion [ticks]");
    for (const auto& course : p.improvement)
      for (const auto& row : course)
        v.require(std::is_sorted(std::begin(row), std::end(row)), "improvement", "must have ascending rows");
    law("hidden_offset", p.hidden_offset, "of a hidden trade, ticks inside the touch");
  });
}

/// Shows the keys of an order book to a visitor; see describe_market.hpp. The initial mid is among the units.
template <class Visitor>
void describe_order_book(Visitor& v, OrderBookParameters& p) {
  v.table("order_book", "The market order by order.", [&] {
    v.number("volume_rate", p.volume_rate, {1e-9, 1e9}, "traded on average [lots/s]");
    v.number("volatility", p.volatility, {1e-9, 0.01}, "of log returns [1/sqrt(s)]");
    v.number("impact", p.impact, {0, 10}, "how others follow the strategy's own flow, see order_flow.hpp");
    v.number("resistance", p.resistance, {0, 10}, "how they meet it");
    v.number("warm_up", p.warm_up, {0, 3600}, "simulated before the start [s]");
    v.number("initial_spread", p.initial_spread, {1, 1'000'000}, "at the start of the warm-up [ticks]");
    v.require(p.initial_spread < p.initial_mid_half_ticks, "initial_spread",
              "must be below units.initial_mid_half_ticks");
    describe_touch(v, p);
    describe_flow_memory(v, p);
    describe_orders(v, p);
  });
}

}  // namespace marketmimic
