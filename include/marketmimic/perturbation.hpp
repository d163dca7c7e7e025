#pragma once

#include <cstdint>

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// Kinds of shock; bit `1 << kind` marks the kind in `/labels/perturbation`. Append only.
enum class PerturbationKind : std::uint32_t {
  volatility_spike = 0,
  flash_crash = 1,
  liquidity_gap = 2,
  news = 3,
  halt = 4,
  liquidation_cascade = 5,
  climate = 6,  ///< a lasting state: bull, bear, calm, illiquid, ...
};
inline constexpr std::uint32_t kPerturbationKinds = 7;

/// What an injection waits for. Append only.
enum class Trigger : std::uint32_t {
  time = 0,          ///< nothing: it begins at its start
  market_event = 1,  ///< one of its market events holds
  exposure = 2,      ///< the strategy's |exposure| reaches the threshold
  peak = 3,          ///< it did, and the position is now being reduced from its largest
};

/// Most injections a scenario can hold.
inline constexpr std::uint32_t kMaxInjections = 16;

/// One shock as it acts on a market. The kind is a label only: every kind is the same envelope with other effects, so
/// that kinds compose and lanes do not diverge.
///
/// Envelope e(t): 0 before `start`, linear to 1 over `rise`, 1 for `plateau`, then halved every `half_life`.
/// The price is moved by D ((1 - R) ramp(t) + R e(t)): D in full once risen, of which the share R comes back; and by
/// `drift` as long as rise and plateau last.
///
/// An order book follows that move by its flow (order_book.hpp), a diffusion exactly. There the forced sales of a
/// seller, a sweep or a cascade are volume only.
struct Injection {
  static constexpr float never = 1.0e30f;  ///< start of an injection that does not come, or has not come yet [s]

  std::uint32_t kind = 0;
  float start = 0;             ///< [s] since the scenario began
  float rise = 0;              ///< [s] >= 0; 0 acts at once
  float plateau = 0;           ///< [s] >= 0
  float half_life = 1;         ///< [s] > 0
  float log_volatility = 0;    ///< log factor on volatility at full envelope
  float log_depth_bid = 0;     ///< log factor on depth, bid side
  float log_depth_ask = 0;     ///< log factor on depth, ask side
  float log_spread = 0;        ///< log factor on the spread
  float log_volume = 0;        ///< log factor on traded volume
  float displacement = 0;      ///< D, log price
  float recovery = 0;          ///< R, 0 to 1
  float excitation = 0;        ///< branching ratio of jumps at full envelope, 0 to 0.95
  float before = 0;            ///< [s] before `start` in which depth is thinned (scheduled news)
  float log_depth_before = 0;  ///< log factor on depth in that time
  float drift = 0;             ///< [log price / s]
  float hold = 0;              ///< how firmly an order book is held to its path where D is 0, 0 to 1
  float participation = 0;     ///< share of the volume that a seller makes during the rise, 0 to 0.5
  float sweep = 0;             ///< sold during the rise by sweeps of the book [multiples of usual volume], >= 0
  float density = 0;           ///< positions sold at new lows [seconds of usual volume per log price], >= 0
  std::uint32_t halts = 0;     ///< 1: nothing trades during the plateau, in every step it touches
  std::uint32_t trigger = 0;   ///< Trigger; else than time, `start` is `never` until it holds ...
  float from = 0;              ///< ... at `from` [s] or later
  std::uint32_t events = 0;    ///< bits of MarketEvent
  float threshold = 0;         ///< of |exposure|

  /// Begins at `time`, the start of a step, if what it waits for holds. `active`: market events that hold; `exposure`
  /// and `largest`: |exposure| now and at most so far.
  MARKETMIMIC_HD void wait(float time, std::uint32_t active, float exposure, float largest) {
    const bool waits = all(trigger != 0u, start == never, from < never, time >= from);
    const bool happens = all(trigger == static_cast<std::uint32_t>(Trigger::market_event), (active & events) != 0u);
    const bool held = all(trigger == static_cast<std::uint32_t>(Trigger::exposure), exposure >= threshold);
    const bool over =
        all(trigger == static_cast<std::uint32_t>(Trigger::peak), largest >= threshold, exposure < largest);
    start = choose(all(waits, any(happens, held, over)), time, start);
  }

  /// Ramp of the rise at `time` [s], 0 to 1. A rise of 0 is complete at `start`.
  MARKETMIMIC_HD float ramp(float time) const {
    const float since = time - start;
    const float fraction = since / exact::max(rise, 1.0e-3f);
    return exact::clamp(fraction, 0.0f, 1.0f);
  }
  /// What is left after the plateau at `time` [s]: 1 before its end.
  MARKETMIMIC_HD float fade(float time) const {
    return exact::half_life_decay(exact::max(time - start - rise - plateau, 0.0f), half_life);
  }
  /// Envelope at `time` [s], 0 to 1.
  MARKETMIMIC_HD float envelope(float time) const { return ramp(time) * fade(time); }
  /// Log price moved so far at `time` [s].
  MARKETMIMIC_HD float moved(float time) const {
    return displacement * ((1.0f - recovery) * ramp(time) + recovery * envelope(time)) +
           drift * within(time, rise + plateau);
  }
  /// Of the first `seconds` since the start, those gone by at `time` [s].
  MARKETMIMIC_HD float within(float time, float seconds) const { return exact::clamp(time - start, 0.0f, seconds); }
};

/// What all injections of a scenario do to one step; the market knows nothing else of them.
struct Modifiers {
  float log_volatility = 0;
  float log_depth_bid = 0;
  float log_depth_ask = 0;
  float log_spread = 0;
  float log_volume = 0;
  float displacement = 0;    ///< log price, added during this step
  float excitation = 0;      ///< branching ratio of jumps is at least this
  float steered = 0;         ///< how firmly an order book's flow follows `displacement`, 0 to 1
  float lean = 0;            ///< half the log ratio of sellers and buyers in an order book's flow, below 0 for a rise
  float participation = 0;   ///< share of the volume that a seller makes
  float swept = 0;           ///< sold by sweeps during this step [seconds of usual volume]
  float density = 0;         ///< positions sold at new lows [seconds of usual volume per log price]
  std::uint32_t halted = 0;  ///< 1: nothing trades during this step
  std::uint32_t active = 0;  ///< bit per kind acting on this step

  /// Adds the effect of `injection` over the step [time, time + dt); effects act with the envelope at the step's end,
  /// so that a shock shows in the first step it touches.
  MARKETMIMIC_HD void add(const Injection& injection, float time, float dt) {
    const float end = time + dt;
    const float e = injection.envelope(end);
    const bool thinned = end > injection.start - injection.before && time < injection.start;
    const float p = thinned ? (1.0f - e) * injection.log_depth_before : 0.0f;  // gives way to the shock itself
    log_volatility += e * injection.log_volatility;
    log_depth_bid += e * injection.log_depth_bid + p;
    log_depth_ask += e * injection.log_depth_ask + p;
    log_spread += e * injection.log_spread;
    log_volume += e * injection.log_volume;
    displacement += injection.moved(end) - injection.moved(time);
    excitation = exact::max(excitation, e * injection.excitation);
    const bool steers = injection.displacement != 0.0f && end > injection.start;
    const float hold = exact::clamp(10.0f * injection.fade(end) - 0.1f, 0.0f, 1.0f);
    steered = exact::max(steered, exact::max(steers ? hold : 0.0f, e * injection.hold));
    const float fall = exact::max(injection.rise, 1.0f);
    const float falling = injection.within(end, fall) - injection.within(time, fall);
    participation = exact::max(participation, falling > 0.0f ? injection.participation : 0.0f);
    swept += injection.sweep * falling;
    density += e > 0.0f && injection.fade(time) == 1.0f ? injection.density : 0.0f;
    const bool touched = end > injection.start && time < injection.start + injection.plateau;
    halted |= touched ? injection.halts : 0u;
    const bool acting = thinned || e > 0.01f;
    active |= acting ? 1u << (injection.kind & 31u) : 0u;
  }
};

}  // namespace marketmimic
