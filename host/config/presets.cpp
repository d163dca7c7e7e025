#include "host/config/job.hpp"
#include "host/config/unit.hpp"

namespace marketmimic {
namespace {

Range exactly(float value) { return {value, value}; }

struct Factors {
  float volatility = 1, depth = 1, spread = 1, volume = 1;
};

/// A lasting state from the start to the end.
PerturbationEntry climate(double daily_drift, float hold, const Factors& factors) {
  PerturbationEntry entry = default_perturbation(PerturbationKind::climate);
  entry.rule.drift = exactly(day_unit.stored(daily_drift));
  entry.rule.hold = hold;
  entry.rule.volatility = exactly(factors.volatility);
  entry.rule.depth = exactly(factors.depth);
  entry.rule.spread = exactly(factors.spread);
  entry.rule.volume = exactly(factors.volume);
  return entry;
}

/// 2010-05-06: 5 % in 4.5 minutes to a seller at 9 % of the volume, bid depth below 1 % of the morning's; a pause of 5
/// s ended it, and most was regained in 20 minutes.
std::vector<PerturbationEntry> flash_crash_2010() {
  PerturbationEntry crash = default_perturbation(PerturbationKind::flash_crash);
  crash.rule.displacement = exactly(fall_unit.stored(0.05));
  crash.rule.depth = exactly(0.01f);
  crash.rule.half_life = exactly(300.0f);
  PerturbationEntry pause = default_perturbation(PerturbationKind::halt);
  pause.rule.start = exactly(0.0f);
  pause.rule.trigger = static_cast<std::uint32_t>(Trigger::market_event);
  pause.rule.events = event_bit(MarketEvent::crash);
  pause.rule.plateau = exactly(5.0f);
  return {crash, pause};
}

/// Binance.US, 2021-10-21: 87 % in 13 s at 743 times the usual volume, and back.
std::vector<PerturbationEntry> wick_2021() {
  PerturbationEntry wick = default_perturbation(PerturbationKind::flash_crash);
  wick.rule.displacement = exactly(fall_unit.stored(0.87));
  wick.rule.rise = exactly(13.0f);
  wick.rule.recovery = exactly(1.0f);
  wick.rule.half_life = exactly(10.0f);
  wick.rule.participation = exactly(0.0f);
  wick.rule.sweep = exactly(743.0f);
  wick.rule.volume = exactly(1.0f);
  return {wick};
}

/// 2025-10-10: depth down by 98 %, 70 % of the liquidations within 40 minutes.
std::vector<PerturbationEntry> cascade_2025() {
  PerturbationEntry cascade = default_perturbation(PerturbationKind::liquidation_cascade);
  cascade.rule.displacement = exactly(fall_unit.stored(0.13));
  cascade.rule.depth = exactly(0.02f);
  return {cascade};
}

}  // namespace

std::vector<PerturbationEntry> preset(std::size_t index) {
  const std::string_view name = kPresetNames.at(index);
  if (name == "calm") return {climate(0, 0, {.volatility = 0.5f, .depth = 1.5f, .volume = 0.8f})};
  if (name == "bull") return {climate(0.05, 0.1f, {.volume = 1.2f})};
  if (name == "bear") return {climate(-0.05, 0.1f, {.volatility = 1.3f, .volume = 1.2f})};
  if (name == "sideways") return {climate(0, 0.3f, {.volatility = 0.8f})};
  if (name == "high-volatility") return {climate(0, 0, {.volatility = 3, .depth = 0.5f, .spread = 2, .volume = 2})};
  if (name == "illiquid") return {climate(0, 0, {.depth = 0.2f, .spread = 3, .volume = 0.4f})};
  if (name == "flash-crash-2010") return flash_crash_2010();
  if (name == "wick-2021") return wick_2021();
  if (name == "cascade-2025") return cascade_2025();
  return {default_perturbation(PerturbationKind::news)};
}

}  // namespace marketmimic
