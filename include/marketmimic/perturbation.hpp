#pragma once

#include <cstdint>

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// Kinds of shock; bit `1 << kind` marks the kind in `/labels/perturbation`. Append only.
enum class PerturbationKind : std::uint32_t { volatility_spike = 0, flash_crash = 1, liquidity_gap = 2, news = 3 };
inline constexpr std::uint32_t kPerturbationKinds = 4;

/// Most injections a scenario can hold.
inline constexpr std::uint32_t kMaxInjections = 16;

/// One shock as it acts on a market. The kind is a label only: every kind is the same envelope with other effects, so
/// that kinds compose and lanes do not diverge.
///
/// Envelope e(t): 0 before `start`, linear to 1 over `rise`, 1 for `plateau`, then halved every `half_life`.
/// The price is moved by D ((1 - R) ramp(t) + R e(t)): D in full once risen, of which the share R comes back.
struct Injection {
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
    return displacement * ((1.0f - recovery) * ramp(time) + recovery * envelope(time));
  }
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
    steered = exact::max(steered, steers ? hold : 0.0f);
    const bool acting = thinned || e > 0.01f;
    active |= acting ? 1u << (injection.kind & 31u) : 0u;
  }
};

}  // namespace marketmimic
