#pragma once

#include <cstdint>

#include "marketmimic/limit_order_book.hpp"
#include "marketmimic/market_block.hpp"
#include "marketmimic/order_book.hpp"

namespace marketmimic {

/// Order books, event by event. Each lane has its own time within the step: lanes go on until the last is through.
template <int Width>
class MarketBlock<OrderBook, Width> {
 public:
  static constexpr bool own_pace = true;

  MARKETMIMIC_HD void start(const OrderBookStep& c, const ExecutionParameters& execution,
                            const Lanes<Stream, Width>& streams, bool random_clock, std::uint32_t clock) {
    Lanes<CommonNoise, Width> common;
    draw_common(AllLanes<Width>{}, c.coupling, streams, Draw::common_start, 0, common);
    for (int lane = 0; lane < Width; ++lane) {
      const Stream stream = streams.load(lane);
      const Words w = stream.draw(Draw::initial_state, 0, c.coupling.asset),
                  v = stream.draw(Draw::initial_state, 1, c.coupling.asset);
      OrderBook flow;
      flow.slow = c.p.slow_sd * (common.load(lane).slow + c.coupling.own * normal_pair(w.a, w.b).a);
      tide_.store(lane, 0.0f);
      flow.clock = (random_clock ? stream.draw(Draw::initial_state, 1).a : clock) % 86400u;  // of all assets
      flow.clocks.touch = FlowClocks::draw_touch(c, v.c);
      flow.clocks.depth = FlowClocks::draw_depth(v.d);
      book_.clear(lane);
      flow_.store(lane, flow);
    }
    fill(c, streams);
    for (std::uint32_t k = 0; k < c.warm_up_steps; ++k) {
      Lanes<Modifiers, Width> calm;
      Lanes<Orders, Width> none;
      for (int lane = 0; lane < Width; ++lane) {
        calm.store(lane, Modifiers{});
        none.store(lane, Orders{});
      }
      advance(c, execution, calm, none, streams, 0xffffffffu - k, [](int, const Trade&, const Trade&) {});
    }
    for (int lane = 0; lane < Width; ++lane) recentre(c, lane);
  }

  template <class Traded>
  MARKETMIMIC_HD void advance(const OrderBookStep& c, const ExecutionParameters& execution,
                              const Lanes<Modifiers, Width>& modifiers, const Lanes<Orders, Width>& orders,
                              const Lanes<Stream, Width>& streams, std::uint32_t t, const Traded& traded) {
    const NoListener deaf;
    advance(c, execution, modifiers, orders, streams, t, traded, deaf);
  }

  /// The same with somebody who is told of every event as `listener(lane, event, change, flow, book)`.
  template <class Traded, class Listener>
  MARKETMIMIC_HD void advance(const OrderBookStep& c, const ExecutionParameters& execution,
                              const Lanes<Modifiers, Width>& modifiers, const Lanes<Orders, Width>& orders,
                              const Lanes<Stream, Width>& streams, std::uint32_t t, const Traded& traded,
                              Listener& listener) {
    const AllLanes<Width> lanes;
    begin(lanes, c, execution, modifiers, orders, streams, t);
    std::uint32_t active = 1;
    while (active != 0u) active = turn(c, streams, listener);
    end(lanes, c, execution, traded);
  }

  /// Steps `from` to `until` - 1, each lane at its own pace: lanes have nothing in common, so that none waits for the
  /// others at the end of a step. Calls `before(one, t)`, `traded(t, lane, taken, rested)` and `after(one, t)` around
  /// each step of each lane. Returns the turns it took.
  template <class Before, class Traded, class After>
  MARKETMIMIC_HD std::uint64_t run(const OrderBookStep& c, const ExecutionParameters& execution,
                                   const Lanes<Modifiers, Width>& modifiers, const Lanes<Orders, Width>& orders,
                                   const Lanes<Stream, Width>& streams, std::uint32_t from, std::uint32_t until,
                                   const Before& before, const Traded& traded, const After& after) {
    static_assert(Width < 32);
    const NoListener deaf;
    for (int lane = 0; lane < Width; ++lane) step_.store(lane, from);
    std::uint32_t under_way = (1u << Width) - 1u, between = under_way;  // a bit a lane
    std::uint64_t turns = 0;
    for (;;) {
      for (int lane = 0; between >> lane != 0u; ++lane) {
        if ((between >> lane & 1u) == 0u) continue;
        const OneLane one{lane};
        std::uint32_t t = step_.load(lane);
        if (turns != 0u) {
          end(one, c, execution,
              [&](int, const Trade& taken, const Trade& rested) MARKETMIMIC_INLINE { traded(t, lane, taken, rested); });
          after(one, t++);
        }
        if (t == until) {
          under_way &= ~(1u << lane);
          event_.store(lane, FlowEvent{});  // noted; turns go on for the others
        } else {
          before(one, t);
          begin(one, c, execution, modifiers, orders, streams, t);
        }
      }
      if (under_way == 0u) return turns;
      do {
        between = under_way & ~turn(c, streams, deaf);
        ++turns;
      } while (between == 0u);
    }
  }

  /// Calls `put(lane, level, BookLevel)` for the first `levels` levels.
  template <class Set, class Put>
  MARKETMIMIC_HD void show(const Set& lanes, const OrderBookStep&, std::uint32_t levels, const Put& put) const {
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      std::int32_t bid = 0, ask = 0;
      for (std::uint32_t level = 0; level < levels; ++level) {
        const std::int32_t bid_key = book_.key(0, bid, lane), ask_key = book_.key(1, ask, lane);
        const std::int32_t bid_lots = level_lots(0, bid, lane), ask_lots = level_lots(1, ask, lane);
        put(lane, level,
            BookLevel{bid_key == kNoKey ? kNoPrice : -bid_key, ask_key == kNoKey ? kNoPrice : ask_key, bid_lots,
                      ask_lots});
      }
    });
  }

  MARKETMIMIC_HD MarketView view(const OrderBookStep&, int lane) const {
    const OrderBook flow = flow_.load(lane);
    return {flow.candle, flow.mid(), flow.spread(), flow.bid.lots, flow.ask.lots};
  }
  MARKETMIMIC_HD Candle candle(int lane) const { return flow_.load(lane).candle; }
  MARKETMIMIC_HD std::uint32_t regime(int lane) const { return flow_.load(lane).regime; }
  MARKETMIMIC_HD float usual_volume(const OrderBookStep& c, int) const { return c.p.volume_rate * c.dt; }
  MARKETMIMIC_HD float usual_variance(const OrderBookStep& c, int, float seconds) const {
    return c.p.volatility * c.p.volatility * seconds;
  }
  MARKETMIMIC_HD OrderBook flow(int lane) const { return flow_.load(lane); }
  MARKETMIMIC_HD const LimitOrderBook<Width>& book() const { return book_; }

 private:
  template <class Set>
  MARKETMIMIC_HD void begin(const Set& lanes, const OrderBookStep& c, const ExecutionParameters& execution,
                            const Lanes<Modifiers, Width>& modifiers, const Lanes<Orders, Width>& orders,
                            const Lanes<Stream, Width>& streams, std::uint32_t t) {
    const std::int32_t latency = exact::round_to_int(exact::min(execution.latency * c.ticks_per_second, 0x1p30f));
    Lanes<CommonNoise, Width> common;
    draw_common(lanes, c.coupling, streams, Draw::common_path, t, common);
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      OrderBook flow = flow_.load(lane);
      const CommonNoise noise = common.load(lane);
      const float tide = tide_.load(lane) * c.tide_decay + c.tide_noise * noise.price;
      tide_.store(lane, tide);
      flow.begin(c, modifiers.load(lane), orders.load(lane), latency, streams.load(lane), t, noise, tide);
      flow_.store(lane, flow);
      event_.store(lane, FlowEvent{});
      step_.store(lane, t);
    });
  }

  template <class Set, class Traded>
  MARKETMIMIC_HD void end(const Set& lanes, const OrderBookStep& c, const ExecutionParameters& execution,
                          const Traded& traded) {
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      OrderBook flow = flow_.load(lane);
      flow.settle(c, event_.load(lane), change_.load(lane));
      flow.end(c);
      flow_.store(lane, flow);
      const OwnOrders own = flow.own;
      const Trade taken{own.market < 0 ? -own.taken_lots : own.taken_lots, own.taken_notional,
                        fee_of(own.taken_notional, execution.taker_fee)};
      const Trade rested{own.side != 0u ? -own.rested_lots : own.rested_lots, own.rested_notional,
                         fee_of(own.rested_notional, execution.maker_fee)};
      traded(lane, taken, rested);
    });
  }

  /// One event of every lane that has not ended its step; the bits of those whose step goes on. What the book reports
  /// back is noted when the next turn begins, so that a state is read and written once a turn.
  template <class Listener>
  MARKETMIMIC_HD std::uint32_t turn(const OrderBookStep& c, const Lanes<Stream, Width>& streams, Listener& listener) {
    alignas(64) std::int32_t orders[Width];
    alignas(64) std::uint32_t active[Width];
    for_lanes<Width>([&](int lane) MARKETMIMIC_INLINE {
      OrderBook flow = flow_.load(lane);
      flow.settle(c, event_.load(lane), change_.load(lane));
      const FlowEvent event =
          flow.next(c, book_.lots(0, 0, lane), book_.lots(1, 0, lane), streams.load(lane), step_.load(lane));
      const std::int32_t there = choose(event.operation.side != 0u, flow.ask.orders, flow.bid.orders);
      orders[lane] = choose(event.operation.action == BookAction::none, 0, there);
      active[lane] = choose(flow.active(), 1u << lane, 0u);
      flow_.store(lane, flow);
      event_.store(lane, event);
      operation_.store(lane, event.operation);
    });
    std::int32_t fullest = 0;
    std::uint32_t goes_on = 0;
    for (int lane = 0; lane < Width; ++lane) {
      fullest = choose(orders[lane] > fullest, orders[lane], fullest);
      goes_on |= active[lane];
    }
    book_.apply(operation_, change_, fullest < kMaxOrders ? fullest + 1 : kMaxOrders);
    if constexpr (Listener::listens) {
      for (int lane = 0; lane < Width; ++lane) {
        OrderBook flow = flow_.load(lane);
        const FlowEvent event = event_.load(lane);
        flow.settle(c, event, change_.load(lane));
        flow_.store(lane, flow);
        event_.store(lane, FlowEvent{});
        listener(lane, event, change_.load(lane), flow, book_);
      }
    }
    return goes_on;
  }

  /// The first orders: two at the touch of each side and as many behind as a long run of the depth clock would leave.
  MARKETMIMIC_HD void fill(const OrderBookStep& c, const Lanes<Stream, Width>& streams) {
    const float usual = exact::clamp(c.p.deep_limit_rate / c.p.deep_cancel_rate, 4.0f, 0.75f * kMaxOrders);
    const std::int32_t orders = exact::round_to_int(usual) + 2;
    const std::int32_t lower = (c.initial_mid_half_ticks - c.p.initial_spread) / 2;
    for (std::int32_t k = 0; k < 2 * orders; ++k) {
      const std::uint32_t side = static_cast<std::uint32_t>(k & 1);
      const std::int32_t best = side == 0u ? -lower : lower + c.p.initial_spread;
      for (int lane = 0; lane < Width; ++lane) {
        const Words w = streams.load(lane).draw(Draw::first_orders, 0, c.coupling.asset, static_cast<std::uint32_t>(k));
        const bool touch = k < 4;
        const std::int32_t key = best + (touch ? 0 : c.p.deep_distance[w.a & 255u]);
        const std::int32_t lots = touch ? c.p.limit_lots[w.b & 255u] : c.p.deep_lots[w.b & 255u];
        operation_.store(lane, {BookAction::insert, side, 0, side == 0u && key > -1 ? -1 : key, lots});
      }
      book_.apply(operation_, change_, kMaxOrders);
      for (int lane = 0; lane < Width; ++lane) {
        OrderBook flow = flow_.load(lane);
        const BookChange b = change_.load(lane);
        Touch& touch = side == 0u ? flow.bid : flow.ask;
        touch = {b.best, b.touch_lots, b.touch_orders, touch.orders + 1};
        flow.candle.open = flow.candle.high = flow.candle.low = flow.candle.close = flow.mid();
        flow_.store(lane, flow);
      }
    }
  }

  /// Moves the book back to the initial mid after the warm-up, as near as whole ticks and a best bid of two ticks
  /// allow: bids that would fall below one tick gather there, behind it.
  MARKETMIMIC_HD void recentre(const OrderBookStep& c, int lane) {
    OrderBook flow = flow_.load(lane);
    const std::int32_t wanted = (c.initial_mid_half_ticks - flow.mid()) / 2, least = 2 + flow.bid.key;
    const std::int32_t ticks = wanted > least ? wanted : least;
    book_.shift(ticks, lane);
    flow.bid.key -= ticks;
    flow.ask.key += ticks;
    flow.candle.open = flow.candle.high = flow.candle.low = flow.candle.close = flow.mid();
    flow.candle.volume = exact::round_to_int(c.p.volume_rate * c.dt);
    flow_.store(lane, flow);
  }

  /// Lots of the level that begins at `place`, which is left at the next level's first order.
  MARKETMIMIC_HD std::int32_t level_lots(std::uint32_t side, std::int32_t& place, int lane) const {
    const std::int32_t key = book_.key(side, place, lane);
    std::int32_t lots = 0;
    while (place < kMaxOrders && book_.key(side, place, lane) == key) lots += book_.lots(side, place++, lane);
    return lots;
  }

  LimitOrderBook<Width> book_;
  Lanes<OrderBook, Width> flow_;
  Lanes<float, Width> tide_;  ///< flow in common with the scenario's other assets
  Lanes<std::uint32_t, Width> step_;
  Lanes<FlowEvent, Width> event_;
  Lanes<BookOperation, Width> operation_;
  Lanes<BookChange, Width> change_;
};

}  // namespace marketmimic
