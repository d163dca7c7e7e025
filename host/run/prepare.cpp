#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "host/error.hpp"
#include "host/run/hash.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {
namespace {

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitCode::usage, line); }

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// The largest position in lots.
std::int32_t peak_lots(const Job& job, const MarketFile& market, const Strategy* strategy) {
  if (job.peak == 0 && strategy == nullptr) return job.adaptation.peak_lots;
  const double peak = job.peak > 0 ? job.peak : median(strategy->cycle_peak);
  const double lots = std::max(1.0, std::round(peak / market.lot));
  constexpr double most = 1.0e8;
  if (!(lots <= most)) {
    refuse(
        fmt::format("the largest position, {:g} {}, is {:.0f} lots; at most {:.0f} are possible: set a smaller "
                    "strategy.peak or a larger lot in the market file",
                    peak, market.asset, lots, most));
  }
  return static_cast<std::int32_t>(lots);
}

std::uint32_t steps_a_bar(const Job& job, std::uint32_t bar_seconds) {
  if (job.step_seconds >= bar_seconds) return 1;
  if (bar_seconds % job.step_seconds != 0) {
    refuse(fmt::format("a bar of {} s is no whole number of steps of {} s; choose a step that divides it", bar_seconds,
                       job.step_seconds));
  }
  return bar_seconds / job.step_seconds;
}

std::int32_t fee_units(double share) { return static_cast<std::int32_t>(std::lround(share * (1 << kFeeShift))); }

/// Money stays exact: see prepare(). The mid can rise to 1.6e9 half ticks above its start (diffusion.hpp), and the
/// book reaches further.
void check_range(const Simulation& simulation) {
  const Job& job = simulation.job;
  const DiffusionParameters& p = simulation.market.diffusion;
  const double highest_mid = 0.5 * (1.6e9 + p.initial_mid_half_ticks);
  const double highest = 1.25 * highest_mid + static_cast<double>(job.levels) * p.book.level_gap_ticks;
  const double position = double{job.adaptation.inventory_limit} * simulation.context.adaptation.peak_lots;
  const double order = 2 * position + 1;  // from one limit to the other
  const double most = std::ldexp(1.0, 62) / (2.0 * job.steps) / highest;
  if (order <= most) return;
  refuse(
      fmt::format("a largest position of {} lots is too large for exact accounting over {} steps: at most {:.0f} lots "
                  "at this price; set a smaller strategy.peak, or a larger lot or tick in the market file",
                  simulation.context.adaptation.peak_lots, job.steps,
                  std::floor((most - 1) / (2.0 * job.adaptation.inventory_limit))));
}

template <class T>
void add_values(Hash& hash, const std::vector<T>& values) {
  const std::uint64_t count = values.size();
  hash.add(std::as_bytes(std::span(&count, 1)));
  hash.add(std::as_bytes(std::span(values)));
}

/// What of a strategy can change a recorded value.
void add_strategy(Hash& hash, const Strategy& strategy) {
  static_assert(sizeof(Primitive) == 9 * 4 && sizeof(Cycle) == 4 * 4, "no padding: the bytes are the values");
  add_values(hash, strategy.primitives);
  add_values(hash, strategy.cycles);
  add_values(hash, strategy.forcing);
  add_values(hash, strategy.cycle_peak);
  hash.add(std::as_bytes(std::span(&strategy.bar_seconds, 1)));
}

std::string identity_of(const Simulation& simulation) {
  Hash hash;
  hash.add_text("marketmimic");
  hash.add(std::as_bytes(std::span(&kRulesVersion, 1)));
  hash.add_text(job_text(simulation.job));
  MarketFile market = simulation.market;
  market.provenance.clear();  // says where the values came from and changes none
  hash.add_text(market_text(market));
  if (simulation.strategy) add_strategy(hash, *simulation.strategy);
  return hash.hex();
}

}  // namespace

Simulation prepare(Job job, MarketFile market, std::optional<Strategy> strategy) {
  check_job(job);
  if (strategy) check_strategy(*strategy, "strategy");
  Simulation s;
  s.job = std::move(job);
  s.market = std::move(market);
  if (strategy) s.strategy = std::make_shared<const Strategy>(std::move(*strategy));

  ScenarioContext<Diffusion>& c = s.context;
  c.dt = static_cast<float>(s.job.step_seconds);
  c.steps = s.job.steps;
  c.levels = s.job.levels;
  c.seed = s.job.seed;
  c.random_clock = s.job.random_clock ? 1u : 0u;
  c.clock = s.job.clock;
  c.bar_steps = steps_a_bar(s.job, s.strategy ? s.strategy->bar_seconds : s.market.bar_seconds);
  c.market = DiffusionStep::of(s.market.diffusion, c.dt, c.levels);
  c.execution = {fee_units(s.job.taker_fee), fee_units(s.job.maker_fee), s.job.latency, s.job.passive_share};
  c.detectors = DetectorStep::of(s.job.detectors);
  c.adaptation = s.job.adaptation;
  c.adaptation.peak_lots = peak_lots(s.job, s.market, s.strategy.get());
  c.success = s.job.success;
  c.money_per_half = static_cast<float>(0.5 * s.market.tick * s.market.lot);
  if (s.strategy) c.strategy = s.strategy->view();
  const float horizon = c.dt * static_cast<float>(c.steps);
  for (const PerturbationEntry& entry : s.job.perturbations) {  // check_job() saw to it that they fit
    const PerturbationRule rule = resolved_rule(entry, horizon, s.market.diffusion.volatility);
    for (std::uint32_t i = 0; i < entry.count; ++i) c.perturbations[c.injections++] = rule;
  }
  if (s.strategy) check_range(s);
  s.identity = identity_of(s);
  return s;
}

}  // namespace marketmimic
