#include "host/run/finalize.hpp"

#include <fmt/format.h>

#include "host/error.hpp"
#include "host/run/dataset.hpp"
#include "host/run/journal.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/run_length.hpp"
#include "host/run/stored_outcomes.hpp"

namespace marketmimic {
namespace {

Plan length_of(const Simulation& simulation, const std::filesystem::path& folder) {
  RunLength length(simulation, folder, plan_of(simulation));
  length.advance();
  return length.plan();
}

/// Of shards that are missing: the first, and how many.
std::string text(const std::vector<std::uint64_t>& missing) {
  return missing.size() == 1 ? fmt::format("shard {} is", missing.front())
                             : fmt::format("shard {} and {} more are", missing.front(), missing.size() - 1);
}

}  // namespace

bool all_published(const Simulation& simulation, const std::filesystem::path& folder) {
  return missing_shards(simulation, folder, {0, length_of(simulation, folder).shards()}).empty();
}

std::vector<std::filesystem::path> write_datasets(const Simulation& simulation, const std::filesystem::path& folder) {
  const Plan plan = length_of(simulation, folder);
  const Schema schema = schema_of(simulation);
  std::vector<std::filesystem::path> datasets;
  for (std::uint64_t i = 0; i < plan.datasets(); ++i) {
    std::vector<ShardInfo> shards;
    const Scenarios part = plan.dataset_shards(i);
    for (std::uint64_t shard = part.first; shard < part.end(); ++shard)
      shards.push_back(read_shard_info(shard_info_file(folder / shard_name(simulation.identity, shard))));
    datasets.push_back(write_dataset(simulation, schema, folder, plan, i, shards));
  }
  return datasets;
}

void restore_run_json(const Simulation& simulation, const std::filesystem::path& folder) {
  if (!all_published(simulation, folder)) return write_begun_run(folder, simulation);
  write_datasets(simulation, folder);
  const Plan plan = length_of(simulation, folder);
  const RunSummary summary = stored_summary(simulation, folder, {0, plan.shards()});
  write_finished_run(folder, simulation, plan, summary.all.successes);
}

FinishedRun finalize(const Simulation& simulation, const std::filesystem::path& folder) {
  const RangeLock lock = Journal(folder).hold_folder();
  require_same_job(folder, simulation);
  remove_unpublished(folder);
  FinishedRun run;
  run.plan = length_of(simulation, folder);
  const std::vector<std::uint64_t> missing = missing_shards(simulation, folder, {0, run.plan.shards()});
  if (!missing.empty())
    throw Error(ExitCode::interrupted, fmt::format("{}: {} not there yet; make them with marketmimic generate --resume",
                                                   folder.string(), text(missing)));
  run.datasets = write_datasets(simulation, folder);
  run.bytes = stored_bytes(simulation, folder, {0, run.plan.shards()});
  run.summary = stored_summary(simulation, folder, {0, run.plan.shards()});
  write_finished_run(folder, simulation, run.plan, run.summary.all.successes);
  return run;
}

}  // namespace marketmimic
