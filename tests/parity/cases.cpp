#include "tests/parity/cases.hpp"

#include <cmath>

namespace marketmimic::parity {
namespace {

/// The context of one market at one step length, with the default rules for the rest.
ScenarioContext<Diffusion> context_of(const DiffusionParameters& market, std::uint32_t steps, std::uint32_t levels) {
  ScenarioContext<Diffusion> c;
  c.dt = 60;
  c.steps = steps;
  c.levels = levels;
  c.market = DiffusionStep::of(market, c.dt, levels);
  c.detectors = DetectorStep::of(DetectorParameters{});
  c.money_per_half = 0.005f;
  c.seed = 0x1234567890abcdefull;
  return c;
}

std::uint32_t kind(PrimitiveKind k) { return static_cast<std::uint32_t>(k); }

}  // namespace

std::unique_ptr<Case> market_alone() {
  auto result = std::make_unique<Case>();
  result->name = "market_alone";
  result->context = context_of(DiffusionParameters{}, 100, 10);
  return result;
}

std::unique_ptr<Case> everything() {
  DiffusionParameters market;
  market.volatility = 2.0e-4f;
  market.drift = 1.0e-8f;
  market.leverage = -0.4f;
  market.memory = 0.3f;
  market.jump_rate = 5.0e-5f;
  market.jump_mean = -1.0e-3f;
  market.jump_branching = 0.6f;
  market.regimes = 3;
  market.regime[0] = {-0.3f, 0.0f, 1.0e-4f};
  market.regime[1] = {0.0f, 1.0e-6f, 2.0e-4f};
  market.regime[2] = {0.7f, -2.0e-6f, 4.0e-4f};
  for (std::uint32_t hour = 0; hour < kHoursOfDay; ++hour) {
    market.season_log_volatility[hour] = 0.3f * std::sin(0.26f * static_cast<float>(hour));
    market.season_log_volume[hour] = 0.5f * std::cos(0.26f * static_cast<float>(hour));
  }
  market.book.depth_lots = 40;

  auto result = std::make_unique<Case>();
  result->name = "everything";
  ScenarioContext<Diffusion>& c = result->context;
  c = context_of(market, 288, 7);
  c.bar_steps = 5;
  c.execution = {7550, 2516, 0.2f};

  const std::uint32_t up = event_bit(MarketEvent::trend_up), down = event_bit(MarketEvent::trend_down);
  const std::uint32_t wild = event_bit(MarketEvent::volatility_break) | event_bit(MarketEvent::crash);
  result->forcing.assign(2 * kForcingEntries, 0.0f);  // the first table is zero
  for (std::uint32_t i = 0; i < kForcingEntries; ++i)
    result->forcing[kForcingEntries + i] = 0.2f * std::sin(0.0123f * static_cast<float>(i));
  result->primitives = {
      {kind(PrimitiveKind::bull_market_entry), up | wild, 2400, 1200, 0.0f, 0.6f, 1.2f, 0.5f, kForcingEntries},
      {kind(PrimitiveKind::breakout_entry), 0, 1800, 900, 0.6f, 1.0f, 0.9f, 1.0f, 0},
      {kind(PrimitiveKind::stop_loss_trail), down | wild, 1800, 600, 1.0f, 0.0f, 2.0f, 0.7f, kForcingEntries},
      {kind(PrimitiveKind::bear_market_entry), 0, 3000, 1500, 0.0f, -1.0f, 1.0f, 0.0f, kForcingEntries},
      {kind(PrimitiveKind::position_flip), up, 3000, 1500, -1.0f, 0.8f, 1.0f, 0.4f, 0},
      {kind(PrimitiveKind::take_profit_scale_out), 0, 6000, 1500, 0.8f, 0.0f, 0.7f, 0.3f, 0},
  };
  result->cycles = {{0, 3, 6000, 1}, {3, 3, 12000, 1}, {3, 2, 90000, 0}};
  c.strategy = {result->primitives.data(), result->cycles.data(), result->forcing.data(), 3};

  c.injections = kMaxInjections;
  for (std::uint32_t k = 0; k < kMaxInjections; ++k) {
    PerturbationRule& r = c.perturbations[k];
    r.kind = k % kPerturbationKinds;
    r.probability = 0.4f;
    r.start = {0, 15000};
    r.rise = {0, 300};
    r.plateau = {0, 600};
    r.half_life = {60, 1200};
    r.volatility = {1, 4};
    r.depth = {0.05f, 1};
    r.spread = {1, 5};
    r.volume = {1, 3};
    r.displacement = {0, 0.03f};
    r.up_probability = 0.3f;
    r.recovery = {0, 1};
    r.excitation = {0, 0.9f};
    r.before = {0, 300};
    r.depth_before = {0.2f, 1};
    r.side = static_cast<ShockSide>(k / kPerturbationKinds);
  }
  return result;
}

}  // namespace marketmimic::parity
