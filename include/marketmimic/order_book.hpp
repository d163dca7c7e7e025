#pragma once

#include <cstdint>

#include "marketmimic/coupling.hpp"
#include "marketmimic/draws.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/execution.hpp"
#include "marketmimic/flow_event.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/limit_order_book.hpp"
#include "marketmimic/market_view.hpp"
#include "marketmimic/order_flow.hpp"
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
  std::int32_t now = 0;                ///< within the step [step ticks]
  std::uint32_t events = 0;            ///< of this step
  float wait_touch = 0;                ///< operational time until the touch clock strikes
  float wait_depth = 0;                ///< until the depth clock does
  float excited[kExcitations] = {};    ///< h, relative intensity
  float slow = 0;                      ///< log factor on activity
  float memory[kFlowMemories] = {};    ///< as OrderBookParameters
  float share = 0;                     ///< of usual volume that the strategy traded in the last step, signed
  float root = 0;                      ///< its square root, signed
  float roots[kImpactScales] = {};     ///< averages of it
  float widths[kSpreadMemories] = {};  ///< averaged log of the spread in usual ones
  std::uint32_t preceding = 0;         ///< 0 none, 1 to 5 an event of the bid, 6 to 10 of the ask
  std::int32_t sweep_lots = 0;         ///< of a market order not yet executed
  std::uint32_t sweep_side = 0;        ///< that it takes
  std::uint32_t sweep_own = 0;         ///< it is the strategy's
  std::int32_t sweep_limit = 0;        ///< no worse key than this
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
    lean = m.lean - tide * exact::exp(exact::clamp(-0.5f * usual, -3.0f, 3.0f));
    steer(m);
    force(c, m);

    own.market = orders.market;
    own.passive = orders.passive;
    own.slippage = orders.slippage;
    own.due = latency;
    own.left = choose(m.halted != 0u, 0u, 7u);
    own.taken_lots = own.rested_lots = 0;
    own.taken_notional = own.rested_notional = 0;
    candle.open = candle.high = candle.low = candle.close;
    candle.volume = candle.trades = 0;
    now = 0;
    events = 0;
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
    const float weight = choose(shock.disturbed > 0.0f, exact::max(kWeightBeyondRates * r.weight, 1.0f), 1.0f);
    const float most = 0.95f * c.p.mean_rate / exact::max(c.branching * shock.excite * weight, 1.0e-3f);
    const float excitable =
        choose(activity > 0.0f, exact::min(r.touch, most), 0.0f);  // of the excitation, kept subcritical
    const std::int32_t left = kStepTicks - now;
    const std::int32_t touch_in = ticks(c, touch_wait(c, base, excitable));
    const std::int32_t depth_in = ticks(c, wait_depth / depth_rate);
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
    pass(c, static_cast<float>(passed) * c.seconds_per_tick, base, excitable, depth_rate);
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
    own_action(e, acts, takes);
    execute(e, executes, front_bid, front_ask);
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
    follow_own(e, b, inserted, removed);

    // Price and volume.
    const std::int32_t middle = mid();
    candle.high = choose(middle > candle.high, middle, candle.high);
    candle.low = choose(middle < candle.low, middle, candle.low);
    candle.volume += e.traded;
    candle.trades += choose(e.traded > 0, 1, 0);
    const float sold =
        choose(any(on_ask, e.kind != FlowKind::execution), 0.0f, forced_share * static_cast<float>(e.traded));
    const std::int32_t lower = choose(middle < lowest, lowest - middle, 0);
    forced = exact::min(exact::max(forced - sold, 0.0f) + density * static_cast<float>(lower), 1.0e9f);
    lowest -= lower;

    // Memories. What a lane does not need is worked out all the same: a choice of values is no branch.
    const bool counts = e.counted != 0u;
    const std::uint32_t event = choose(counts, e.counted - 1u, 0u);
    const float weight = c.p.weight[event] * shock.excite;
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < kExcitations; ++k) {
      const float raised = exact::min(excited[k] + c.jump[k] * weight, 1.0e6f);
      excited[k] = choose(counts, raised, excited[k]);
    }
    preceding = choose(counts, 1u + event + choose(on_ask, kTouchEvents, 0u), preceding);
    const bool traded = all(counts, event >= static_cast<std::uint32_t>(TouchEvent::trade));  // hidden ones too
    const float sign = choose(on_ask, 1.0f, -1.0f);
    const float size = exact::sqrt(exact::max(static_cast<float>(e.order_lots) * c.inverse_trade_lots, 1.0e-6f));
    const float pushed[4] = {sign + (memory[0] - sign) * c.p.memory_decay[0],
                             sign + (memory[1] - sign) * c.p.memory_decay[1],
                             exact::clamp(memory[2] + sign * size, -kMostPressure, kMostPressure),
                             exact::clamp(memory[3] + sign * size, -kMostPressure, kMostPressure)};
    MARKETMIMIC_UNROLL
    for (std::uint32_t j = 0; j < 4; ++j) memory[j] = choose(traded, pushed[j], memory[j]);
    const float moved = static_cast<float>(middle - before) * c.inverse_usual_spread;
    memory[4] = exact::clamp(memory[4] * choose(counts, c.p.memory_decay[2], 1.0f) + moved, -kFarthest, kFarthest);
    memory[5] = exact::clamp(memory[5] + moved, -kFarthest, kFarthest);

    // Waiting times.
    const float touch_again = draw_wait(c, e.word), depth_again = -exact::log(open_uniform(e.word));
    wait_touch = choose(e.touch_struck != 0u, touch_again, wait_touch);
    wait_depth = choose(e.depth_struck != 0u, depth_again, wait_depth);
  }

  /// Operational waiting time of a word.
  MARKETMIMIC_HD static float draw_wait(const OrderBookStep& c, std::uint32_t word) {
    const float place = open_uniform(word) * static_cast<float>(kWaitQuantiles) - 0.5f;
    const float bounded = exact::clamp(place, 0.0f, static_cast<float>(kWaitQuantiles) - 1.001f);
    const std::int32_t k = exact::floor_to_int(bounded);
    const float low = c.p.wait[k], high = c.p.wait[k + 1];
    return exact::exp(low + (bounded - static_cast<float>(k)) * (high - low));
  }

 private:
  /// Intensities of every event at activity 1 without excitation [1/s].
  struct Rates {
    float of_bid[kTouchEvents], of_ask[kTouchEvents];
    float limit_bid, limit_ask, cancel_bid, cancel_ask;  ///< behind the touch
    float touch, depth;                                  ///< sums
    std::uint32_t spread_bin;
    float weight;        ///< mean, in the excitation
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

  /// Sales that nobody chose: a seller's share of the volume; sweeps of the book, no lower than the path asked for; and
  /// positions given up at each new low, within some seconds.
  MARKETMIMIC_HD void force(const OrderBookStep& c, const Modifiers& m) {
    const bool trading = m.halted == 0u;
    seller = m.participation / (1.0f - exact::min(m.participation, 0.9f));
    const std::int32_t lots = exact::round_to_int(exact::min(m.swept * c.p.volume_rate, 1.0e9f));
    const bool sweeps = all(trading, lots > 0);
    sweep_lots = choose(sweeps, lots, sweep_lots);
    sweep_side = choose(sweeps, 0u, sweep_side);
    sweep_own = choose(sweeps, 0u, sweep_own);
    const std::int32_t price = exact::floor_to_int(exact::clamp(0.5f * aim_after, 1.0f, 1.0e9f));
    sweep_limit = choose(sweeps, choose(m.steered > 0.0f, -price, kNoKey), sweep_limit);
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
    const float spreads = beyond / exact::max(2.0f * static_cast<float>(spread()), 1.0f);
    return steered * exact::clamp(spreads, -1.5f, 1.5f);
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

  MARKETMIMIC_HD Rates rates(const OrderBookStep& c) const {
    Rates r;
    const std::int32_t wide = spread();
    const float seen = static_cast<float>(wide) * shock.perceived;
    r.spread_bin = 0;
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k + 1u < kSpreadBins; ++k) {
      const float edge = static_cast<float>(c.p.spread_edges[k]);
      r.spread_bin += choose(seen > edge, 1u, 0u);
    }
    const float here = static_cast<float>(bid.lots), other = static_cast<float>(ask.lots);
    const float part = here / exact::max(here + other, 1.0f);  // imbalance from -1 to 1 is part from 0 to 1
    const std::int32_t cut = exact::floor_to_int(part * static_cast<float>(kImbalanceBins));
    const std::int32_t last = static_cast<std::int32_t>(kImbalanceBins) - 1;
    const std::int32_t bid_bin = choose(cut < last, cut, last);
    const std::int32_t ask_bin = last - bid_bin;
    MARKETMIMIC_UNROLL
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
      r.of_bid[e] = c.p.rate[e][bid_bin][r.spread_bin];
      r.of_ask[e] = c.p.rate[e][ask_bin][r.spread_bin];
    }
    // Factors: sellers push (> 1) or are pushed.
    const float sell = exact::exp(push() + lean + answer(c)), buy = 1.0f / sell;
    const float inside = choose(wide > 1, 1.0f, 0.0f);
    const float bid_limit = buy, ask_limit = sell;
    const float bid_cancel = sell, ask_cancel = buy;
    const std::int32_t top = static_cast<std::int32_t>(kQueuePowers) - 1;
    const float bid_queue = c.queue_power[choose(bid.queue < top, bid.queue, top)];
    const float ask_queue = c.queue_power[choose(ask.queue < top, ask.queue, top)];
    r.of_bid[0] *= bid_limit * shock.refill * inside;
    r.of_ask[0] *= ask_limit * shock.refill * inside;
    r.of_bid[1] *= bid_limit * shock.refill;
    r.of_ask[1] *= ask_limit * shock.refill;
    r.of_bid[2] *= choose(bid.orders > 1, bid_cancel * bid_queue, 0.0f);  // the last order of a side stays
    r.of_ask[2] *= choose(ask.orders > 1, ask_cancel * ask_queue, 0.0f);
    r.of_bid[3] *= shock.trades * sell * sell;
    r.of_ask[3] *= shock.trades * buy * buy;
    // In a thin book the same lots take more orders: at most so many, or the sales would only feed themselves.
    const float usual = r.of_bid[3] + r.of_ask[3];
    const float sold = exact::min(forced * c.inverse_trade_lots * kGivenUpWithin, 2.0f * usual);
    r.of_bid[3] += seller * usual + sold;
    r.forced_share = sold / exact::max(r.of_bid[3], 1.0e-20f);
    r.of_bid[4] *= choose(wide > 1, shock.trades, 0.0f);
    r.of_ask[4] *= choose(wide > 1, shock.trades, 0.0f);
    r.touch = 0;
    MARKETMIMIC_UNROLL
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) r.touch += r.of_bid[e] + r.of_ask[e];
    float heavy = 0;
    MARKETMIMIC_UNROLL
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) heavy += (r.of_bid[e] + r.of_ask[e]) * c.p.weight[e];
    r.weight = heavy / exact::max(r.touch, 1.0e-20f);
    r.limit_bid = c.p.deep_limit_rate * bid_limit * shock.turnover_bid;
    r.limit_ask = c.p.deep_limit_rate * ask_limit * shock.turnover_ask;
    r.cancel_bid = c.p.deep_cancel_rate * bid_cancel * shock.turnover_bid * static_cast<float>(bid.orders - bid.queue);
    r.cancel_ask = c.p.deep_cancel_rate * ask_cancel * shock.turnover_ask * static_cast<float>(ask.orders - ask.queue);
    r.depth = r.limit_bid + r.limit_ask + r.cancel_bid + r.cancel_ask;
    return r;
  }

  /// Solves base x + excitable sum_k h_k / decay_k (1 - exp(-decay_k x)) = wait_touch for x [s]: Newton's method from
  /// below, which never overshoots, since the left side is concave.
  MARKETMIMIC_HD float touch_wait(const OrderBookStep& c, float base, float excitable) const {
    float height = base, mass = 0.0f;
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < kExcitations; ++k) {
      height += excitable * excited[k];
      mass += excitable * excited[k] * c.inverse_decay[k];
    }
    float x = exact::max(wait_touch / height, (wait_touch - mass) / base);
    MARKETMIMIC_UNROLL
    for (int round = 0; round < 4; ++round) {
      float value = base * x - wait_touch, slope = base;
      MARKETMIMIC_UNROLL
      for (std::uint32_t k = 0; k < kExcitations; ++k) {
        const float faded = exact::expm1(-c.p.decay[k] * x);
        value -= excitable * excited[k] * c.inverse_decay[k] * faded;
        slope += excitable * excited[k] * (1.0f + faded);
      }
      x = exact::max(x - value / slope, 0.0f);
    }
    return x;
  }
  MARKETMIMIC_HD static std::int32_t ticks(const OrderBookStep& c, float seconds) {
    return exact::round_to_int(exact::min(seconds * c.ticks_per_second, 0x1p30f));
  }

  /// `seconds` go by in which nothing happens.
  MARKETMIMIC_HD void pass(const OrderBookStep& c, float seconds, float base, float excitable, float depth_rate) {
    float spent = base * seconds;
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < kExcitations; ++k) {
      const float faded = exact::expm1(-c.p.decay[k] * seconds);
      spent -= excitable * excited[k] * c.inverse_decay[k] * faded;
      excited[k] += excited[k] * faded;
    }
    wait_touch = exact::max(wait_touch - spent, 0.0f);
    wait_depth = exact::max(wait_depth - depth_rate * seconds, 0.0f);
    const float log_spread = exact::log(static_cast<float>(spread()) * shock.perceived) - c.log_usual_spread;
    const float now_wide = exact::clamp(log_spread, -kWidest, kWidest);
    MARKETMIMIC_UNROLL
    for (std::uint32_t k = 0; k < kSpreadMemories; ++k)
      widths[k] += (widths[k] - now_wide) * exact::expm1(-c.spread_rate[k] * seconds);
    memory[2] += memory[2] * exact::expm1(-c.memory_rate[0] * seconds);
    memory[3] += memory[3] * exact::expm1(-c.memory_rate[1] * seconds);
    memory[5] += memory[5] * exact::expm1(-c.memory_rate[2] * seconds);
  }

  MARKETMIMIC_HD Choice choose_touch(const OrderBookStep& c, const Rates& r, std::uint32_t word) const {
    float p[2 * kTouchEvents], sum = 0;
    const bool after_bid = preceding <= kTouchEvents;
    const std::uint32_t for_bid = preceding;
    const std::uint32_t for_ask =
        choose(preceding == 0u, 0u, choose(after_bid, preceding + kTouchEvents, preceding - kTouchEvents));
    MARKETMIMIC_UNROLL
    for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
      float tilt = 0;
      MARKETMIMIC_UNROLL
      for (std::uint32_t j = 0; j < kFlowMemories; ++j) tilt += c.p.memory_weight[e][j] * memory[j];
      float both = 0;
      MARKETMIMIC_UNROLL
      for (std::uint32_t j = 0; j < kSpreadMemories; ++j) both += c.p.spread_weight[e][j] * widths[j];
      const float up = exact::exp(exact::clamp(tilt, -2.0f, 2.0f));
      const float lasting = exact::exp(exact::clamp(both, -2.0f, 2.0f));
      p[e] = r.of_bid[e] * c.follow_factor[e][for_bid] * lasting / up;
      p[kTouchEvents + e] = r.of_ask[e] * c.follow_factor[e][for_ask] * lasting * up;
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
  MARKETMIMIC_HD void flow(const OrderBookStep& c, FlowEvent& e, std::uint32_t spread_bin, const Choice& t,
                           const Choice& d, bool touch_struck, bool depth_struck, const Words& w) const {
    const bool on_ask = e.operation.side != 0u;
    const Touch here = choose(on_ask, ask, bid);
    const std::int32_t other_key = choose(on_ask, bid.key, ask.key);
    const std::int32_t room = spread() - 1;
    const bool improves = all(touch_struck, t.event == 0u), joins = all(touch_struck, t.event == 1u);
    const bool touch_cancel = all(touch_struck, t.event == 2u), hides = all(touch_struck, t.event == 4u);
    const bool deep_limit = all(depth_struck, d.event == 0u), deep_cancel = all(depth_struck, d.event == 1u);

    const float back = choose(on_ask, memory[kFirstMove], -memory[kFirstMove]);
    const std::int32_t improvement = c.p.improvement[course_of(back)][spread_bin][(w.c >> 8) & 63u];
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

  /// The strategy's next stage: withdraw or shorten what rests, place what is to rest, take. What already rests at the
  /// best price keeps its place in the queue.
  MARKETMIMIC_HD void own_action(FlowEvent& e, bool acts, bool takes) {
    const bool withdraws = all(acts, (own.left & 1u) != 0u);
    const bool places = all(acts, !withdraws, (own.left & 2u) != 0u);
    own.left &= choose(withdraws, ~1u, choose(places, ~2u, choose(takes, 0u, ~0u)));
    const std::uint32_t wanted_side = choose(own.passive > 0, 0u, 1u);
    const std::int32_t wanted = choose(own.passive < 0, -own.passive, own.passive);
    const bool rests = own.place >= 0;
    const Touch at = choose(own.side != 0u, ask, bid);
    const Touch to = choose(wanted_side != 0u, ask, bid);
    const bool stays = all(rests, wanted > 0, own.side == wanted_side, own.key == at.key);
    const bool leaves = all(withdraws, rests, !stays, at.orders > 1);
    const bool shortens = all(withdraws, stays, own.lots > wanted);
    // What rests from the last step may trade before the withdrawal arrives: then nothing comes on the other side,
    // since a step has one trade of resting orders, and it has one sign.
    const bool turns = all(own.rested_lots > 0, own.side != wanted_side);
    const bool comes = all(places, !rests, !turns, wanted > 0);
    e.operation.action =
        choose(leaves, BookAction::remove,
               choose(shortens, BookAction::reduce, choose(comes, BookAction::insert, e.operation.action)));
    e.operation.side = choose(any(leaves, shortens), own.side, choose(comes, wanted_side, e.operation.side));
    e.operation.position = choose(any(leaves, shortens), own.place, e.operation.position);
    e.operation.key = choose(comes, to.key, e.operation.key);
    e.operation.lots = choose(any(shortens, comes), wanted, e.operation.lots);
    e.kind = choose(leaves, FlowKind::deletion,
                    choose(shortens, FlowKind::reduction, choose(comes, FlowKind::submission, e.kind)));
    e.own = choose(any(leaves, shortens, comes), 1u, 0u);
    own.key = choose(comes, to.key, own.key);
    own.lots = choose(any(shortens, comes), wanted, own.lots);
    own.side = choose(comes, wanted_side, own.side);
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

  /// Where the strategy's order stands after the change, and what it and its market orders got.
  MARKETMIMIC_HD void follow_own(const FlowEvent& e, const BookChange& b, bool inserted, bool removed) {
    const BookOperation& o = e.operation;
    const bool executed = e.kind == FlowKind::execution;
    const bool here = all(own.place >= 0, own.side == o.side);
    const bool hit = all(here, executed, b.position == own.place);
    const std::int64_t notional = static_cast<std::int64_t>(price_of_key(o.side, b.key)) * e.traded;
    own.rested_lots += choose(hit, e.traded, 0);
    own.rested_notional += choose(hit, notional, std::int64_t{0});
    own.lots -= choose(hit, e.traded, 0);
    const bool taken = all(executed, e.own != 0u);
    own.taken_lots += choose(taken, e.traded, 0);
    own.taken_notional += choose(taken, notional, std::int64_t{0});

    const bool comes = all(e.own != 0u, inserted);
    const bool ahead = all(here, inserted, !comes, b.position <= own.place);
    const bool gone = all(here, removed, b.position == own.place);
    const bool forward = all(here, removed, b.position < own.place);
    const std::int32_t moved = own.place + choose(ahead, 1, 0) - choose(forward, 1, 0);
    const bool fell = moved >= kMaxOrders;
    own.place = choose(comes, b.position, choose(any(gone, fell), -1, moved));
  }
};

}  // namespace marketmimic
