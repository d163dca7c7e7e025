#pragma once

#include <cstdint>

#include "host/config/job.hpp"
#include "host/config/limits.hpp"
#include "host/config/names.hpp"

namespace marketmimic {

/// Effects every kind can have besides its own.
template <class Visitor>
void describe_side_effects(Visitor& v, PerturbationRule& r, const RealLimits& depth, const RealLimits& spread) {
  std::uint32_t side = static_cast<std::uint32_t>(r.side);
  v.range("depth", r.depth, depth, "factor on the size of the book's levels");
  v.choice("side", side, kShockSideNames, "of the book that is thinned; mirrored for a move up");
  v.range("spread", r.spread, spread, "factor on the spread");
  v.range("volume", r.volume, {0.01, 1000}, "factor on traded volume");
  r.side = static_cast<ShockSide>(side);
}

template <class Visitor>
void describe_volatility_spike(Visitor& v, PerturbationRule& r) {
  v.range("intensity", r.volatility, {1.5, 20}, "factor on volatility");
  v.range("rise", r.rise, {0, 60}, "time to the full shock [s]");
  v.range("plateau", r.plateau, {0, 7200}, "time in full [s]");
  v.range("half_life", r.half_life, {30, 7200}, "in which it then fades [s]");
  v.range("excitation", r.excitation, {0, 0.95}, "branching ratio of jumps");
  describe_side_effects(v, r, {0.002, 1}, {1, 50});
}

template <class Visitor>
void describe_flash_crash(Visitor& v, PerturbationRule& r) {
  v.range("drop", r.displacement, {0.01, 0.9}, "share of the price that goes", fall_unit);
  v.number("up_probability", r.up_probability, {0, 1}, "that the price goes up by it instead, in logarithms");
  v.range("duration", r.rise, {8, 900}, "time to the bottom [s]");
  v.range("plateau", r.plateau, {0, 3600}, "time at the bottom [s]");
  v.range("recovery", r.recovery, {0, 1}, "share of the move that comes back");
  v.range("half_life", r.half_life, {10, 1800}, "of the recovery and of all side effects [s]");
  v.range("volatility", r.volatility, {1, 20}, "factor on volatility");
  v.range("excitation", r.excitation, {0, 0.95}, "branching ratio of jumps");
  v.range("participation", r.participation, {0, 0.2}, "share of the volume sold by one seller on the way down");
  v.range("sweep", r.sweep, {0, 1000}, "sold by sweeps of the book on the way down [multiples of usual volume]");
  describe_side_effects(v, r, {0.002, 1}, {1, 50});
}

template <class Visitor>
void describe_liquidity_gap(Visitor& v, PerturbationRule& r) {
  v.range("rise", r.rise, {0, 60}, "time to the full gap [s]");
  v.range("duration", r.plateau, {5, 3600}, "time in full [s]");
  v.range("half_life", r.half_life, {1, 1800}, "in which it then closes [s]");
  v.range("volatility", r.volatility, {1, 20}, "factor on volatility");
  v.range("excitation", r.excitation, {0, 0.95}, "branching ratio of jumps");
  describe_side_effects(v, r, {0.002, 0.5}, {2, 50});
}

template <class Visitor>
void describe_news(Visitor& v, PerturbationRule& r) {
  v.range("before", r.before, {60, 300}, "time of thinned depth before the news [s]");
  v.range("depth_before", r.depth_before, {0.002, 1}, "factor on depth in that time, both sides");
  v.range("jump", r.displacement, {0, 5}, "size of the move [daily standard deviations of the market]");
  v.number("up_probability", r.up_probability, {0, 1}, "that it goes up");
  v.range("rise", r.rise, {0, 3600}, "time the move takes [s]");
  v.range("plateau", r.plateau, {0, 7200}, "time the other effects last in full [s]");
  v.range("recovery", r.recovery, {0, 1}, "share of the move that comes back");
  v.range("half_life", r.half_life, {30, 7200}, "in which the effects then fade [s]");
  v.range("volatility", r.volatility, {1, 20}, "factor on volatility");
  v.range("excitation", r.excitation, {0.5, 0.95}, "branching ratio of jumps");
  describe_side_effects(v, r, {0.002, 1}, {1, 50});
}

template <class Visitor>
void describe_halt(Visitor& v, PerturbationRule& r) {
  v.range("duration", r.plateau, {1, 3600}, "in which nothing trades [s]; every step it touches is one of them");
  v.range("half_life", r.half_life, {1, 7200}, "in which the effects of the re-opening fade [s]");
  v.range("volatility", r.volatility, {1, 20}, "factor on volatility at the re-opening");
  v.range("excitation", r.excitation, {0, 0.95}, "branching ratio of jumps");
  describe_side_effects(v, r, {0.002, 1}, {1, 50});
}

template <class Visitor>
void describe_liquidation_cascade(Visitor& v, PerturbationRule& r) {
  v.range("drop", r.displacement, {0.01, 0.9}, "share of the price that goes", fall_unit);
  v.range("duration", r.rise, {30, 7200}, "time to the bottom [s]");
  v.range("plateau", r.plateau, {0, 3600}, "time at the bottom [s]");
  v.range("density", r.density, {0, 3600}, "positions given up at new lows [seconds of usual volume, a percent]",
          percent_unit);
  v.range("recovery", r.recovery, {0, 1}, "share of the move that comes back");
  v.range("half_life", r.half_life, {10, 7200}, "of the recovery and of all side effects [s]");
  v.range("volatility", r.volatility, {1, 20}, "factor on volatility");
  v.range("excitation", r.excitation, {0, 0.95},
          "branching ratio of jumps; a diffusion's new lows feed themselves by it");
  describe_side_effects(v, r, {0.002, 1}, {1, 50});
}

template <class Visitor>
void describe_climate(Visitor& v, PerturbationRule& r) {
  v.range("drift", r.drift, {-1, 1}, "of the log price a day", day_unit);
  v.number("hold", r.hold, {0, 1}, "how firmly an order book keeps to that path");
  v.range("rise", r.rise, {0, 86'400}, "time to the full effect [s]");
  v.range("duration", r.plateau, {0, 1e11}, "time in full [s]");
  v.range("half_life", r.half_life, {1, 86'400}, "in which it then fades [s]");
  v.range("volatility", r.volatility, {0.1, 20}, "factor on volatility");
  v.range("excitation", r.excitation, {0, 0.95}, "branching ratio of jumps");
  describe_side_effects(v, r, {0.002, 10}, {0.1, 50});
}

/// What a shock waits for besides its time.
template <class Visitor>
void describe_trigger(Visitor& v, PerturbationRule& r) {
  v.choice("trigger", r.trigger, kTriggerNames, "what it waits for from its time on");
  v.set("events", r.events, kMarketEventNames, "market_event: one of these holds");
  v.number("exposure", r.threshold, {0, 10}, "exposure, peak: |exposure| reached, in largest positions");
  const bool waits = r.trigger == static_cast<std::uint32_t>(Trigger::market_event);
  v.require(!waits || r.events != 0, "events", "must name what trigger = \"market_event\" waits for");
}

/// Shows every key of a [[perturbation]] to a visitor; which there are depends on its kind, and on whether there are
/// several assets. A `fresh` entry gets the defaults of the kind once that is known.
template <class Visitor>
void describe_perturbation(Visitor& v, PerturbationEntry& e, bool fresh, std::uint32_t assets) {
  std::uint32_t kind = fresh ? kPerturbationKinds : e.rule.kind;  // the file must name it
  v.choice("kind", kind, kPerturbationNames, "of the shock");
  if (fresh) e = default_perturbation(static_cast<PerturbationKind>(kind));
  if (assets > 1) v.number("asset", e.asset, {0, assets - 1}, "that is hit; others are by contagion");
  v.number("count", e.count, {1, kMaxInjections}, "injections drawn from this table in each scenario");
  v.number("probability", e.rule.probability, {0, 1}, "that a scenario gets one of them, each");
  e.start_is_share = v.alternative("at", "at_share", e.start_is_share);
  if (e.start_is_share)
    v.range("at_share", e.rule.start, {0, 1}, "when it begins, as a share of the horizon; or `at` in seconds");
  else
    v.range("at", e.rule.start, {0, 1e11}, "when it begins [s]; or `at_share` of the horizon");
  describe_trigger(v, e.rule);
  switch (static_cast<PerturbationKind>(kind)) {
    case PerturbationKind::volatility_spike:
      return describe_volatility_spike(v, e.rule);
    case PerturbationKind::flash_crash:
      return describe_flash_crash(v, e.rule);
    case PerturbationKind::liquidity_gap:
      return describe_liquidity_gap(v, e.rule);
    case PerturbationKind::news:
      return describe_news(v, e.rule);
    case PerturbationKind::halt:
      return describe_halt(v, e.rule);
    case PerturbationKind::liquidation_cascade:
      return describe_liquidation_cascade(v, e.rule);
    case PerturbationKind::climate:
      return describe_climate(v, e.rule);
  }
}

}  // namespace marketmimic
