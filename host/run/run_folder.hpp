#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/run/plan.hpp"
#include "host/run/shard.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// The division into shards that `simulation` and its columns lead to.
Plan plan_of(const Simulation& simulation);

/// What a process may find where it begins to work.
enum class Entry {
  fresh,   ///< nothing: the folder is made, or is empty
  join,    ///< that, or a run of the same job
  extend,  ///< that, or a run of the same job with fewer scenarios
};

/// That this version of the program made the run. Error(resume_mismatch).
void require_same_program(const std::filesystem::path& folder);
/// Makes sure, under the lock of shards or of the folder, that a run is still that of `simulation`'s job: another
/// process may have extended it since. A run.json that is missing or damaged tells nothing. Error(resume_mismatch).
void require_same_job(const std::filesystem::path& folder, const Simulation& simulation);

/// Makes the folder of shards where it is missing. Error(io).
void make_shards_folder(const std::filesystem::path& folder);

/// Makes the folder with its inputs and a run.json that lists no shards yet, or makes sure that it belongs to
/// `simulation`. Several processes may do so at a time.
///
/// Error(exists) where it holds anything else; Error(resume_mismatch) where it holds a run of another job, other
/// inputs or other rules, and tells the differences; Error(io).
void enter_run_folder(const std::filesystem::path& folder, const Simulation& simulation, Entry entry);

/// Writes what readers of a `recipe` run simulate it from, beside its shards. Error(io).
void write_recipe_file(const std::filesystem::path& folder, const Simulation& simulation);

/// Writes the run.json of a run that is being made. Error(io).
void write_begun_run(const std::filesystem::path& folder, const Simulation& simulation);
/// Writes that of the finished run, which holds all shards of `plan`. What it tells follows from the folder alone.
/// Error(io).
void write_finished_run(const std::filesystem::path& folder, const Simulation& simulation, const Plan& plan,
                        std::uint64_t successes);

/// A file that a run was made from.
struct RunInput {
  std::string file;      ///< within the folder
  std::string checksum;  ///< XXH3-128
};

/// What a run folder says of itself.
struct RunState {
  std::string identity;
  std::string job;      ///< job_text()
  std::string version;  ///< of this program, that made it
  std::vector<RunInput> inputs;
  bool complete = false;
  std::uint64_t scenarios = 0, successes = 0;  ///< of a complete run
};
/// None where `folder` holds no run.json. Error(io) where that is damaged.
std::optional<RunState> run_state(const std::filesystem::path& folder);

/// The simulation a run folder was made from, finished or not; of a run that a stop rule ended, its `scenarios` are
/// those that were made. Error(io) where it is no run folder or a file of it is damaged; Error(verification_failed)
/// where its inputs, or this program's rules, are not those it was made with.
Simulation open_run(const std::filesystem::path& folder);
/// The same from the folder's inputs alone, without run.json: what is stated there is not compared with. Order books
/// that correlate take minutes.
Simulation run_from_inputs(const std::filesystem::path& folder);

/// Shards of `range` that are not there as published. Temporary files that other processes left are not looked at.
std::vector<std::uint64_t> missing_shards(const Simulation& simulation, const std::filesystem::path& folder,
                                          const Scenarios& range);
/// How many shards seem to be there: files, unopened.
std::uint64_t published_files(const std::filesystem::path& folder);
/// Removes what processes that were killed have left of shards of `range`; nobody may be at work on them.
void remove_unpublished(const Simulation& simulation, const std::filesystem::path& folder, const Scenarios& range);
/// The same of run.json and the dataset files, and of inputs.
void remove_unpublished(const std::filesystem::path& folder);

}  // namespace marketmimic
