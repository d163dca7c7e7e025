#pragma once

#include <cstdint>

#include "marketmimic/adaptation.hpp"
#include "marketmimic/detectors.hpp"
#include "marketmimic/dmp.hpp"
#include "marketmimic/draws.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/execution.hpp"
#include "marketmimic/standing.hpp"
#include "marketmimic/strategy.hpp"
#include "marketmimic/strategy_plan.hpp"

namespace marketmimic {

/// Runs a plan, primitive after primitive, each when its market event occurs, or in the trader's own time once the
/// market is as its kind asks; adapts goal, pace and phase at every step. Where the demonstration shows rules
/// (TradingRules), these open a position with a cycle of its side, and lead out of it by the exit of one that was left
/// for the same reason.
struct Sequencer : StrategyPlan {
  Dmp dmp;           ///< target exposure and its rate
  float goal = 0;    ///< exposure the running primitive leads to, as adapted now
  float origin = 0;  ///< target exposure when the running primitive began
  float frame = 1;   ///< burst of volatility when it began
  float goal_noise = 1, pace_noise = 1;
  float aggressiveness = 0;          ///< share of its orders that takes liquidity
  Dmp taking;                        ///< the same, where it changes within the primitive
  float boundary = 1;                ///< factor on how long after its beginning the running primitive is left
  Varied varied;                     ///< draw about it
  std::uint32_t held_steps = 0;      ///< in which the last exposure was held
  std::uint32_t attempted = 0;       ///< bit per PrimitiveKind begun
  std::uint32_t begun = 0;           ///< primitives begun
  std::uint32_t untriggered = 0;     ///< primitives begun without their event
  std::uint32_t overrides = 0;       ///< primitives left on an event against the position
  std::uint32_t rule_exits = 0;      ///< positions left by a rule
  std::uint32_t standing = 0;        ///< bits of Standing: how the primitive did that ran up to now
  std::uint32_t met = 0;             ///< primitives left with all of them
  std::uint32_t unmet = 0;           ///< bit per PrimitiveKind of which one was left without
  std::int32_t failed_segment = -1;  ///< first primitive left unfilled where the plan went on, or that cost too much
  std::uint32_t failed_kind = 0;     ///< its kind(), ...
  std::uint32_t failed_source = 0;   ///< ... which it is, ...
  std::uint32_t failed_event = 0;    ///< ... its begun_on, ...
  bool failed_filled = false;        ///< ... and whether it was filled, and only cost too much
  std::uint32_t begun_on = 0;        ///< market events that held where the running primitive began
  float shortfall_then = 0;          ///< when it began; kept where goes_on()
  float spread_then = 1;             ///< the same [ticks]
  bool fits = true;                  ///< its kind asks for no other market

  /// Chooses a cycle: each that fits `horizon` [s] with the compression allowed is equally likely.
  MARKETMIMIC_HD static Sequencer start(const AdaptationParameters& p, const StrategyView& strategy, float horizon,
                                        const Stream& stream) {
    Sequencer s;
    if (strategy.cycle_count == 0) return s;
    AdaptationParameters chosen = p;
    const bool replays = p.fidelity >= static_cast<std::uint32_t>(PlanFidelity::replay);
    if (replays) chosen.sequence = 0;
    MarketSight sight;
    sight.left = horizon;
    s.await(chosen, strategy, sight, stream);
    if (replays) s.start_by = 0;  // on its own clock
    return s;
  }

  /// What it is to run primitive `p` in this market: its kind, or unclassified where that asks for another market.
  MARKETMIMIC_HD std::uint32_t kind(const Primitive& p) const {
    return fits ? p.kind : static_cast<std::uint32_t>(PrimitiveKind::unclassified);
  }

  /// Progress within the running primitive, 0 to 1; a rhythm that goes on beyond its time stays at 1.
  MARKETMIMIC_HD float progress(const Primitive& p) const {
    return exact::clamp(elapsed / (p.duration * varied.duration), 0.0f, 1.0f);
  }

  /// Whether a plan has more to do than to run one cycle on its events.
  MARKETMIMIC_HD static bool goes_on(const AdaptationParameters& p, const StrategyView& strategy) {
    return !p.plain() || strategy.rules.any() || strategy.costs || strategy.aggressiveness != nullptr;
  }

  /// One step of `dt` seconds. `exposure` is what is held now, in units of peak_lots. `GoesOn` may be false where
  /// goes_on() is, which lets lanes run abreast.
  template <bool GoesOn = true>
  MARKETMIMIC_HD void adapt(const AdaptationParameters& p, const StrategyView& strategy, const Detectors& market,
                            float exposure, float dt, const Stream& stream, const MarketSight& sight = {}) {
    const auto fidelity = static_cast<PlanFidelity>(p.fidelity);
    const bool reacts = fidelity == PlanFidelity::full;
    const bool aims = reacts || fidelity == PlanFidelity::goal_only;  // at a goal that moves
    const bool listens = p.listens();
    const bool waits = mode == PlanMode::waiting, runs = mode == PlanMode::running;
    if constexpr (GoesOn)
      if (runs && composed() && market.started != 0u)
        heed(strategy, market.started, market.active | market.started, stream);
    const Primitive running = strategy.primitives[at];
    const std::uint32_t coming = following<GoesOn>();
    const bool has_next = coming != kNothing;
    const Primitive next = strategy.primitives[has_next ? coming : at];
    const float duration = running.duration * varied.duration;  // on the demonstration's clock
    const std::uint32_t events = market.active | market.started;
    const float burst = exact::clamp(market.burst(), 0.01f, 100.0f);

    const float unfilled = dmp.y - exposure;
    float slowing = reacts ? 1.0f + p.phase_stopping * unfilled * unfilled : 1.0f;
    if constexpr (GoesOn)
      if (reacts) slowing *= p.repulsion.slowing(exact::abs(unfilled) / sight.capacity);
    elapsed += runs ? dt * pace(p, running, burst, reacts, listens) / slowing : 0.0f;

    // What the demonstration's rules ask for, and the plan's own aim.
    const bool ruled = GoesOn && listens && strategy.rules.any();
    const bool held_by_rule = ruled && !reduced() && ends_by_rule(strategy);
    Call call;
    if constexpr (GoesOn)
      if (listens && !aborted) {
        left_on &= market.active & ~market.started;
        if (ruled) call = consult(p, strategy, exposure, aims, market.started, events, sight, stream);
        if (!call.opens && !call.leaves) {
          const Call own = keep_to_band(p, strategy, sight);
          if (own.leaves) call = own;
        }
      }

    // Begin a cycle.
    const bool awaits_signal = ruled && strategy.rules.entry.family != 0u;
    const std::uint32_t trigger = listens ? running.trigger : 0u;
    const std::uint32_t next_trigger = listens ? next.trigger | running.end : 0u;
    const std::uint32_t first_asked = trigger == 0u ? running.condition : trigger;
    const bool as_first_asked = first_asked == 0u || (events & ~left_on & first_asked) != 0u;
    const bool called = awaits_signal ? call.opens : (listens ? as_first_asked : waited >= start_by);
    // Where there are rules, events open positions as bars end.
    const bool within_bar = ruled && !awaits_signal && first_asked != 0u && !sight.bar_ended;
    const bool in_vain = ruled && is_late(sight) && ends_by_rule(strategy);  // it would be left at once
    const bool begins = waits && !in_vain && !sight.warming_up && ((called && !within_bar) || waited >= start_by);
    waited += waits && !sight.warming_up ? dt : 0.0f;

    // Go on to the next primitive, or, when the market turns against the position, straight to the exit.
    const float span = GoesOn ? duration * boundary : duration;
    const bool ready = !listens || next.suits(events);
    const bool event_now = (events & next_trigger) != 0u && ready && elapsed >= p.eagerness * span;
    const bool too_late = elapsed >= p.patience * span;
    const bool in_time = next_trigger == 0u ? elapsed >= span && (ready || too_late) : event_now || too_late;
    const bool due = in_time && !(held_by_rule && reduces_next(strategy, coming));
    const std::uint32_t favour = (dmp.y > 0.0f ? kRisingEvents : kFallingEvents) | event_bit(MarketEvent::gain);
    const std::uint32_t against = market.started & p.override_events & ~favour;
    const bool struck = reacts && runs && !aborted && against != 0u;
    if constexpr (GoesOn)  // giving the plan up comes before what any rule asks for
      if (struck && p.override_action == static_cast<std::uint32_t>(OverrideAction::abort)) call = Call{};
    const bool by_rule = runs && (call.opens || call.leaves);
    const bool ends_position = by_rule && !call.untold && !reduced();
    const bool turned = struck && !by_rule;
    bool redirected = false;
    if constexpr (GoesOn)
      if (turned && p.override_action != 0u) redirected = redirect(p, strategy, against, stream);
    const bool overridden = turned && !redirected && has_next && strategy.cycles[cycle].ends_flat != 0u;
    const bool proceeds = !by_rule && !overridden && !redirected && !aborted && runs && has_next && due;
    const bool leaves = proceeds || overridden || redirected || by_rule;
    const bool missed = exact::abs(unfilled) > tolerance_of(p, running);
    const bool dear = GoesOn && sight.shortfall - shortfall_then > running.cost_limit;
    standing =
        runs ? (missed ? 0u : standing_bit(Standing::filled)) | (dear ? 0u : standing_bit(Standing::within_cost)) : 0u;
    const bool arrived = runs && !leaves && !has_next && elapsed >= duration && !missed;  // the last must
    bool ends = arrived;
    if constexpr (GoesOn) {
      held_steps = arrived ? held_steps + 1u : 0u;
      ends = aborted ? runs && exact::abs(exposure) <= p.fill_tolerance : arrived && held_steps > p.hold_steps;
    }

    // An event or a rule may end a primitive before it is filled; what it cost counts all the same.
    const bool over = leaves || (runs && ends);
    const bool fails = ((proceeds && missed) || (over && dear)) && failed_segment < 0;
    failed_segment = fails ? static_cast<std::int32_t>(segment) : failed_segment;
    failed_kind = fails ? kind(running) : failed_kind;
    failed_source = fails ? at : failed_source;
    failed_event = fails ? begun_on : failed_event;
    failed_filled = fails ? !(proceeds && missed) : failed_filled;
    const bool succeeded = standing == kAllStanding;
    met += over && succeeded ? 1u : 0u;
    unmet |= over && !succeeded ? 1u << (kind(running) & 31u) : 0u;
    if constexpr (GoesOn) {
      if (proceeds) proceed(strategy, stream);
      if (overridden) leave(strategy);
      if (call.opens || call.leaves) follow(p, strategy, call, sight, stream);
      if (!reduced()) unanswered = 0;  // by a position that is held
      if (begins) begin_band(sight);
    } else {
      const std::uint32_t on = overridden ? count - 1u - segment : (proceeds ? 1u : 0u);
      at += on;
      segment += on;
    }
    elapsed = leaves ? 0.0f : elapsed;
    overrides += overridden || redirected ? 1u : 0u;
    begun += begins || leaves ? 1u : 0u;
    opened += begins || (runs && call.opens) ? 1u : 0u;
    const bool without_event =
        (begins && !called) || (proceeds && !(next_trigger == 0u ? ready : event_now)) || (by_rule && call.untold);
    untriggered += without_event ? 1u : 0u;
    rule_exits += ends_position ? 1u : 0u;
    mode = begins ? PlanMode::running : (ends ? PlanMode::finished : mode);

    // Follow the primitive's goal in the frame of the market as it is now.
    const Primitive now = strategy.primitives[at];
    const bool moving = mode == PlanMode::running || mode == PlanMode::finished;
    const bool same = runs && !leaves;
    const bool enters = waits || leaves;
    const bool as_asked = now.suits(events) || (by_rule && call.at_level);
    fits = enters ? as_asked : fits;
    begun_on = enters ? events : begun_on;
    attempted |= moving ? 1u << (kind(now) & 31u) : 0u;
    frame = enters ? burst : frame;
    if (enters && fidelity == PlanFidelity::replay_noise) {
      const Words words = stream.draw(Draw::replay_noise, begun);
      const Normals normals = normal_pair(words.a, words.b);
      goal_noise = exact::exp(p.noise * normals.a);
      pace_noise = exact::exp(p.noise * normals.b);
    }
    origin = enters ? dmp.y : origin;
    if constexpr (GoesOn)
      if (enters && listens) vary(p, strategy, now, stream);
    const float calm = exact::power(exact::max(now.burst, 1.0e-3f) / (aims ? burst : frame), p.size_exponent);
    const float size = listens ? exact::clamp(calm, p.smallest_size, p.largest_size) : goal_noise;
    float aim = moving ? now.goal * size : 0.0f, free_aim = aim;
    if constexpr (GoesOn) {
      if (relative && moving) aim = relative_aim(now, origin, size * varied.goal);
      free_aim = aim;
      if (reacts) aim = p.repulsion.on_goal(aim, dmp.y, sight.fallen, sight.price - price_then, p.inventory_limit);
      aim = aborted ? 0.0f : aim;
    }
    // What a coupling holds back is no movement of the market's to run ahead of.
    const bool follows = same && (!GoesOn || aim == free_aim);
    const float speed = follows ? exact::clamp((aim - goal) / dt, -0.01f, 0.01f) : 0.0f;
    // A rhythm is as large as its level, wherever it comes from.
    const float swing = now.goal != 0.0f ? free_aim / now.goal : size;
    const float move =
        dmp_amplitude(p.amplitude, p.mirror, now.goal - now.start, aim - origin, size, p.largest_amplitude);
    const float shape = now.rhythmic() ? swing : move;
    const float phase = now.phase(elapsed, varied.duration);
    float forcing = moving ? shape * dmp_lookup(strategy.forcing, now.forcing, phase) : 0.0f;
    if constexpr (GoesOn) {
      if (moving) forcing = varied.forcing(strategy.shapes, forcing, shape, phase);
      forcing = aborted ? 0.0f : forcing;
    }
    goal = aim;
    const float rate = pace(p, now, burst, reacts, listens) / slowing;
    const float movement = now.tau * varied.duration;
    const float tau = aborted ? dt : exact::max(movement / rate, dt);
    const float progress = exact::min((elapsed + dt * rate) / movement, 1.0f);
    dmp.step({goal, speed, forcing, tau, now.form, origin, progress}, dt);
    dmp.y = exact::clamp(dmp.y, -p.inventory_limit, p.inventory_limit);
    float takes = now.aggressiveness;
    if constexpr (GoesOn) {
      shortfall_then = enters ? sight.shortfall : shortfall_then;
      spread_then = enters ? sight.spread : spread_then;
      if (p.orders == static_cast<std::uint32_t>(OrderStyle::demonstrated))
        takes = demonstrated_share(strategy, now, enters, phase, varied.duration / rate, dt);
      const float missing = exact::abs(dmp.y - exposure);
      takes = aborted ? 1.0f : style(p, now, takes, missing, reacts ? sight.spread : spread_then);
    }
    aggressiveness = moving ? takes : 0.0f;
    if constexpr (GoesOn) {
      if (!ends || opened >= p.positions || aborted) return;
      if (listens)
        await(p, strategy, sight, stream);
      else
        await_next(strategy);
    }
  }

  /// Orders that lead from `inventory` to the target within the limits; `volume` is what a step is expected to trade.
  MARKETMIMIC_HD Orders act(const AdaptationParameters& p, std::int64_t inventory, float volume) const {
    const float peak = static_cast<float>(p.peak_lots);
    const std::int32_t target = exact::round_to_int(exact::clamp(dmp.y * peak, -1.0e9f, 1.0e9f));
    const std::int32_t held = static_cast<std::int32_t>(inventory);
    const float share = exact::clamp(p.participation * volume, p.participation > 0.0f ? 1.0f : 0.0f, 1.0e8f);
    const std::int32_t most = exact::round_to_int(share);
    const std::int32_t wanted = target - held;
    const std::int32_t capped = wanted > most ? most : (wanted < -most ? -most : wanted);
    const std::int32_t lots = mode == PlanMode::none ? 0 : capped;
    const std::int32_t market = exact::round_to_int(static_cast<float>(lots) * aggressiveness);
    return {market, lots - market};
  }

 private:
  /// Demonstration seconds a second in primitive `q`.
  MARKETMIMIC_HD float pace(const AdaptationParameters& p, const Primitive& q, float burst, bool reacts,
                            bool listens) const {
    const float ratio = (reacts ? burst : frame) / exact::max(q.burst, 1.0e-3f);
    const float adapted = exact::clamp(exact::sqrt(ratio), p.slowest_pace, p.fastest_pace);
    return (listens ? adapted : pace_noise) * time_scale;
  }

  /// Exposure that may be missing when primitive `q` is left.
  MARKETMIMIC_HD static float tolerance_of(const AdaptationParameters& p, const Primitive& q) {
    return q.fill_tolerance < 0.0f ? p.fill_tolerance : q.fill_tolerance;
  }

  /// Share of this step's order that took liquidity in the demonstration.
  MARKETMIMIC_HD float demonstrated_share(const StrategyView& strategy, const Primitive& now, bool enters, float phase,
                                          float stretch, float dt) {
    if (strategy.aggressiveness == nullptr || !strategy.aggressiveness[at].changes()) return now.aggressiveness;
    const Aggressiveness& share = strategy.aggressiveness[at];
    if (enters) taking = share.begin();
    return share.step(taking, strategy.forcing, phase, stretch, dt);
  }

  /// Share of this step's order that takes liquidity, `missing` being what is to be ordered, where the demonstration
  /// had it at `shown`.
  MARKETMIMIC_HD float style(const AdaptationParameters& p, const Primitive& q, float shown, float missing,
                             float spread) const {
    const auto orders = static_cast<OrderStyle>(p.orders);
    if (orders == OrderStyle::urgency) return urgency(missing, tolerance_of(p, q), spread_then, spread);
    return orders == OrderStyle::demonstrated ? shown : (orders == OrderStyle::passive ? 0.0f : 1.0f);
  }

  /// Draws how the primitive that begins differs from its demonstration.
  MARKETMIMIC_HD void vary(const AdaptationParameters& p, const StrategyView& strategy, const Primitive& now,
                           const Stream& stream) {
    varied = Varied{};
    if (p.variation <= 0.0f && p.boundary_deviation <= 0.0f) return;
    const Words words = stream.draw(Draw::variation, begun);
    const Normals one = normal_pair(words.a, words.b), two = normal_pair(words.c, words.d);
    boundary = exact::exp(p.boundary_deviation * two.b);
    if (p.variation <= 0.0f) return;
    const std::uint32_t place = TradingRules::place(strategy.cycles[now.cycle].side);
    const float normals[kVariationModes] = {one.a, one.b, two.a};
    varied = Varied::draw(strategy.variations[variation_index(now, place)], now, p.variation, normals);
  }
};

}  // namespace marketmimic
