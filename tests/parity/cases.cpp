#include "tests/parity/cases.hpp"

#include <cmath>
#include <random>

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

std::unique_ptr<Case> anything(std::uint32_t seed) {
  std::mt19937 random(seed);
  // One draw in four is a limit: that is where rules saturate.
  const auto in = [&](float low, float high) {
    const float u = std::uniform_real_distribution<float>(0.0f, 1.0f)(random);
    return u < 0.125f ? low : (u > 0.875f ? high : low + (high - low) * (u - 0.125f) / 0.75f);
  };
  const auto spread = [&](float low, float high) { return std::exp(in(std::log(low), std::log(high))); };
  const auto whole = [&](std::uint32_t low, std::uint32_t high) {
    return std::uniform_int_distribution<std::uint32_t>(low, high)(random);
  };

  DiffusionParameters market;
  market.volatility = spread(1e-6f, 1e-2f);
  market.drift = in(-1e-6f, 1e-6f);
  market.slow_rate = spread(1e-7f, 1e-3f);
  market.slow_sd = in(0, 2);
  market.fast_rate = spread(1e-3f, 1);
  market.fast_sd = in(0, 2);
  market.leverage = in(-0.99f, 0.99f);
  market.slow_leverage = in(-0.99f, 0.99f);
  market.memory = in(-0.9f, 2);
  market.memory_rate = spread(1e-5f, 1);
  market.jump_rate = in(0, 1e-2f);
  market.jump_mean = in(-0.01f, 0.01f);
  market.jump_sd = in(0, 0.05f);
  market.jump_branching = in(0, 0.95f);
  market.jump_decay = spread(1e-5f, 1);
  market.regimes = whole(1, kMaxRegimes);
  for (Regime& r : market.regime) r = {in(-1, 1), in(-1e-6f, 1e-6f), spread(1e-7f, 1e-1f)};
  market.volume_rate = spread(1e-3f, 1e6f);
  market.volume_beta = in(0, 3);
  market.volume_gamma = in(0, 1);
  market.volume_move_rate = spread(1e-5f, 10);
  market.volume_factor_sd = in(0, 2);
  market.volume_noise_sd = in(0, 2);
  market.trade_lots = spread(1e-2f, 1e4f);
  market.impact = in(0, 5);
  market.impact_permanent = in(0, 1);
  market.impact_half_life = spread(1, 1e6f);
  market.book.spread_ticks = spread(1, 1000);
  market.book.spread_exponent = in(0, 2);
  market.book.depth_lots = spread(1, 1e6f);
  market.book.depth_exponent = in(0, 2);
  market.book.depth_slope = in(-2, 2);
  market.book.level_gap_ticks = static_cast<std::int32_t>(whole(1, 50));
  market.initial_mid_half_ticks = static_cast<std::int32_t>(spread(200, 2.0e7f));

  auto result = everything();
  result->name = "anything";
  ScenarioContext<Diffusion>& c = result->context;
  c.dt = static_cast<float>(whole(1, 3600));
  c.steps = 64;
  c.levels = whole(1, 12);
  c.bar_steps = whole(1, 5);
  c.random_clock = whole(0, 1);
  c.clock = whole(0, kSecondsOfDay - 1);
  c.seed = random();
  c.market = DiffusionStep::of(market, c.dt, c.levels);
  c.execution = {static_cast<std::int32_t>(whole(0, 65535)), static_cast<std::int32_t>(whole(0, 65535)), in(0, 1)};
  c.adaptation.peak_lots = static_cast<std::int32_t>(spread(1, 1e6f));
  c.adaptation.participation = in(0, 1);
  c.adaptation.phase_stopping = in(0, 100);
  for (Primitive& p : result->primitives) {
    p.tau *= c.dt / 60;
    p.duration *= c.dt / 60;
    p.aggressiveness = in(0, 1);
  }
  for (Cycle& cycle : result->cycles) cycle.duration *= c.dt / 60;
  for (PerturbationRule& r : c.perturbations) {
    const float horizon = c.dt * static_cast<float>(c.steps);
    r.start = {0, horizon};
    r.rise = {0, in(0, horizon)};
    r.plateau = {0, in(0, horizon)};
    r.half_life = {1, spread(1, 1e6f)};
    r.volatility = {spread(0.05f, 1), spread(1, 20)};
    r.depth = {spread(0.002f, 1), 1};
    r.spread = {1, spread(1, 50)};
    r.displacement = {0, in(0, 0.9f)};
    r.excitation = {0, in(0, 0.95f)};
    r.before = {0, in(0, horizon)};
  }
  return result;
}

}  // namespace marketmimic::parity
