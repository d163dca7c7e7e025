#pragma once

#include <cstdint>

#include "marketmimic/detectors.hpp"
#include "marketmimic/dmp.hpp"
#include "marketmimic/draws.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/execution.hpp"
#include "marketmimic/strategy.hpp"
#include "marketmimic/trading_rules.hpp"

namespace marketmimic {

/// How much of the adaptation is at work; all but the first are baselines to compare it with. Append only.
enum class PlanFidelity : std::uint32_t {
  full = 0,          ///< goal, pace and phase follow the market at every step; events override the plan
  goal_only = 1,     ///< the goal follows the market at every step; pace as it was when the primitive began
  fixed_frame = 2,   ///< events begin primitives; goal and pace as the market was then
  replay = 3,        ///< the demonstration as it was, on its own clock
  replay_noise = 4,  ///< the same, goals and durations times log-normal factors
};
inline constexpr std::uint32_t kPlanFidelities = 5;

/// How a demonstration is carried over to another market.
struct AdaptationParameters {
  std::uint32_t fidelity = 0;        ///< a PlanFidelity
  float noise = 0.1f;                ///< deviation of the logarithm of replay_noise's factors, 0 to 1
  std::int32_t peak_lots = 1000;     ///< position at exposure 1 [lots], 1 to 100,000,000
  float eagerness = 0.25f;           ///< an event can begin the next primitive after this share of the running one
  float patience = 1.5f;             ///< without its event it begins after this multiple of the running one's duration
  float start_patience = 3600.0f;    ///< the first primitive waits for its event at most so long [s], see await()
  float horizon_share = 0.8f;        ///< cycles longer than this share of the horizon are sped up to fit
  float longest_compression = 8.0f;  ///< cycles that need more are not chosen, unless all do
  float size_exponent = 0.25f;       ///< goal ~ (the demonstration's burst / the burst now)^this
  float smallest_size = 0.5f, largest_size = 1.25f;  ///< limits of that factor
  std::uint32_t amplitude = 0;     ///< of the forcing, where the movement has another size: an Amplitude
  float largest_amplitude = 2.0f;  ///< of a proportional one
  bool mirror = false;             ///< the forcing of a movement in the other direction is upside down
  float slowest_pace = 0.5f, fastest_pace = 2.0f;                 ///< limits of sqrt(burst now / the demonstration's)
  float phase_stopping = 25.0f;                                   ///< time slows by 1 + this x (unfilled exposure)^2
  std::uint32_t override_events = event_bit(MarketEvent::crash);  ///< against the position, these lead to its exit
  float participation = 0.2f;                                     ///< most of the expected volume of a step, 0 to 1
  float inventory_limit = 1.5f;                                   ///< |target exposure| never above
  float fill_tolerance = 0.1f;  ///< exposure that may be missing when a primitive is left
  std::uint32_t positions = 1;  ///< most that a scenario opens, one after the other, >= 1
  float warm_up = 0;            ///< time at the start in which the market is only watched [s]
};

/// Events in favour of a long and of a short position: they override nothing there.
inline constexpr std::uint32_t kRisingEvents = event_bit(MarketEvent::trend_up) | event_bit(MarketEvent::recovery);
inline constexpr std::uint32_t kFallingEvents = event_bit(MarketEvent::trend_down) | event_bit(MarketEvent::crash);

/// Where a scenario stands in its plan.
enum class PlanMode : std::uint32_t { none = 0, waiting = 1, running = 2, finished = 3 };

/// What a plan sees of the market besides the detectors. Prices are logarithms, since the start.
struct MarketSight {
  float open = 0, low = 0, high = 0;  ///< of the mid over the last step
  Yardsticks yardsticks;
  std::int32_t signal = 0;  ///< of the bar that ended with the last step: an EntrySignal's; 0 else
  bool bar_ended = false;   ///< with the last step
  bool warming_up = false;  ///< nothing may begin yet
  float left = 1.0e9f;      ///< until the horizon [s]
};

/// Runs cycles of the demonstration, primitive after primitive, each when its market event occurs; adapts goal, pace
/// and phase at every step. Where the demonstration shows rules (TradingRules), these open a position with a cycle of
/// its side, and lead out of it by the exit of one that was left for the same reason.
struct Sequencer {
  Dmp dmp;           ///< target exposure and its rate
  float goal = 0;    ///< exposure the running primitive leads to, as adapted now
  float origin = 0;  ///< target exposure when the running primitive began
  float frame = 1;   ///< burst of volatility when it began
  float goal_noise = 1, pace_noise = 1;
  float elapsed = 0;     ///< time in the running primitive, on the demonstration's clock [s]
  float start_by = 0;    ///< a cycle's first primitive begins without its event after this wait [s]
  float waited = 0;      ///< for that event [s]
  float time_scale = 1;  ///< demonstration seconds a second; > 1 where a cycle is sped up to fit
  float aggressiveness = 0;
  PlanMode mode = PlanMode::none;
  std::uint32_t cycle = 0;                            ///< that opened, or is to open, the position
  std::uint32_t first = 0, count = 1, reduction = 1;  ///< of the cycle that runs: that one, or whose exit is used
  std::uint32_t segment = 0;                          ///< the running primitive of it, from 0
  std::uint32_t attempted = 0;                        ///< bit per PrimitiveKind begun
  std::uint32_t begun = 0;                            ///< primitives begun
  std::uint32_t untriggered = 0;                      ///< primitives begun without their event
  std::uint32_t overrides = 0;                        ///< primitives left for the exit
  std::uint32_t opened = 0;                           ///< positions
  std::uint32_t rule_exits = 0;                       ///< of them left by a rule
  std::uint32_t choices = 0;                          ///< draws of cycles so far
  float reserve = 0;                                  ///< time before the horizon in which no rule opens a position [s]
  std::int32_t unfilled_segment = -1;                 ///< first primitive left with its exposure not reached
  std::uint32_t unfilled_kind = 0;                    ///< its PrimitiveKind
  ProtectiveLevels levels;

  /// Chooses a cycle: each that fits `horizon` [s] with the compression allowed is equally likely.
  MARKETMIMIC_HD static Sequencer start(const AdaptationParameters& p, const StrategyView& strategy, float horizon,
                                        const Stream& stream) {
    Sequencer s;
    if (strategy.cycle_count == 0) return s;
    s.await(p, strategy, horizon, stream);
    if (p.fidelity >= static_cast<std::uint32_t>(PlanFidelity::replay)) s.start_by = 0;  // on its own clock
    return s;
  }

  /// The primitive that runs or is waited for.
  MARKETMIMIC_HD std::uint32_t primitive() const { return first + segment; }
  /// Progress within it, 0 to 1.
  MARKETMIMIC_HD float phase(const Primitive& p) const { return exact::clamp(elapsed / p.duration, 0.0f, 1.0f); }

  /// Whether a plan has more to do than to run one cycle on its events.
  MARKETMIMIC_HD static bool goes_on(const AdaptationParameters& p, const StrategyView& strategy) {
    return p.positions > 1u || strategy.rules.any();
  }

  /// One step of `dt` seconds. `exposure` is what is held now, in units of peak_lots. `GoesOn` may be false where
  /// goes_on() is, which lets lanes run abreast.
  template <bool GoesOn = true>
  MARKETMIMIC_HD void adapt(const AdaptationParameters& p, const StrategyView& strategy, const Detectors& market,
                            float exposure, float dt, const Stream& stream, const MarketSight& sight = {}) {
    const auto fidelity = static_cast<PlanFidelity>(p.fidelity);
    const bool reacts = fidelity == PlanFidelity::full;
    const bool aims = reacts || fidelity == PlanFidelity::goal_only;  // at a goal that moves
    const bool listens = aims || fidelity == PlanFidelity::fixed_frame;
    const Primitive running = strategy.primitives[primitive()];
    const bool has_next = segment + 1u < count;
    const Primitive next = strategy.primitives[has_next ? primitive() + 1u : primitive()];
    const std::uint32_t events = market.active | market.started;
    const float burst = exact::clamp(market.burst(), 0.01f, 100.0f);
    const bool waits = mode == PlanMode::waiting, runs = mode == PlanMode::running;

    const float unfilled = dmp.y - exposure;
    const float slowing = reacts ? 1.0f + p.phase_stopping * unfilled * unfilled : 1.0f;
    elapsed += runs ? dt * pace(p, running, burst, reacts, listens) / slowing : 0.0f;

    // What the demonstration's rules ask for.
    const bool ruled = GoesOn && listens && strategy.rules.any();
    const bool held_by_rule = ruled && segment < reduction && strategy.cycles[cycle].exit_cause != 0u;
    Call call;
    if constexpr (GoesOn)
      if (ruled) call = consult(p, strategy, exposure, aims, sight, stream);

    // Begin a cycle.
    const bool awaits_signal = ruled && strategy.rules.entry.family != 0u;
    const std::uint32_t trigger = listens ? running.trigger : 0u, next_trigger = listens ? next.trigger : 0u;
    const bool event_begins = trigger == 0u || (events & trigger) != 0u;
    const bool replay_begins = waited >= start_by;
    const bool called = awaits_signal ? call.opens : (listens ? event_begins : replay_begins);
    const bool begins = waits && !sight.warming_up && (called || waited >= start_by);
    waited += waits && !sight.warming_up ? dt : 0.0f;

    // Go on to the next primitive, or, when the market turns against the position, straight to the exit.
    const bool event_now = (events & next_trigger) != 0u && elapsed >= p.eagerness * running.duration;
    const bool too_late = elapsed >= p.patience * running.duration;
    const bool in_time = next_trigger == 0u ? elapsed >= running.duration : event_now || too_late;
    const bool due = in_time && !(held_by_rule && segment + 1u == reduction);
    const std::uint32_t favour = dmp.y > 0.0f ? kRisingEvents : kFallingEvents;
    const std::uint32_t against = market.started & p.override_events & ~favour;
    const bool by_rule = runs && (call.opens || call.leaves);
    const bool overridden =
        !by_rule && reacts && runs && has_next && against != 0u && strategy.cycles[cycle].ends_flat != 0u;
    const bool proceeds = !by_rule && !overridden && runs && has_next && due;
    const bool leaves = proceeds || overridden || by_rule;
    const bool missed = exact::abs(unfilled) > p.fill_tolerance;
    const bool ends = runs && !leaves && !has_next && elapsed >= running.duration && !missed;  // the last must arrive

    const bool first_missed = proceeds && missed && unfilled_segment < 0;
    unfilled_segment = first_missed ? static_cast<std::int32_t>(segment) : unfilled_segment;
    unfilled_kind = first_missed ? running.kind : unfilled_kind;
    segment = overridden ? count - 1u : (proceeds ? segment + 1u : segment);
    if constexpr (GoesOn)
      if (call.opens || call.leaves) follow(strategy, call, sight.left);
    elapsed = leaves ? 0.0f : elapsed;
    overrides += overridden ? 1u : 0u;
    begun += begins || leaves ? 1u : 0u;
    opened += begins || (runs && call.opens) ? 1u : 0u;
    const bool without_event =
        (begins && !called) || (proceeds && next_trigger != 0u && !event_now) || (by_rule && call.untold);
    untriggered += without_event ? 1u : 0u;
    rule_exits += by_rule && !call.untold ? 1u : 0u;
    mode = begins ? PlanMode::running : (ends ? PlanMode::finished : mode);

    // Follow the primitive's goal in the frame of the market as it is now.
    const Primitive now = strategy.primitives[primitive()];
    const bool moving = mode == PlanMode::running || mode == PlanMode::finished;
    attempted |= moving ? 1u << (now.kind & 31u) : 0u;
    const bool same = runs && !leaves;
    const bool enters = waits || leaves;
    frame = enters ? burst : frame;
    if (enters && fidelity == PlanFidelity::replay_noise) {
      const Words words = stream.draw(Draw::replay_noise, begun);
      const Normals normals = normal_pair(words.a, words.b);
      goal_noise = exact::exp(p.noise * normals.a);
      pace_noise = exact::exp(p.noise * normals.b);
    }
    const float calm = exact::power(exact::max(now.burst, 1.0e-3f) / (aims ? burst : frame), p.size_exponent);
    const float size = listens ? exact::clamp(calm, p.smallest_size, p.largest_size) : goal_noise;
    const float aim = moving ? now.goal * size : 0.0f;
    origin = enters ? dmp.y : origin;
    const float speed = same ? exact::clamp((aim - goal) / dt, -0.01f, 0.01f) : 0.0f;
    const float shape =
        dmp_amplitude(p.amplitude, p.mirror, now.goal - now.start, aim - origin, size, p.largest_amplitude);
    const float forcing = moving ? shape * dmp_lookup(strategy.forcing, now.forcing, phase(now)) : 0.0f;
    goal = aim;
    aggressiveness = moving ? now.aggressiveness : 0.0f;
    const float rate = pace(p, now, burst, reacts, listens) / slowing;
    const float tau = exact::max(now.tau / rate, dt);
    const float progress = exact::min((elapsed + dt * rate) / now.tau, 1.0f);
    dmp.step({goal, speed, forcing, tau, now.form, origin, progress}, dt);
    dmp.y = exact::clamp(dmp.y, -p.inventory_limit, p.inventory_limit);
    if constexpr (GoesOn) {
      if (!ends || opened >= p.positions) return;
      if (listens)
        await(p, strategy, sight.left, stream);
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
  /// What the rules ask for.
  struct Call {
    std::uint32_t cycle = 0;
    bool opens = false;   ///< a position with this cycle
    bool leaves = false;  ///< the position by the exit of this cycle
    bool untold = false;  ///< not by a rule, but because time runs out
  };

  /// Demonstration seconds a second in primitive `q`.
  MARKETMIMIC_HD float pace(const AdaptationParameters& p, const Primitive& q, float burst, bool reacts,
                            bool listens) const {
    const float ratio = (reacts ? burst : frame) / exact::max(q.burst, 1.0e-3f);
    const float adapted = exact::clamp(exact::sqrt(ratio), p.slowest_pace, p.fastest_pace);
    return (listens ? adapted : pace_noise) * time_scale;
  }

  /// Entry signals, stop and target. Near the horizon no position is opened, and one that only a rule would end is
  /// left: in the last 1 - horizon_share of it, counted from `left` at the start.
  MARKETMIMIC_HD Call consult(const AdaptationParameters& p, const StrategyView& strategy, float exposure, bool trails,
                              const MarketSight& sight, const Stream& stream) {
    const TradingRules& rules = strategy.rules;
    const bool signals = rules.entry.family != 0u && !sight.warming_up && sight.signal != 0;
    const bool late = reserve > 0.0f && sight.left <= reserve;
    const MenuItem entries = rules.entries[TradingRules::place(sight.signal)];
    const bool can_open = signals && !late && entries.count > 0u && opened < p.positions;
    Call call;
    if (mode == PlanMode::waiting && can_open) {
      call.opens = true;
      call.cycle = pick(strategy, entries, stream);
    }
    if (mode != PlanMode::running || segment >= reduction) return call;

    const std::int32_t side = strategy.cycles[cycle].side;
    levels.build(rules, sight.yardsticks, exposure * static_cast<float>(side), sight.open);
    ExitCause reason = levels.reached(rules, side, sight.low, sight.high);
    if (trails) levels.trail(side, sight.low, sight.high, sight.bar_ended);
    const bool opposite = signals && sight.signal * side < 0;
    const MenuItem* const exits = rules.exits[TradingRules::place(side)];
    if (reason == ExitCause::own && opposite && exits[static_cast<std::uint32_t>(ExitCause::signal)].count > 0u)
      reason = ExitCause::signal;
    const bool ends_by_rule = strategy.cycles[cycle].exit_cause != 0u;
    call.untold = reason == ExitCause::own && late && ends_by_rule;
    if (reason == ExitCause::own && !call.untold) return call;
    if (reason == ExitCause::signal && rules.flips != 0u && can_open) {
      call.opens = true;
      call.cycle = pick(strategy, entries, stream);
      return call;
    }
    const MenuItem item = exits[static_cast<std::uint32_t>(reason)];
    call.leaves = strategy.cycles[cycle].ends_flat != 0u;
    call.cycle = item.count > 0u && !call.untold ? pick(strategy, item, stream) : cycle;
    return call;
  }

  MARKETMIMIC_HD void follow(const StrategyView& strategy, const Call& call, float left) {
    const Cycle& c = strategy.cycles[call.cycle];
    first = c.first;
    count = c.count;
    reduction = c.reduction;
    segment = call.opens ? 0u : (reduction < count ? reduction : count - 1u);
    if (!call.opens) return;
    cycle = call.cycle;
    // Where a rule ends it, its duration is not the demonstration's.
    time_scale = c.exit_cause != 0u ? 1.0f : exact::max(1.0f, c.duration / exact::max(left - reserve, 1.0f));
    levels = ProtectiveLevels{};
  }

  MARKETMIMIC_HD std::uint32_t pick(const StrategyView& strategy, const MenuItem& item, const Stream& stream) {
    return strategy.menu[item.first + stream.draw(Draw::demonstration, choices++).a % item.count];
  }

  /// Waits for the next cycle, with `horizon` seconds left. Each time draws its own patience, between half and all of
  /// start_patience or of what horizon_share leaves of the horizon (at least a tenth), whichever is less: so plans that
  /// no event calls do not all begin at the same step. A start_patience of the horizon or more knows no end.
  MARKETMIMIC_HD void await(const AdaptationParameters& p, const StrategyView& strategy, float horizon,
                            const Stream& stream) {
    const float room = p.horizon_share * horizon;
    reserve = choices == 0u ? horizon - room : reserve;
    const Words words = stream.draw(Draw::demonstration, choices++);
    cycle = any_that_fits(p, strategy, room, words.a);
    const float slack = horizon * exact::max(1.0f - p.horizon_share, 0.1f);
    const float drawn = (0.5f + 0.5f * open_uniform(words.b)) * exact::min(p.start_patience, slack);
    start_by = p.start_patience >= horizon ? p.start_patience : drawn;
    time_scale = exact::max(1.0f, strategy.cycles[cycle].duration / room);
    begin_waiting(strategy);
  }
  /// The demonstration's next cycle, after its pause.
  MARKETMIMIC_HD void await_next(const StrategyView& strategy) {
    cycle = (cycle + 1u) % strategy.cycle_count;
    start_by = strategy.cycles[cycle].pause;
    begin_waiting(strategy);
  }
  MARKETMIMIC_HD void begin_waiting(const StrategyView& strategy) {
    const Cycle& c = strategy.cycles[cycle];
    first = c.first;
    count = c.count;
    reduction = c.reduction;
    segment = 0;
    elapsed = waited = 0;
    levels = ProtectiveLevels{};
    mode = PlanMode::waiting;
  }

  /// A cycle that fits `room` [s] with the compression allowed, each as likely; where none does, any.
  MARKETMIMIC_HD static std::uint32_t any_that_fits(const AdaptationParameters& p, const StrategyView& strategy,
                                                    float room, std::uint32_t word) {
    const auto fits = [&](std::uint32_t i) { return strategy.cycles[i].duration <= p.longest_compression * room; };
    std::uint32_t fitting = 0;
    for (std::uint32_t i = 0; i < strategy.cycle_count; ++i) fitting += fits(i) ? 1u : 0u;
    const bool any = fitting == 0u;
    std::uint32_t left = word % (any ? strategy.cycle_count : fitting);
    for (std::uint32_t i = 0; i < strategy.cycle_count; ++i) {
      if (!any && !fits(i)) continue;
      if (left == 0u) return i;
      --left;
    }
    return 0;
  }
};

}  // namespace marketmimic
