#pragma once

#include <cmath>
#include <vector>

#include "host/run/record_layout.hpp"
#include "marketmimic/diffusion.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {

/// A job of usual size: 288 steps of a minute, 10 levels, one shock of each kind in a scenario, a plan of six
/// primitives in two cycles, every column recorded.
struct SampleJob {
  std::vector<Primitive> primitives;
  std::vector<Cycle> cycles;
  std::vector<float> forcing;
  std::vector<RecordColumn> columns;
  ScenarioContext<Diffusion> context;

  SampleJob() {
    ScenarioContext<Diffusion>& c = context;
    c.dt = 60;
    c.steps = 288;
    c.levels = 10;
    c.bar_steps = 5;
    c.market = DiffusionStep::of(DiffusionParameters{}, c.dt, c.levels);
    c.detectors = DetectorStep::of(DetectorParameters{});
    c.execution = {7550, 2516};
    c.money_per_half = 0.005f;
    c.seed = 1;

    const std::uint32_t up = event_bit(MarketEvent::trend_up), down = event_bit(MarketEvent::trend_down);
    const auto kind = [](PrimitiveKind k) { return static_cast<std::uint32_t>(k); };
    forcing.assign(2 * kForcingEntries, 0.0f);
    for (std::uint32_t i = 0; i < kForcingEntries; ++i)
      forcing[kForcingEntries + i] = 0.1f * std::sin(0.0123f * static_cast<float>(i));
    primitives = {
        {kind(PrimitiveKind::bull_market_entry), up, 2400, 1200, 0.0f, 0.6f, 1.2f, 0.5f, kForcingEntries},
        {kind(PrimitiveKind::hold), 0, 1800, 900, 0.6f, 0.6f, 0.9f, 0.0f, 0},
        {kind(PrimitiveKind::take_profit_scale_out), 0, 3000, 900, 0.6f, 0.0f, 1.0f, 0.2f, kForcingEntries},
        {kind(PrimitiveKind::bear_market_entry), down, 3000, 1500, 0.0f, -1.0f, 1.0f, 0.5f, kForcingEntries},
        {kind(PrimitiveKind::position_flip), up, 3000, 1500, -1.0f, 0.8f, 1.0f, 0.5f, kForcingEntries},
        {kind(PrimitiveKind::stop_loss_trail), 0, 3000, 1500, 0.8f, 0.0f, 0.7f, 0.8f, 0},
    };
    cycles = {{0, 3, 7200, 1}, {3, 3, 9000, 1}};
    c.strategy = {primitives.data(), cycles.data(), forcing.data(), 2, {}, nullptr, 0, {}, nullptr, nullptr, 0};

    c.injections = kPerturbationKinds;
    for (std::uint32_t k = 0; k < kPerturbationKinds; ++k) {
      PerturbationRule& r = c.perturbations[k];
      r.kind = k;
      r.start = {0, 15000};
      r.rise = {0, 60};
      r.half_life = {300, 1200};
      r.volatility = {1, 4};
      r.depth = {0.05f, 1};
      r.displacement = {0, 0.06f};
      r.recovery = {0, 1};
    }

    const std::uint32_t t = c.steps, l = c.levels;
    columns = {{&Record::observations, t + 1, kObservations},
               {&Record::actions, t, kActions},
               {&Record::rewards, t},
               {&Record::open, t},
               {&Record::high, t},
               {&Record::low, t},
               {&Record::close, t},
               {&Record::bid_price, t, l},
               {&Record::ask_price, t, l},
               {&Record::bid_size, t, l},
               {&Record::ask_size, t, l},
               {&Record::volume, t},
               {&Record::trades, t},
               {&Record::primitive, t},
               {&Record::source, t},
               {&Record::phase, t},
               {&Record::target, t},
               {&Record::goal, t},
               {&Record::exposure_lots, t},
               {&Record::cash, t},
               {&Record::standing, t},
               {&Record::market_event, t},
               {&Record::perturbation, t},
               {&Record::regime, t},
               {&Record::order_lots, t, 2},
               {&Record::fill_lots, t, 2},
               {&Record::fill_notional, t, 2},
               {&Record::fill_fee, t, 2}};
  }
  SampleJob(const SampleJob&) = delete;
  SampleJob& operator=(const SampleJob&) = delete;
};

}  // namespace marketmimic
