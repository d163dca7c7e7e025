#pragma once

#include <cstdint>

#include "marketmimic/coupling.hpp"
#include "marketmimic/draws.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/execution.hpp"
#include "marketmimic/flow_clocks.hpp"
#include "marketmimic/flow_event.hpp"
#include "marketmimic/flow_memory.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/limit_order_book.hpp"
#include "marketmimic/market_view.hpp"
#include "marketmimic/order_flow.hpp"
#include "marketmimic/own_orders.hpp"
#include "marketmimic/perturbation.hpp"
#include "marketmimic/shock_response.hpp"

namespace marketmimic {

/// Most events of a step; a step that would have more ends early.
inline constexpr std::uint32_t kMostEvents = (1u << 18) - 1u;

/// Market orders follow each other beyond what their rates say; so much heavier events may be than they look.
inline constexpr float kWeightBeyondRates = 1.2f;

/// Positions of a cascade are given up at this rate [1/s].
inline constexpr float kGivenUpWithin = 0.2f;

/// The state of one order book's flow; the orders themselves are in a LimitOrderBook.
struct OrderBook {
  using Parameters = OrderBookParameters;
  using Step = OrderBookStep;

  Touch bid, ask;
  std::int32_t now = 0;        ///< within the step [step ticks]
  std::uint32_t events = 0;    ///< turns of this step
  std::uint32_t messages = 0;  ///< of them, those in which something happened
  FlowClocks clocks;
  float slow = 0;  ///< log factor on activity
  FlowMemory memory;
  float share = 0;                  ///< of usual volume that the strategy traded in the last step, signed
  float root = 0;                   ///< its square root, signed
  float roots[kImpactScales] = {};  ///< averages of it
  std::uint32_t preceding = 0;      ///< 0 none, 1 to 5 an event of the bid, 6 to 10 of the ask
  std::int32_t sweep_lots = 0;      ///< of a market order not yet executed
  std::uint32_t sweep_side = 0;     ///< that it takes
  std::uint32_t sweep_own = 0;      ///< it is the strategy's
  std::int32_t sweep_limit = 0;     ///< no worse key than this
  OwnOrders own;
  std::uint32_t clock = 0;   ///< seconds since midnight at the next step's start
  std::uint32_t regime = 0;  ///< always 0: no regime chain here
  Candle candle;
  // Set for a step.
  float activity = 1;
  ShockResponse shock;
  float aim = 0, aim_after = 0;  ///< where the mid is steered at the step's start and end [half ticks]
  float lean = 0;                ///< constant part of push()
  float steered = 0;             ///< 0 not at all, to 1
  float anchor = 0;              ///< mid when steering began [half ticks]
  float displaced = 0;           ///< log price asked for since then
  float seller = 0;              ///< forced sellers' share of the others' market orders
  float density = 0;             ///< lots to be sold at a new low, each half tick
  float forced = 0;              ///< lots still to be sold so
  float forced_share = 0;        ///< of the sales at the touch
  std::int32_t lowest = 0;       ///< mid since the cascade began [half ticks]

  MARKETMIMIC_HD std::int32_t mid() const { return ask.key - bid.key; }
  MARKETMIMIC_HD std::int32_t spread() const { return ask.key + bid.key; }
  MARKETMIMIC_HD bool active() const { return any(kStepTicks > now, sweep_lots > 0); }

  /// Begins a step: what acts on it, and what the strategy wants; its orders reach the market `latency` later. `tide`:
  /// flow that all assets of the scenario have in common, as a lean towards buyers at activity 1.
  MARKETMIMIC_HD void begin(const OrderBookStep& c, const Modifiers& m, const Orders& orders, std::int32_t latency,
                            const Stream& stream, std::uint32_t step, const CommonNoise& common, float tide) {
    const Words w = stream.draw(Draw::order_flow, step, c.coupling.asset, kMostEvents);
    slow = slow * c.slow_decay + c.slow_noise * (common.slow + c.coupling.own * normal_pair(w.a, w.b).a);
    const float usual = slow + season(c);
    shock = ShockResponse::of(c, m);
    const float log_activity = usual + shock.log_activity;
    activity = choose(m.halted != 0u, 0.0f, exact::exp(exact::clamp(log_activity, -12.0f, 4.6f)));
    // What it moves grows with activity, what all the rest moves with the root of it.
    lean = m.lean - tide * exact::exp(exact::clamp(-0.5f * usual, -3.0f, 3.0f)) + answer(c);
    steer(m);
    force(c, m);

    own.begin(orders, latency, m.halted != 0u);
    candle.open = candle.high = candle.low = candle.close;
    candle.volume = candle.trades = 0;
    now = 0;
    events = messages = 0;
  }

  /// Ends a step.
  MARKETMIMIC_HD void end(const OrderBookStep& c) {
    candle.close = mid();
    remember_own(c);
    clock = (clock + static_cast<std::uint32_t>(exact::round_to_int(c.dt))) % 86400u;
  }

  /// Lets time pass until something happens, and decides what. `front_bid` and `front_ask`: lots of the orders next to
  /// trade. Where the step is over nothing changes.
  MARKETMIMIC_HD FlowEvent next(const OrderBookStep& c, std::int32_t front_bid, std::int32_t front_ask,
                                const Stream& stream, std::uint32_t step) {
    const Words w = stream.draw(Draw::order_flow, step, c.coupling.asset, events);
    const bool runs = active();
    const Rates r = rates(c);

    // When.
    const float base = exact::max(activity * r.touch, 1.0e-20f), depth_rate = exact::max(activity * r.depth, 1.0e-20f);
    // A shock that makes more of the events that excite most must not make flow explode.
    const float heavier = exact::max(kWeightBeyondRates * r.heavy, r.touch);
    const float heavy = exact::max(choose(shock.disturbed > 0.0f, heavier, r.touch), 1.0e-20f);
    const float most = 0.95f * c.p.mean_rate * r.touch / (exact::max(c.branching * shock.excite, 1.0e-3f) * heavy);
    const float excitable =
        choose(activity > 0.0f, exact::min(r.touch, most), 0.0f);  // of the excitation, kept subcritical
    const std::int32_t left = kStepTicks - now;
    const std::int32_t touch_in = ticks(c, clocks.until_touch(c, base, excitable));
    const std::int32_t depth_in = ticks(c, clocks.depth / depth_rate);
    const std::int32_t own_due = own.due - now;
    const bool sweeps = sweep_lots > 0;
    const bool own_left = own.left != 0u;
    const std::int32_t own_in = choose(own_left, choose(own_due < 0, 0, own_due), kStepTicks);
    const std::int32_t flow_in = choose(touch_in < depth_in, touch_in, depth_in);
    const std::int32_t first = choose(own_in < flow_in, own_in, flow_in);
    const std::int32_t until = choose(first < left, first, left);
    const std::int32_t passed = choose(all(runs, !sweeps), until, 0);
    const bool acts = all(runs, !sweeps, own_left, own_in == until, own_in < left);
    const bool struck = all(runs, !sweeps, !acts, flow_in == until, flow_in < left);
    const bool touch_struck = all(struck, touch_in <= depth_in);
    const bool depth_struck = all(struck, touch_in > depth_in);
    forced_share = r.forced_share;
    const float seconds = static_cast<float>(passed) * c.seconds_per_tick;
    const float log_spread = exact::log(static_cast<float>(spread()) * shock.perceived) - c.log_usual_spread;
    clocks.pass(c, seconds, base, excitable, depth_rate);
    memory.pass(c, seconds, log_spread);
    now = choose(events + 1u >= kMostEvents, choose(runs, kStepTicks, now), now + passed);
    events += choose(runs, 1u, 0u);

    // What.
    const Choice t = choose_touch(c, r, w.b), d = choose_depth(r, w.b);
    const bool buys = own.market > 0;
    const bool takes = all(acts, (own.left & 3u) == 0u);
    const bool trade = all(touch_struck, t.event == static_cast<std::uint32_t>(TouchEvent::trade));
    start_sweep(c, trade, t.side, takes, buys, w);
    FlowEvent e;
    const std::uint32_t side = choose(sweep_lots > 0, sweep_side, choose(touch_struck, t.side, d.side));
    e.word = w.a;
    e.touch_struck = choose(touch_struck, 1u, 0u);
    e.depth_struck = choose(depth_struck, 1u, 0u);
    e.counted = choose(touch_struck, 1u + t.event, 0u);
    e.order_lots = sweep_lots;
    e.operation.side = side;
    const bool executes = all(runs, sweep_lots > 0, !takes);
    flow(c, e, r.spread_bin, t, d, touch_struck, depth_struck, w);
    own.act(e, acts, takes, bid, ask);
    execute(e, executes, front_bid, front_ask);
    messages += choose(e.kind == FlowKind::nothing, 0u, 1u);
    return e;
  }

  /// Takes note of what the book reports back.
  MARKETMIMIC_HD void settle(const OrderBookStep& c, const FlowEvent& e, const BookChange& b) {
    const BookOperation& o = e.operation;
    const std::int32_t before = mid();
    const bool changed = o.action != BookAction::none;
    const bool inserted = all(o.action == BookAction::insert, b.position < kMaxOrders);
    const bool removed = o.action == BookAction::remove;
    const bool on_ask = o.side != 0u;
    Touch now_touch = choose(on_ask, ask, bid);
    now_touch.key = choose(changed, b.best, now_touch.key);
    now_touch.lots = choose(changed, b.touch_lots, now_touch.lots);
    now_touch.queue = choose(changed, b.touch_orders, now_touch.queue);
    now_touch.orders += choose(all(inserted, b.driven_out == 0), 1, 0) - choose(removed, 1, 0);
    bid = choose(on_ask, bid, now_touch);
    ask = choose(on_ask, now_touch, ask);
    own.follow(e, b, inserted, removed);

    // Price and volume.
    const std::int32_t middle = mid();
    candle.high = choose(middle > candle.high, middle, candle.high);
    candle.low = choose(middle < candle.low, middle, candle.low);
    const std::int32_t room = kMostVolume - candle.volume;
    candle.volume += choose(e.traded < room, e.traded, room);
    candle.trades += choose(e.traded > 0, 1, 0);
    const float sold =
        choose(any(on_ask, e.kind != FlowKind::execution), 0.0f, forced_share * static_cast<float>(e.traded));
    const std::int32_t lower = choose(middle < lowest, lowest - middle, 0);
    forced = exact::min(exact::max(forced - sold, 0.0f) + density * static_cast<float>(lower), 1.0e9f);
    lowest -= lower;

    // Memories. What a lane does not need is worked out all the same: a choice of values is no branch.
    const bool counts = e.counted != 0u;
    const std::uint32_t event = choose(counts, e.counted - 1u, 0u);
    clocks.excite(c, event, shock.excite, counts);
    preceding = choose(counts, 1u + event + choose(on_ask, kTouchEvents, 0u), preceding);
    const bool traded = all(counts, event >= static_cast<std::uint32_t>(TouchEvent::trade));  // hidden ones too
    memory.trade(c, choose(on_ask, 1.0f, -1.0f), e.order_lots, traded);
    memory.move(c, middle - before, counts);
    clocks.strike(c, e.word, e.touch_struck != 0u, e.depth_struck != 0u);
  }

 private:
  /// Intensities of every event at activity 1 without excitation [1/s].
  struct Rates {
    float of_bid[kTouchEvents], of_ask[kTouchEvents];
    float limit_bid, limit_ask, cancel_bid, cancel_ask;  ///< behind the touch
    float touch, depth;                                  ///< sums
    std::int32_t spread_bin;
    float heavy;         ///< touch, each event times its weight in the excitation
    float forced_share;  ///< of the market orders that take the bid
  };
  struct Choice {
    std::uint32_t side, event;
  };

  MARKETMIMIC_HD float season(const OrderBookStep& c) const {
    const std::uint32_t knot = clock / 1800u;
    const float part = static_cast<float>(static_cast<std::int32_t>(clock - knot * 1800u)) * (1.0f / 1800.0f);
    const std::uint32_t next = choose(knot + 1u == kSeasonKnots, 0u, knot + 1u);
    return c.p.season[knot] + part * (c.p.season[next] - c.p.season[knot]);
  }

  /// Where a displacement is asked for, the flow is tilted towards a path of the mid: nothing moves a price by hand.
  MARKETMIMIC_HD void steer(const Modifiers& m) {
    const float middle = static_cast<float>(mid());
    const bool begins = all(m.steered > 0.0f, steered == 0.0f);
    anchor = choose(begins, middle, anchor);
    displaced = choose(begins, 0.0f, displaced);
    aim = anchor * (1.0f + exact::expm1(displaced));
    displaced += m.displacement;
    aim_after = anchor * (1.0f + exact::expm1(exact::clamp(displaced, -3.0f, 3.0f)));
    steered = m.steered;
  }

  /// Sales that nobody chose: a seller's share of the volume; sweeps of the book, no lower than the path and the spread
  /// asked for, so that they go on as the asks follow; and positions given up at each new low, within some seconds.
  MARKETMIMIC_HD void force(const OrderBookStep& c, const Modifiers& m) {
    const bool trading = m.halted == 0u;
    seller = m.participation / (1.0f - exact::min(m.participation, 0.9f));
    const std::int32_t lots = exact::round_to_int(exact::min(m.swept * c.p.volume_rate, 1.0e9f));
    const bool sweeps = all(trading, lots > 0);
    sweep_lots = choose(sweeps, lots, sweep_lots);
    sweep_side = choose(sweeps, 0u, sweep_side);
    sweep_own = choose(sweeps, 0u, sweep_own);
    const std::int32_t price = exact::floor_to_int(exact::clamp(0.5f * aim_after, 1.0f, 1.0e9f));
    const float widest = exact::clamp(0.5f / shock.inverse_width, 1.0f, 1.0e9f);
    const std::int32_t behind = exact::floor_to_int(widest) - ask.key;
    const std::int32_t bound = choose(behind < -price, behind, -price);
    sweep_limit = choose(sweeps, choose(m.steered > 0.0f, bound, kNoKey), sweep_limit);
    const bool cascades = m.density > 0.0f;
    forced = choose(cascades, forced, 0.0f);
    lowest = choose(all(cascades, density > 0.0f), lowest, mid());
    density = m.density * c.p.volume_rate / exact::max(static_cast<float>(mid()), 1.0f);
  }

  /// Half the log factor by which sellers outnumber buyers so that the mid follows its aim, give or take the leeway;
  /// one spread too high: 1.
  MARKETMIMIC_HD float push() const {
    const float part = static_cast<float>(now) * 0x1p-30f;
    const float gap = static_cast<float>(mid()) - (aim + part * (aim_after - aim));
    const float leeway = shock.leeway * static_cast<float>(mid());
    const float beyond = gap - exact::clamp(gap, -leeway, leeway);
    return steered * exact::clamp(beyond * shock.inverse_width, -1.5f, 1.5f);
  }

  /// Takes note of what the strategy traded, for answer().
  MARKETMIMIC_HD void remember_own(const OrderBookStep& c) {
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < kImpactScales; ++k) roots[k] += (root - roots[k]) * c.impact_gain[k];
    const std::int32_t taken = choose(own.market < 0, -own.taken_lots, own.taken_lots);
    const std::int32_t rested = choose(own.side != 0u, -own.rested_lots, own.rested_lots);
    share = static_cast<float>(taken + rested) * c.inverse_usual_volume;
    const float size = exact::sqrt(exact::max(exact::abs(share), 1.0e-12f));
    root = choose(share == 0.0f, 0.0f, exact::copy_sign(size, share));
  }
  /// How the others answer the strategy's flow, as push().
  MARKETMIMIC_HD float answer(const OrderBookStep& c) const {
    float following = 0;
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < kImpactScales; ++k) following += c.impact_weight[k] * (root - roots[k]);
    return exact::clamp(c.p.resistance * share - following, -1.0f, 1.0f);
  }

  MARKETMIMIC_HD static std::int32_t ticks(const OrderBookStep& c, float seconds) {
    return exact::round_to_int(exact::min(seconds * c.ticks_per_second, 0x1p30f));
  }

  MARKETMIMIC_HD Rates rates(const OrderBookStep& c) const {
    Rates r;
    const std::int32_t wide = spread();
    const float seen = static_cast<float>(wide) * shock.perceived;
    r.spread_bin = 0;
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k + 1u < kSpreadBins; ++k) {
      const float edge = static_cast<float>(c.p.spread_edges[k]);
      r.spread_bin += choose(seen > edge, 1, 0);
    }
    const float here = static_cast<float>(bid.lots), other = static_cast<float>(ask.lots);
    const float part = here / exact::max(here + other, 1.0f);  // imbalance from -1 to 1 is part from 0 to 1
    const std::int32_t cut = exact::floor_to_int(part * static_cast<float>(kImbalanceBins));
    const std::int32_t last = static_cast<std::int32_t>(kImbalanceBins) - 1;
    const std::int32_t bid_bin = choose(cut < last, cut, last);
    const std::int32_t ask_bin = last - bid_bin, bins = static_cast<std::int32_t>(kSpreadBins);
    const std::int32_t bid_place = bid_bin * bins + r.spread_bin, ask_place = ask_bin * bins + r.spread_bin;
    MARKETMIMIC_UNROLL
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
      r.of_bid[e] = (&c.p.rate[e][0][0])[bid_place];
      r.of_ask[e] = (&c.p.rate[e][0][0])[ask_place];
    }
    // Factors: sellers push (> 1) or are pushed.
    const float sell = exact::exp(push() + lean), buy = 1.0f / sell;
    const float inside = choose(wide > 1, 1.0f, 0.0f);
    const float sales = sell * sell, purchases = buy * buy;
    // Where a steered spread is wider than asked for, the side that the price leaves retreats no further, and the other
    // follows with all its might.
    const bool gapes = all(steered > 0.0f, 2.0f * static_cast<float>(wide) * shock.inverse_width > 1.0f);
    const float bid_limit = choose(gapes, exact::max(buy, 1.0f), buy);
    const float ask_limit = choose(gapes, exact::max(sell, 1.0f), sell);
    const float bid_cancel = choose(gapes, exact::min(sell, 1.0f), sell);
    const float ask_cancel = choose(gapes, exact::min(buy, 1.0f), buy);
    const std::int32_t top = static_cast<std::int32_t>(kQueuePowers) - 1;
    const float bid_queue = c.queue_power[choose(bid.queue < top, bid.queue, top)];
    const float ask_queue = c.queue_power[choose(ask.queue < top, ask.queue, top)];
    r.of_bid[0] *= choose(gapes, exact::max(purchases, 1.0f), buy) * inside;
    r.of_ask[0] *= choose(gapes, exact::max(sales, 1.0f), sell) * inside;
    r.of_bid[1] *= bid_limit;
    r.of_ask[1] *= ask_limit;
    r.of_bid[2] *= choose(bid.orders > 1, bid_cancel * bid_queue, 0.0f);  // the last order of a side stays
    r.of_ask[2] *= choose(ask.orders > 1, ask_cancel * ask_queue, 0.0f);
    // Whichever way it is steered, both sides together trade as much as they would.
    const float either = choose(steered > 0.0f, 2.0f / (sales + purchases), 1.0f);
    r.of_bid[3] *= sales * either;
    r.of_ask[3] *= purchases * either;
    // In a thin book the same lots take more orders: at most so many, or the sales would only feed themselves. They
    // stop where the mid is below its path, and take the place of others where more volume was asked for.
    const float usual = r.of_bid[3] + r.of_ask[3];
    const float most_sold = 2.0f * shock.unforced * usual;
    const float sold = exact::min(sales, 1.0f) * exact::min(forced * c.inverse_trade_lots * kGivenUpWithin, most_sold);
    const float left = exact::max(1.0f - (seller + sold / exact::max(usual, 1.0e-20f)), shock.unforced);
    r.of_ask[3] *= left;
    r.of_bid[3] = r.of_bid[3] * left + seller * usual + sold;
    r.forced_share = sold / exact::max(r.of_bid[3], 1.0e-20f);
    r.of_bid[4] *= inside;
    r.of_ask[4] *= inside;
    r.touch = 0;
    MARKETMIMIC_UNROLL
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) r.touch += r.of_bid[e] + r.of_ask[e];
    r.heavy = 0;
    MARKETMIMIC_UNROLL
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) r.heavy += (r.of_bid[e] + r.of_ask[e]) * c.p.weight[e];
    r.limit_bid = c.p.deep_limit_rate * bid_limit * shock.turnover_bid;
    r.limit_ask = c.p.deep_limit_rate * ask_limit * shock.turnover_ask;
    r.cancel_bid = c.p.deep_cancel_rate * bid_cancel * shock.turnover_bid * static_cast<float>(bid.orders - bid.queue);
    r.cancel_ask = c.p.deep_cancel_rate * ask_cancel * shock.turnover_ask * static_cast<float>(ask.orders - ask.queue);
    r.depth = r.limit_bid + r.limit_ask + r.cancel_bid + r.cancel_ask;
    return r;
  }

  MARKETMIMIC_HD Choice choose_touch(const OrderBookStep& c, const Rates& r, std::uint32_t word) const {
    float p[2 * kTouchEvents], sum = 0;
    const bool after_bid = preceding <= kTouchEvents;
    const auto for_bid = static_cast<std::int32_t>(preceding), other = static_cast<std::int32_t>(kTouchEvents);
    const std::int32_t for_ask = choose(for_bid == 0, 0, choose(after_bid, for_bid + other, for_bid - other));
    MARKETMIMIC_UNROLL
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
      const float up = memory.tilt(c, e), lasting = memory.lasting(c, e);
      p[e] = r.of_bid[e] * c.follow_factor[e][for_bid] * exact::exp(lasting - up);
      p[kTouchEvents + e] = r.of_ask[e] * c.follow_factor[e][for_ask] * exact::exp(lasting + up);
      sum += p[e] + p[kTouchEvents + e];
    }
    const float place = open_uniform(word) * sum;
    float below = 0;
    std::uint32_t chosen = 0;
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < 2u * kTouchEvents; ++k) {
      below += p[k];
      chosen += choose(place >= below, 1u, 0u);
    }
    // Rounding may leave the place beyond the sum: then the last event with a rate.
    const std::uint32_t last =
        choose(p[2u * kTouchEvents - 1u] > 0.0f, 9u, choose(p[3u + kTouchEvents] > 0.0f, 8u, 6u));
    chosen = choose(chosen > last, last, chosen);
    const bool of_ask = chosen >= kTouchEvents;
    return {choose(of_ask, 1u, 0u), choose(of_ask, chosen - kTouchEvents, chosen)};
  }

  /// Event 0: a limit order behind the touch, 1: a cancellation there.
  MARKETMIMIC_HD static Choice choose_depth(const Rates& r, std::uint32_t word) {
    const float place = open_uniform(word) * r.depth;
    const float a = r.limit_bid, b = a + r.limit_ask, d = b + r.cancel_bid;
    const bool second = place >= a, third = place >= b, fourth = place >= d;
    const bool cancels = all(third, r.cancel_bid + r.cancel_ask > 0.0f);
    const bool of_ask = choose(cancels, all(fourth, r.cancel_ask > 0.0f), second);
    return {choose(of_ask, 1u, 0u), choose(cancels, 1u, 0u)};
  }

  /// A market order of the flow or of the strategy begins to take a side.
  MARKETMIMIC_HD void start_sweep(const OrderBookStep& c, bool trade, std::uint32_t side, bool takes, bool buys,
                                  const Words& w) {
    const std::int32_t touch = choose(side != 0u, ask.lots, bid.lots);
    const std::int32_t drawn = c.p.trade_lots[w.c & 255u];
    const bool whole = static_cast<float>(static_cast<std::int32_t>((w.c >> 8) & 0xffffu)) * 0x1p-16f < c.p.sweep_share;
    const bool walks = static_cast<float>(static_cast<std::int32_t>(w.d >> 16)) * 0x1p-16f < c.p.walk_share;
    const std::int32_t bounded = choose(any(walks, drawn < touch), drawn, touch);
    const std::int32_t wanted = choose(own.market < 0, -own.market, own.market);
    const std::uint32_t own_side = choose(buys, 1u, 0u);
    const std::int32_t own_best = choose(buys, ask.key, bid.key);
    sweep_lots = choose(takes, wanted, choose(trade, choose(whole, touch, bounded), sweep_lots));
    sweep_side = choose(takes, own_side, choose(trade, side, sweep_side));
    sweep_own = choose(takes, 1u, choose(trade, 0u, sweep_own));
    sweep_limit = choose(takes, own_best + own.slippage, choose(trade, kNoKey, sweep_limit));
  }

  /// Limit orders, cancellations and hidden trades of the flow.
  MARKETMIMIC_HD void flow(const OrderBookStep& c, FlowEvent& e, std::int32_t spread_bin, const Choice& t,
                           const Choice& d, bool touch_struck, bool depth_struck, const Words& w) const {
    const bool on_ask = e.operation.side != 0u;
    const Touch here = choose(on_ask, ask, bid);
    const std::int32_t other_key = choose(on_ask, bid.key, ask.key);
    const std::int32_t room = spread() - 1;
    const bool improves = all(touch_struck, t.event == 0u), joins = all(touch_struck, t.event == 1u);
    const bool touch_cancel = all(touch_struck, t.event == 2u), hides = all(touch_struck, t.event == 4u);
    const bool deep_limit = all(depth_struck, d.event == 0u), deep_cancel = all(depth_struck, d.event == 1u);

    const std::uint32_t course = memory.course(on_ask);
    const std::int32_t law = static_cast<std::int32_t>(course * kSpreadBins) + spread_bin;
    const std::int32_t quantile = static_cast<std::int32_t>((w.c >> 8) & 63u);
    const std::int32_t improvement =
        (&c.p.improvement[0][0][0])[law * static_cast<std::int32_t>(kStepQuantiles) + quantile];
    // Beyond the spreads that were seen, steps grow with the spread: it closes as fast however wide it is.
    const float wider = exact::max(static_cast<float>(spread()) * shock.perceived * c.inverse_widest_spread, 1.0f);
    const std::int32_t step =
        exact::round_to_int(exact::max(static_cast<float>(improvement) * wider * shock.stretch, 1.0f));
    const std::int32_t inwards = choose(step < room, step, room);
    const float farther = static_cast<float>(c.p.deep_distance[w.d & 255u]) * shock.stretch;
    const std::int32_t outwards = exact::round_to_int(exact::max(farther, 1.0f));
    const std::int32_t behind = choose(c.p.from_opposite != 0u, -other_key, here.key) + outwards;
    const std::int32_t key = choose(improves, here.key - inwards, choose(joins, here.key, behind));
    const std::int32_t bounded = choose(any(on_ask, key < -1), key, -1);  // no bid below one tick
    const std::int32_t top = 1000000000;
    const std::int32_t limit_size = c.p.limit_lots[w.c & 255u], deep_size = c.p.deep_lots[w.c & 255u];

    const float place = static_cast<float>(static_cast<std::int32_t>(w.c >> 16)) * 0x1p-16f;
    const float fraction = static_cast<float>(static_cast<std::int32_t>(w.d >> 16)) * 0x1p-16f;
    const bool newest = fraction < c.p.newest_share;
    const std::int32_t any_here = exact::floor_to_int(place * static_cast<float>(here.queue));
    const std::int32_t rear = here.orders - here.queue;
    const std::int32_t any_behind = here.queue + exact::floor_to_int(place * static_cast<float>(rear));
    const std::int32_t position = choose(deep_cancel, any_behind, choose(newest, here.queue - 1, any_here));
    const bool own_hit =
        all(own.place == position, own.side == e.operation.side);  // the strategy cancels its own orders
    const float scaled =
        static_cast<float>(choose(deep_limit, deep_size, limit_size)) * choose(on_ask, shock.size_ask, shock.size_bid);
    // Of orders of less than a lot so many come with one.
    const bool inserts = all(any(improves, joins, deep_limit), any(scaled >= 1.0f, fraction < scaled));
    const bool cancels = all(any(touch_cancel, deep_cancel), !own_hit);

    e.operation.action = choose(inserts, BookAction::insert, choose(cancels, BookAction::remove, BookAction::none));
    e.operation.position = position;
    e.operation.key = choose(bounded < top, bounded, top);
    e.operation.lots = exact::round_to_int(exact::clamp(scaled, 1.0f, 1.0e9f));
    e.kind = choose(inserts, FlowKind::submission, choose(cancels, FlowKind::deletion, FlowKind::nothing));
    const std::int32_t offset = c.p.hidden_offset[(w.d >> 8) & 63u];
    const std::int32_t inner = here.key - choose(offset < room, offset, room);
    e.kind = choose(hides, FlowKind::hidden, e.kind);
    e.hidden = price_of_key(e.operation.side, inner);
    const std::int32_t hidden_size = c.p.trade_lots[w.c & 255u];
    e.traded = choose(hides, hidden_size, 0);
    e.order_lots = choose(hides, hidden_size, e.order_lots);
  }

  /// A market order under way meets the order next to trade. The last lot of a side stays.
  MARKETMIMIC_HD void execute(FlowEvent& e, bool executes, std::int32_t front_bid, std::int32_t front_ask) {
    const bool on_ask = sweep_side != 0u;
    const std::int32_t front = choose(on_ask, front_ask, front_bid);
    const Touch at = choose(on_ask, ask, bid);
    const bool meets_own = all(own.place == 0, own.side == sweep_side);
    const bool self = all(executes, sweep_own != 0u, meets_own);  // withdrawn instead of traded with oneself
    const std::int32_t offered = choose(at.orders > 1, front, front - 1);
    const bool acceptable = at.key <= sweep_limit;
    const std::int32_t most = choose(acceptable, offered, 0);
    const std::int32_t lots = choose(sweep_lots < most, sweep_lots, most);
    const bool trades_now = all(executes, !self, lots > 0);
    const bool whole = any(self, lots == front);
    const bool withdrawn = all(self, at.orders > 1);
    e.operation.action =
        choose(any(trades_now, withdrawn), choose(whole, BookAction::remove, BookAction::reduce), e.operation.action);
    e.operation.side = choose(any(trades_now, withdrawn), sweep_side, e.operation.side);
    e.operation.position = choose(any(trades_now, withdrawn), 0, e.operation.position);
    e.operation.lots = choose(trades_now, front - lots, e.operation.lots);
    e.kind = choose(trades_now, FlowKind::execution, choose(withdrawn, FlowKind::deletion, e.kind));
    e.traded = choose(trades_now, lots, e.traded);
    e.own = choose(any(withdrawn, all(trades_now, sweep_own != 0u)), 1u, e.own);
    const bool goes_on = any(trades_now, withdrawn);
    sweep_lots = choose(executes, choose(goes_on, sweep_lots - choose(trades_now, lots, 0), 0), sweep_lots);
  }
};

}  // namespace marketmimic
