#include <algorithm>

#include "host/config/job.hpp"
#include "host/config/limits.hpp"
#include "marketmimic/diffusion.hpp"

namespace marketmimic {
namespace {

Range fixed(float value) { return {value, value}; }

void make_volatility_spike(PerturbationRule& r) {
  r.volatility = fixed(4.0f);
  r.rise = fixed(30.0f);
  r.half_life = fixed(600.0f);
  r.volume = fixed(3.0f);
}

// 2010-05-06: 5 % in 4.5 minutes, hardly a bid left, most regained in 20 minutes.
void make_flash_crash(PerturbationRule& r) {
  r.displacement = fixed(fall_unit.stored(0.06));
  r.rise = fixed(270.0f);
  r.recovery = fixed(0.8f);
  r.half_life = fixed(600.0f);
  r.volatility = fixed(4.0f);
  r.depth = {0.01f, 0.05f};
  r.side = ShockSide::bid;
  r.spread = fixed(5.0f);
  r.volume = fixed(8.0f);
  r.participation = fixed(0.09f);
}

void make_liquidity_gap(PerturbationRule& r) {
  r.depth = fixed(0.05f);
  r.spread = fixed(5.0f);
  r.plateau = fixed(300.0f);
  r.half_life = fixed(30.0f);
}

// Scheduled news (FOMC): about 20 % of the usual depth just before, then a move and self-exciting jumps.
void make_news(PerturbationRule& r) {
  r.before = fixed(180.0f);
  r.depth_before = fixed(0.2f);
  r.displacement = {0.0f, 2.0f};
  r.up_probability = 0.5f;
  r.excitation = fixed(0.7f);
  r.volatility = fixed(3.0f);
  r.half_life = fixed(1200.0f);
  r.volume = fixed(4.0f);
  r.spread = fixed(2.0f);
}

// The circuit breakers of 2013 and later: five minutes; what waited trades at the re-opening.
void make_halt(PerturbationRule& r) {
  r.halts = 1;
  r.plateau = fixed(300.0f);
  r.half_life = fixed(60.0f);
  r.volatility = fixed(2.0f);
  r.volume = fixed(3.0f);
}

// 2025-10-10: most of the liquidations within 40 minutes, depth gone.
void make_liquidation_cascade(PerturbationRule& r) {
  r.displacement = fixed(fall_unit.stored(0.1));
  r.rise = fixed(2400.0f);
  r.density = fixed(percent_unit.stored(60));
  r.recovery = fixed(0.5f);
  r.half_life = fixed(1800.0f);
  r.excitation = fixed(0.9f);
  r.volatility = fixed(2.0f);
  r.depth = {0.02f, 0.1f};
  r.side = ShockSide::bid;
  r.spread = fixed(3.0f);
  r.volume = fixed(3.0f);
}

void make_climate(PerturbationRule& r) {
  r.start = fixed(0.0f);
  r.plateau = fixed(1.0e11f);
  r.half_life = fixed(600.0f);
  r.hold = 0.1f;
}

}  // namespace

PerturbationEntry default_perturbation(PerturbationKind kind) {
  PerturbationEntry entry;
  PerturbationRule& rule = entry.rule;
  rule.kind = static_cast<std::uint32_t>(kind);
  rule.start = {0.25f, 0.75f};
  entry.start_is_share = true;
  switch (kind) {
    case PerturbationKind::volatility_spike:
      make_volatility_spike(rule);
      break;
    case PerturbationKind::flash_crash:
      make_flash_crash(rule);
      break;
    case PerturbationKind::liquidity_gap:
      make_liquidity_gap(rule);
      break;
    case PerturbationKind::news:
      make_news(rule);
      break;
    case PerturbationKind::halt:
      make_halt(rule);
      break;
    case PerturbationKind::liquidation_cascade:
      make_liquidation_cascade(rule);
      break;
    case PerturbationKind::climate:
      make_climate(rule);
      break;
  }
  return entry;
}

PerturbationRule resolved_rule(const PerturbationEntry& entry, float horizon, float volatility) {
  const auto scaled = [](const Range& range, float unit) { return Range{range.low * unit, range.high * unit}; };
  PerturbationRule rule = entry.rule;
  if (entry.start_is_share) rule.start = scaled(rule.start, horizon);
  if (rule.kind == static_cast<std::uint32_t>(PerturbationKind::news))
    rule.displacement = scaled(rule.displacement, volatility * exact::sqrt(static_cast<float>(kSecondsOfDay)));
  return rule;
}

PerturbationRule at_severity(PerturbationRule rule, float severity) {
  if (severity == 1.0f) return rule;
  const auto raise = [&](Range& factor, float least, float most) {
    for (float* const end : {&factor.low, &factor.high})
      *end = exact::clamp(exact::power(*end, severity), std::min(least, *end), std::max(most, *end));
  };
  const auto scale = [&](Range& size, float most) {
    for (float* const end : {&size.low, &size.high}) *end = exact::min(*end * severity, std::max(most, *end));
  };
  // Never beyond what a job file may ask for (describe_perturbation.hpp), or asks for.
  raise(rule.volatility, 0.05f, 20.0f);
  raise(rule.depth, 0.002f, 10.0f);
  raise(rule.depth_before, 0.002f, 1.0f);
  raise(rule.spread, 0.1f, 50.0f);
  raise(rule.volume, 0.01f, 1000.0f);
  scale(rule.displacement, fall_unit.stored(0.9));
  scale(rule.excitation, 0.95f);
  scale(rule.participation, 0.2f);
  scale(rule.sweep, 1000.0f);
  const float steepest = day_unit.stored(1);
  for (float* const end : {&rule.drift.low, &rule.drift.high})
    *end = exact::clamp(*end * severity, std::min(-steepest, *end), std::max(steepest, *end));
  scale(rule.density, percent_unit.stored(3600));
  rule.hold = std::min(rule.hold * severity, std::max(1.0f, rule.hold));
  if (rule.halts != 0) scale(rule.plateau, 3600.0f);
  if (severity == 0.0f) rule.probability = 0;  // an order book's flow can tell a shock without size from none
  return rule;
}

}  // namespace marketmimic
