#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

#include "host/run/generate.hpp"
#include "host/run/plan.hpp"
#include "host/run/simulation.hpp"
#include "marketmimic/dmp.hpp"

namespace marketmimic {

/// Simulated by the CPU's threads.
inline GenerateOptions on_cpu(unsigned threads = 2, Entry entry = Entry::fresh) {
  GenerateOptions options;
  options.device = Device::cpu;
  options.threads = threads;
  options.entry = entry;
  return options;
}

/// A demonstration made up for tests: in, half out, out and short, back; with market and passive orders.
inline Strategy sample_strategy() {
  Strategy s;
  const float exposures[] = {0.0f, 1.0f, 0.5f, -0.6f, 0.0f};
  const PrimitiveKind kinds[] = {PrimitiveKind::bull_market_entry, PrimitiveKind::take_profit_scale_out,
                                 PrimitiveKind::position_flip, PrimitiveKind::hold};
  for (std::uint32_t i = 0; i < 4; ++i) {
    Primitive p;
    p.kind = static_cast<std::uint32_t>(kinds[i]);
    p.trigger = i == 1 ? event_bit(MarketEvent::trend_up) : 0u;
    p.duration = 600;
    p.tau = 300;
    p.start = exposures[i];
    p.goal = exposures[i + 1];
    p.aggressiveness = 0.5f;
    s.primitives.push_back(p);
    s.start_ms.push_back(600'000 * std::int64_t{i});
    s.exposure.push_back(exposures[i]);
  }
  s.cycles = {{0, 4, 2400, 1}};
  s.forcing.assign(kForcingEntries, 0.0f);
  s.aggressiveness.assign(4, {});
  s.aggressiveness_error.assign(4, 0.5f);
  s.fit_error.assign(4, 0.01f);
  s.orders.assign(4, 1);
  s.events.assign(4, 0);
  s.evidence.assign(4, 0);
  s.confidence.assign(4, 1);
  s.frames.assign(4, {100, 0.01f, 5, 0.01f, 20});
  s.weights.assign(4, 0);
  s.cycle_peak = {0.5};
  s.exposure_first = {0, 4};
  s.demonstrations = {{.cycles = 1}};
  s.symbol = "EXAMPLE";
  s.provenance = "made up for tests";
  return s;
}

/// A small job with every kind of shock, some of which need not come.
inline Job sample_job() {
  Job job;
  job.scenarios = 100;
  job.steps = 60;
  job.levels = 5;
  job.seed = 7;
  job.shard_mebibytes = 1;
  for (std::uint32_t kind = 0; kind < kPerturbationKinds; ++kind) {
    PerturbationEntry entry = default_perturbation(static_cast<PerturbationKind>(kind));
    entry.rule.probability = kind == 1 ? 1.0f : 0.5f;
    entry.count = kind == 2 ? 2 : 1;
    job.perturbations.push_back(entry);
  }
  return job;
}

inline Simulation sample_simulation(const Job& job = sample_job()) {
  return prepare(job, MarketFile{}, sample_strategy());
}

inline Simulation sample_market(const Job& job = sample_job()) { return prepare(job, MarketFile{}, std::nullopt); }

inline std::vector<std::uint64_t> all_shards(const Simulation& simulation) {
  std::vector<std::uint64_t> shards(plan_of(simulation).shards());
  std::iota(shards.begin(), shards.end(), std::uint64_t{0});
  return shards;
}

}  // namespace marketmimic
