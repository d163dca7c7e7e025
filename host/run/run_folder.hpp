#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "host/run/plan.hpp"
#include "host/run/shard.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// How a run went; told in run.json, no part of its identity.
struct RunRecord {
  std::string device;
  unsigned threads = 0;
  double seconds = 0;
  std::uint64_t successes = 0;
};

/// The division into shards that `simulation` and its columns lead to.
Plan plan_of(const Simulation& simulation);

/// Makes the folder with its inputs and a run.json that lists no shards yet. Error(exists) where it holds anything
/// already, Error(io).
void create_run_folder(const std::filesystem::path& folder, const Simulation& simulation);

/// Replaces run.json by that of the finished run, which holds `shards`: all of `plan`.
void write_finished_run(const std::filesystem::path& folder, const Plan& plan, std::span<const ShardInfo> shards,
                        const RunRecord& record);

/// Adds a published shard to the run's journal.
void journal_shard(const std::filesystem::path& folder, const ShardInfo& shard);

/// What a run folder says of itself.
struct RunState {
  std::string identity;
  bool complete = false;
  std::uint64_t scenarios = 0, successes = 0;  ///< of a complete run
};
/// None where `folder` holds no run.json. Error(io) where that is damaged.
std::optional<RunState> run_state(const std::filesystem::path& folder);

/// The simulation a run folder was made from, finished or not; of a run that a stop rule ended, its `scenarios` are
/// those that were made. Error(io) where it is no run folder or a file of it is damaged; Error(verification_failed)
/// where its inputs, or this program's rules, are not those it was made with.
Simulation open_run(const std::filesystem::path& folder);

}  // namespace marketmimic
