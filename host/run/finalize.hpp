#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "host/run/plan.hpp"
#include "host/run/simulation.hpp"
#include "host/run/summary.hpp"

namespace marketmimic {

/// A run that holds all it should.
struct FinishedRun {
  Plan plan;  ///< of what it holds: a stop rule may have ended it early
  RunSummary summary;
  std::uint64_t bytes = 0;                      ///< of all shards
  std::vector<std::filesystem::path> datasets;  ///< dataset.h5, and more where there are many shards
};

/// Whether every shard that the run is to have is there.
bool all_published(const Simulation& simulation, const std::filesystem::path& folder);

/// The dataset files alone; every shard must be there. Error(io).
std::vector<std::filesystem::path> write_datasets(const Simulation& simulation, const std::filesystem::path& folder);
/// run.json as it was: of a finished run where every shard is there, with its dataset files, whose checksums only
/// run.json held. Error(io).
void restore_run_json(const Simulation& simulation, const std::filesystem::path& folder);

/// Writes the dataset files and run.json of a run whose shards are all there; may be called again, also by several
/// processes. Error(interrupted) where shards are missing, Error(io).
FinishedRun finalize(const Simulation& simulation, const std::filesystem::path& folder);

}  // namespace marketmimic
