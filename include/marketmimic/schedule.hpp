#pragma once

#include <cstdint>

#include "marketmimic/draws.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/perturbation.hpp"

namespace marketmimic {

/// An interval to draw from; low == high fixes the value.
struct Range {
  float low = 0, high = 0;

  MARKETMIMIC_HD float uniform(std::uint32_t word) const { return low + open_uniform(word) * (high - low); }
  /// Uniform in the logarithm; the logarithm is returned. 0 < low <= high.
  MARKETMIMIC_HD float log_uniform(std::uint32_t word) const {
    const float a = exact::log(low), b = exact::log(high);
    return a + open_uniform(word) * (b - a);
  }
};

/// Which side of the book a shock thins; for a move up, bid and ask change places: the side the price moves into.
enum class ShockSide : std::uint32_t { both = 0, bid = 1, ask = 2, random = 3 };

/// Distributions from which one injection of each scenario is drawn; a job lists up to kMaxInjections of them.
struct PerturbationRule {
  std::uint32_t kind = 0;
  float probability = 1.0f;        ///< that a scenario gets it
  Range start;                     ///< [s] since the scenario began
  Range rise, plateau;             ///< [s] >= 0
  Range half_life{1.0f, 1.0f};     ///< [s] > 0
  Range volatility{1.0f, 1.0f};    ///< factor > 0, drawn log-uniformly like every factor
  Range depth{1.0f, 1.0f};         ///< factor > 0
  Range spread{1.0f, 1.0f};        ///< factor > 0
  Range volume{1.0f, 1.0f};        ///< factor > 0
  Range displacement;              ///< size of the move in log price, >= 0
  float up_probability = 0;        ///< that it goes up
  Range recovery;                  ///< share that comes back, 0 to 1
  Range excitation;                ///< branching ratio of jumps, 0 to 0.95
  Range before;                    ///< [s] of thinned depth before the start
  Range depth_before{1.0f, 1.0f};  ///< factor > 0
  ShockSide side = ShockSide::both;
  Range drift;                ///< [log price / s]
  Range participation;        ///< of a seller, 0 to 0.5
  Range sweep;                ///< [multiples of usual volume]
  Range density;              ///< [seconds of usual volume per log price]
  float hold = 0;             ///< as Injection
  std::uint32_t halts = 0;    ///< 1: nothing trades during the plateau
  std::uint32_t trigger = 0;  ///< Trigger; else than time, it waits from `start` on
  std::uint32_t events = 0;   ///< bits of MarketEvent
  float threshold = 0;        ///< of |exposure|

  /// The injection of one scenario at `slot` (its place in the job's list); one that does not come has no effect and
  /// starts never.
  MARKETMIMIC_HD Injection draw(const Stream& stream, std::uint32_t slot, std::uint32_t asset = 0) const {
    const Words a = stream.draw(Draw::schedule, 0, asset, 8u * slot),
                b = stream.draw(Draw::schedule, 0, asset, 8u * slot + 1u);
    const Words c = stream.draw(Draw::schedule, 0, asset, 8u * slot + 2u),
                d = stream.draw(Draw::schedule, 0, asset, 8u * slot + 3u),
                e = stream.draw(Draw::schedule, 0, asset, 8u * slot + 4u);
    const bool comes = open_uniform(a.a) < probability;
    Injection i;
    i.kind = kind;
    i.start = i.from = never;
    if (!comes) return i;
    const float begins = start.uniform(a.b);
    i.trigger = trigger;
    i.from = begins;
    i.events = events;
    i.threshold = threshold;
    i.start = trigger == 0u ? begins : never;
    i.rise = rise.uniform(a.c);
    i.plateau = plateau.uniform(a.d);
    i.half_life = half_life.uniform(b.a);
    i.log_volatility = volatility.log_uniform(b.b);
    i.log_spread = spread.log_uniform(b.c);
    i.log_volume = volume.log_uniform(b.d);
    const float sign = open_uniform(c.a) < up_probability ? 1.0f : -1.0f;
    i.displacement = sign * displacement.uniform(c.b);
    i.recovery = recovery.uniform(c.c);
    i.excitation = excitation.uniform(c.d);
    i.before = before.uniform(d.a);
    i.log_depth_before = depth_before.log_uniform(d.b);
    i.drift = drift.uniform(e.a);
    i.participation = participation.uniform(e.b);
    i.sweep = sweep.uniform(e.c);
    i.density = density.uniform(e.d);
    i.hold = hold;
    i.halts = halts;
    const float thin = depth.log_uniform(d.c);
    const bool mirrored = i.displacement > 0.0f;
    const bool only_bid = side == ShockSide::bid || (side == ShockSide::random && (d.d & 1u) == 0u);
    const bool only_ask = side == ShockSide::ask || (side == ShockSide::random && (d.d & 1u) != 0u);
    i.log_depth_bid = (mirrored ? only_bid : only_ask) ? 0.0f : thin;
    i.log_depth_ask = (mirrored ? only_ask : only_bid) ? 0.0f : thin;
    return i;
  }

  static constexpr float never = Injection::never;
};

}  // namespace marketmimic
