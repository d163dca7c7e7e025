#pragma once

#include <cstdint>

#include "marketmimic/diffusion.hpp"
#include "marketmimic/execution.hpp"
#include "marketmimic/lanes.hpp"
#include "marketmimic/market_block.hpp"

namespace marketmimic {

/// Diffusion markets with their parametric books.
template <int Width>
class MarketBlock<Diffusion, Width> {
 public:
  static constexpr bool own_pace = false;

  MARKETMIMIC_HD void start(const DiffusionStep& c, const ExecutionParameters&, const Lanes<Stream, Width>& streams,
                            bool random_clock, std::uint32_t clock) {
    Lanes<CommonNoise, Width> common;
    draw_common(AllLanes<Width>{}, c.coupling, streams, Draw::common_start, 0, common);
    for (int lane = 0; lane < Width; ++lane)
      market_.store(lane, Diffusion::start(c, streams.load(lane), random_clock, clock, common.load(lane)));
  }

  /// Market orders take the shown book level by level, then the market moves by one interval; resting orders get their
  /// share of what it traded.
  template <class Traded>
  MARKETMIMIC_HD void advance(const DiffusionStep& c, const ExecutionParameters& execution,
                              const Lanes<Modifiers, Width>& modifiers, const Lanes<Orders, Width>& orders,
                              const Lanes<Stream, Width>& streams, std::uint32_t t, const Traded& traded) {
    for_lanes<Width>([&](int lane) MARKETMIMIC_INLINE {
      const bool halted = modifiers.load(lane).halted != 0u;
      taking_.store(lane, Taking::of(choose(halted, 0, orders.load(lane).market)));
    });
    std::int32_t wanted = 0;
    for (int lane = 0; lane < Width; ++lane) wanted |= orders.load(lane).market;
    const std::uint32_t visited = wanted == 0 ? 0u : c.levels;  // most steps no lane sends a market order
    for (std::uint32_t level = 0; level < visited; ++level) {
      for_lanes<Width>([&](int lane) MARKETMIMIC_INLINE {
        Taking taking = taking_.load(lane);
        taking.visit(market_.load(lane).book, level, c.shape[level], orders.load(lane).market > 0);
        taking_.store(lane, taking);
      });
    }
    if (c.regimes > 1u) {
      for_lanes<Width>([&](int lane) MARKETMIMIC_INLINE {
        Diffusion market = market_.load(lane);
        market.change_regime(c, streams.load(lane), t);
        market_.store(lane, market);
      });
    }
    Lanes<CommonNoise, Width> common;
    draw_common(AllLanes<Width>{}, c.coupling, streams, Draw::common_path, t, common);
    for_lanes<Width>([&](int lane) MARKETMIMIC_INLINE {
      Diffusion market = market_.load(lane);
      const Orders order = orders.load(lane);
      const bool buys = order.passive > 0;
      const std::int32_t price = buys ? market.book.bid : market.book.ask;
      const std::int32_t half_spread = market.book.ask - market.book.bid;
      const Trade taken = taking_.load(lane).finish(order.market > 0, execution.taker_fee);
      market.advance(c, modifiers.load(lane), taken.lots, streams.load(lane), t, common.load(lane));
      const Candle candle = market.candle;
      const Trade rested = rest(order.passive, price, half_spread, candle.low, candle.high, candle.volume, execution);
      market.pass(rested.lots);
      market_.store(lane, market);
      traded(lane, taken, rested);
    });
  }

  /// Calls `put(lane, level, BookLevel)` for the first `levels` levels.
  template <class Set, class Put>
  MARKETMIMIC_HD void show(const Set& lanes, const DiffusionStep& c, std::uint32_t levels, const Put& put) const {
    for (std::uint32_t level = 0; level < levels; ++level) {
      for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
        const ParametricBook book = market_.load(lane).book;
        const float shape = c.shape[level];
        const std::int32_t bid = book.bid_price(level);
        put(lane, level,
            BookLevel{bid < 1 ? kNoPrice : bid, book.ask_price(level), book.bid_size(level, shape),
                      book.ask_size(level, shape)});
      });
    }
  }

  MARKETMIMIC_HD MarketView view(const DiffusionStep& c, int lane) const { return market_.load(lane).view(c); }
  MARKETMIMIC_HD Candle candle(int lane) const { return market_.load(lane).candle; }
  MARKETMIMIC_HD std::uint32_t regime(int lane) const { return market_.load(lane).regime; }
  MARKETMIMIC_HD float usual_volume(const DiffusionStep& c, int lane) const {
    return market_.load(lane).usual_volume(c);
  }
  MARKETMIMIC_HD float usual_variance(const DiffusionStep& c, int lane, float seconds) const {
    return market_.load(lane).usual_variance(c, seconds);
  }

 private:
  Lanes<Diffusion, Width> market_;
  Lanes<Taking, Width> taking_;
};

}  // namespace marketmimic
