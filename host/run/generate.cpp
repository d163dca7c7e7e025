#include "host/run/generate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>

#include "host/error.hpp"
#include "host/run/columns.hpp"
#include "host/run/cpu_engine.hpp"
#include "host/run/dataset.hpp"
#include "host/run/production.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/workforce.hpp"

namespace marketmimic {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

bool asked_to_stop(const GenerateOptions& options, Clock::time_point start) {
  if (options.time_limit > 0 && seconds_since(start) >= options.time_limit) return true;
  return options.stop != nullptr && options.stop->load();
}

/// Free bytes on the disk of `folder`, or of the nearest parent that exists; none where the system does not tell.
std::optional<std::uint64_t> free_disk(std::filesystem::path folder) {
  std::error_code error;
  folder = std::filesystem::absolute(folder, error);
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  const std::filesystem::space_info space = std::filesystem::space(folder, error);
  if (error) return std::nullopt;
  return space.available;
}

void check_disk(const std::filesystem::path& out, std::uint64_t bytes) {
  const std::uint64_t available = free_disk(out).value_or(bytes);
  if (bytes <= available) return;
  throw Error(ExitCode::io,
              fmt::format("{} has room for {:.1f} MB, the run takes {:.1f} MB; free some space or choose "
                          "another folder",
                          out.string(), 1e-6 * static_cast<double>(available), 1e-6 * static_cast<double>(bytes)));
}

}  // namespace

GenerateResult generate(const Simulation& simulation, const std::filesystem::path& out,
                        const GenerateOptions& options) {
  const Clock::time_point start = Clock::now();
  const Schema schema = schema_of(simulation);
  const Plan plan = plan_of(simulation);
  const std::uint64_t wanted = simulation.job.stop.successes;  // takes so many scenarios at least
  check_disk(out, (wanted == 0 ? plan.scenarios : std::min(wanted, plan.scenarios)) * schema.scenario_bytes());
  const Workforce force = hire(simulation, schema, plan, options);
  create_run_folder(out, simulation);

  Production production(simulation, schema, out, plan);
  const auto watch = [&](std::uint64_t done) {
    if (options.progress) options.progress({done, plan.scenarios});
    return !asked_to_stop(options, start);
  };
  const bool complete = production.run(force.engines, watch);
  const std::vector<ShardInfo>& shards = production.shards();
  if (!complete) {
    throw Error(ExitCode::interrupted, fmt::format("interrupted: {} of {} shards are complete in {}", shards.size(),
                                                   plan.shards(), out.string()));
  }

  GenerateResult result;
  const Plan& made = production.plan();
  for (std::uint64_t i = 0; i < made.datasets(); ++i) {
    const Scenarios part = made.dataset_shards(i);
    result.datasets.push_back(
        write_dataset(simulation, schema, out, made, i, std::span(shards).subspan(part.first, part.count)));
  }
  result.summary = production.summary();
  result.identity = simulation.identity;
  result.device = force.device;
  result.threads = static_cast<unsigned>(force.engines.size());
  result.steps = made.scenarios * simulation.job.steps;
  result.shards = shards.size();
  for (const ShardInfo& shard : shards) result.bytes += shard.bytes;
  result.seconds = seconds_since(start);
  write_finished_run(out, made, shards, {result.device, result.threads, result.seconds, result.summary.all.successes});
  return result;
}

Estimate estimate(const Simulation& simulation, const std::filesystem::path& out, const GenerateOptions& options) {
  const Schema schema = schema_of(simulation);
  const Plan plan = plan_of(simulation);
  const Workforce force = hire(simulation, schema, plan, options);
  Estimate e;
  e.scenarios = plan.scenarios;
  e.steps = plan.scenarios * simulation.job.steps;
  e.shards = plan.shards();
  e.scenario_bytes = schema.scenario_bytes();
  e.bytes = e.scenario_bytes * e.scenarios;
  e.free_disk = free_disk(out).value_or(0);
  const std::size_t scratch = ShardWriter::scratch_bytes(schema);
  for (const auto& engine : force.engines) e.memory += engine->memory() + scratch;

  ScenarioEngine& engine = *force.engines.front();
  const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(engine.capacity(), plan.scenarios));
  const Clock::time_point start = Clock::now();
  engine.run(0, count);
  const double batches = static_cast<double>(plan.scenarios) / count / static_cast<double>(force.engines.size());
  e.seconds = seconds_since(start) * batches;
  return e;
}

}  // namespace marketmimic
