#pragma once

#include <cstdint>

#include "marketmimic/detectors.hpp"
#include "marketmimic/dmp.hpp"
#include "marketmimic/draws.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/execution.hpp"
#include "marketmimic/strategy.hpp"

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
  float start_patience = 3600.0f;    ///< the first primitive waits for its event at most so long [s], see start()
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
};

/// Events in favour of a long and of a short position: they override nothing there.
inline constexpr std::uint32_t kRisingEvents = event_bit(MarketEvent::trend_up) | event_bit(MarketEvent::recovery);
inline constexpr std::uint32_t kFallingEvents = event_bit(MarketEvent::trend_down) | event_bit(MarketEvent::crash);

/// Where a scenario stands in its plan.
enum class PlanMode : std::uint32_t { none = 0, waiting = 1, running = 2, finished = 3 };

/// Runs a cycle of the demonstration, primitive after primitive, each when its market event occurs; adapts goal, pace
/// and phase at every step.
struct Sequencer {
  Dmp dmp;           ///< target exposure and its rate
  float goal = 0;    ///< exposure the running primitive leads to, as adapted now
  float origin = 0;  ///< target exposure when the running primitive began
  float frame = 1;   ///< burst of volatility when it began
  float goal_noise = 1, pace_noise = 1;
  float elapsed = 0;     ///< time in the running primitive, on the demonstration's clock [s]
  float start_by = 0;    ///< the first primitive begins without its event after this wait [s]
  float waited = 0;      ///< for the first event [s]
  float time_scale = 1;  ///< demonstration seconds a second; > 1 where a cycle is sped up to fit
  float aggressiveness = 0;
  PlanMode mode = PlanMode::none;
  std::uint32_t cycle = 0;
  std::uint32_t first = 0, count = 1;  ///< primitives of the cycle
  std::uint32_t segment = 0;           ///< the running one, from 0
  std::uint32_t attempted = 0;         ///< bit per PrimitiveKind begun
  std::uint32_t begun = 0;             ///< primitives begun
  std::uint32_t untriggered = 0;       ///< primitives begun without their event
  std::uint32_t overrides = 0;         ///< primitives left for the exit
  std::int32_t unfilled_segment = -1;  ///< first primitive left with its exposure not reached

  /// Each scenario draws its own patience, between half and all of start_patience or of what horizon_share leaves of
  /// the horizon (at least a tenth), whichever is less: so plans that no event calls do not all begin at the same step.
  /// Chooses a cycle: each that fits `horizon` [s] with the compression allowed is equally likely.
  MARKETMIMIC_HD static Sequencer start(const AdaptationParameters& p, const StrategyView& strategy, float horizon,
                                        const Stream& stream) {
    Sequencer s;
    if (strategy.cycle_count == 0) return s;
    const float room = p.horizon_share * horizon;
    std::uint32_t fitting = 0;
    for (std::uint32_t i = 0; i < strategy.cycle_count; ++i) fitting += fits(p, strategy.cycles[i], room) ? 1u : 0u;
    const bool any = fitting == 0;
    const std::uint32_t choices = any ? strategy.cycle_count : fitting;
    const Words words = stream.draw(Draw::demonstration, 0);
    std::uint32_t left = words.a % choices;
    for (std::uint32_t i = 0; i < strategy.cycle_count; ++i) {
      if (!any && !fits(p, strategy.cycles[i], room)) continue;
      if (left == 0) {
        s.cycle = i;
        break;
      }
      --left;
    }
    const Cycle& cycle = strategy.cycles[s.cycle];
    s.first = cycle.first;
    s.count = cycle.count;
    s.time_scale = exact::max(1.0f, cycle.duration / room);
    const float slack = horizon * exact::max(1.0f - p.horizon_share, 0.1f);
    s.start_by = (0.5f + 0.5f * open_uniform(words.b)) * exact::min(p.start_patience, slack);
    s.mode = PlanMode::waiting;
    return s;
  }

  /// The primitive that runs or is waited for.
  MARKETMIMIC_HD std::uint32_t primitive() const { return first + segment; }
  /// Progress within it, 0 to 1.
  MARKETMIMIC_HD float phase(const Primitive& p) const { return exact::clamp(elapsed / p.duration, 0.0f, 1.0f); }

  /// One step of `dt` seconds. `exposure` is what is held now, in units of peak_lots.
  MARKETMIMIC_HD void adapt(const AdaptationParameters& p, const StrategyView& strategy, const Detectors& market,
                            float exposure, float dt, const Stream& stream) {
    const auto fidelity = static_cast<PlanFidelity>(p.fidelity);
    const bool reacts = fidelity == PlanFidelity::full;
    const bool aims = reacts || fidelity == PlanFidelity::goal_only;  // at a goal that moves
    const bool listens = aims || fidelity == PlanFidelity::fixed_frame;
    const std::uint32_t before = segment;
    const Primitive running = strategy.primitives[primitive()];
    const bool has_next = segment + 1u < count;
    const Primitive next = strategy.primitives[has_next ? primitive() + 1u : primitive()];
    const std::uint32_t events = market.active | market.started;
    const float burst = exact::clamp(market.burst(), 0.01f, 100.0f);

    const float ratio = (reacts ? burst : frame) / exact::max(running.burst, 1.0e-3f);
    const float adapted = exact::clamp(exact::sqrt(ratio), p.slowest_pace, p.fastest_pace);
    const float pace = (listens ? adapted : pace_noise) * time_scale;
    const float unfilled = dmp.y - exposure;
    const float slowing = reacts ? 1.0f + p.phase_stopping * unfilled * unfilled : 1.0f;
    const bool runs = mode == PlanMode::running;
    elapsed += runs ? dt * pace / slowing : 0.0f;

    // Begin the cycle.
    const bool waits = mode == PlanMode::waiting;
    const std::uint32_t trigger = listens ? running.trigger : 0u, next_trigger = listens ? next.trigger : 0u;
    const bool called = trigger == 0u || (events & trigger) != 0u;
    const bool begins = waits && (called || waited >= start_by);
    waited += waits ? dt : 0.0f;

    // Go on to the next primitive, or, when the market turns against the position, straight to the exit.
    const bool event_now = (events & next_trigger) != 0u && elapsed >= p.eagerness * running.duration;
    const bool too_late = elapsed >= p.patience * running.duration;
    const bool due = next_trigger == 0u ? elapsed >= running.duration : event_now || too_late;
    const std::uint32_t favour = dmp.y > 0.0f ? kRisingEvents : kFallingEvents;
    const std::uint32_t against = market.started & p.override_events & ~favour;
    const bool overridden = reacts && runs && has_next && against != 0u && strategy.cycles[cycle].ends_flat != 0u;
    const bool proceeds = runs && has_next && due;
    const bool leaves = proceeds || overridden;
    const bool missed = exact::abs(unfilled) > p.fill_tolerance;
    const bool ends = runs && !has_next && elapsed >= running.duration && !missed;  // the last one must arrive

    unfilled_segment =
        leaves && !overridden && missed && unfilled_segment < 0 ? static_cast<std::int32_t>(segment) : unfilled_segment;
    segment = overridden ? count - 1u : (proceeds ? segment + 1u : segment);
    elapsed = leaves ? 0.0f : elapsed;
    overrides += overridden ? 1u : 0u;
    begun += begins || leaves ? 1u : 0u;
    const bool without_event = (begins && !called) || (proceeds && !overridden && next_trigger != 0u && !event_now);
    untriggered += without_event ? 1u : 0u;
    mode = begins ? PlanMode::running : (ends ? PlanMode::finished : mode);

    // Follow the primitive's goal in the frame of the market as it is now.
    const Primitive now = strategy.primitives[primitive()];
    const bool moving = mode == PlanMode::running || mode == PlanMode::finished;
    attempted |= moving ? 1u << (now.kind & 31u) : 0u;
    const bool same = before == segment && runs;
    const bool enters = waits || leaves;
    frame = enters ? burst : frame;
    if (enters && fidelity == PlanFidelity::replay_noise) {
      const Words words = stream.draw(Draw::replay_noise, segment);
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
    const float tau = exact::max(now.tau * slowing / pace, dt);
    const float progress = exact::min((elapsed + dt * pace / slowing) / now.tau, 1.0f);
    dmp.step({goal, speed, forcing, tau, now.form, origin, progress}, dt);
    dmp.y = exact::clamp(dmp.y, -p.inventory_limit, p.inventory_limit);
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
  MARKETMIMIC_HD static bool fits(const AdaptationParameters& p, const Cycle& cycle, float room) {
    return cycle.duration <= p.longest_compression * room;
  }
};

}  // namespace marketmimic
