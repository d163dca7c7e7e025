#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/run/run_folder.hpp"
#include "host/run/simulation.hpp"
#include "host/run/summary.hpp"

namespace marketmimic {

enum class Device { automatic, cpu, cuda };

struct Progress {
  std::uint64_t scenarios = 0;  ///< done, with those that were there before
  std::uint64_t total = 0;      ///< at most, where a stop rule holds
  std::uint64_t before = 0;     ///< were there
  double waiting = 0;           ///< share of the threads' time in which they waited for the disk
  double device_use = 0;        ///< share of the time in which the CPU threads or GPUs simulated
};

/// Some of a run's shards.
struct ShardPart {
  Scenarios range;                      ///< shards, where `parts` is 0
  std::uint64_t number = 0, parts = 0;  ///< else part `number` of so many equal ones

  /// Of a run of so many shards.
  Scenarios of(std::uint64_t shards) const;
};

/// How a job is run; nothing here changes a stored byte of a shard.
struct GenerateOptions {
  unsigned threads = 0;  ///< that simulate and write; 0: one a core
  Device device = Device::automatic;
  std::vector<int> devices;       ///< CUDA devices to use; none: all
  Entry entry = Entry::fresh;     ///< what the folder may hold before
  std::optional<ShardPart> part;  ///< makes these alone, in a folder that other processes work in; none: all shards
  bool finalises = true;          ///< the run, where it is complete then
  unsigned neighbour = 0, neighbours = 1;           ///< of so many processes of the job on this machine
  std::vector<std::vector<std::string>> seen_gpus;  ///< by each of them, as usable_gpus(); none: nobody shares any
  std::function<void(const Progress&)> progress;    ///< called on the caller's thread, about 10 times a second
  const std::atomic<bool>* stop = nullptr;          ///< set it (signal handlers may) to end early
  double time_limit = 0;                            ///< the same after so many seconds; 0: none
};

/// What one rank of an MPI job did.
struct RankTotal {
  std::uint64_t scenarios = 0;  ///< made
  unsigned threads = 0;
  double seconds = 0;                ///< that it was at work
  double waiting = 0;                ///< as of Progress
  std::optional<double> device_use;  ///< as of Progress; none where it had nothing to make
};

struct GenerateResult {
  RunSummary summary;
  std::string identity;
  std::string device;                           ///< that ran the scenarios: "CPU (x86-64-v4)", ...
  unsigned threads = 0;                         ///< of all ranks
  std::vector<RankTotal> ranks;                 ///< of an MPI job, by rank; empty: one process
  std::uint64_t steps = 0;                      ///< of all scenarios
  std::uint64_t made = 0;                       ///< scenarios, this time
  std::uint64_t shards = 0;                     ///< that it holds, or of the part that was to be made
  std::uint64_t planned = 0;                    ///< of the whole run, where no stop rule ends it
  bool complete = false;                        ///< the whole run is there, and finalised
  std::uint64_t bytes = 0;                      ///< of `shards`
  double seconds = 0;                           ///< from start to the last file published
  double waiting = 0;                           ///< as of Progress; of an MPI job over all ranks
  std::optional<double> device_use;             ///< the same; none where nothing was left to make
  std::vector<std::filesystem::path> datasets;  ///< dataset.h5, and more where there are many shards
};

/// Makes the shards of the job that the folder `out` (DESIGN.md, section 5) does not hold yet, or those of a part, and
/// finalises the run once all are there, whoever made them.
///
/// Error(exists) where `out` holds what it may not, or another process is at work on one of the shards;
/// Error(resume_mismatch) where it is a run of another job; Error(io) where the disk is full or writing fails: shards
/// already published stay, files in flight are removed; Error(interrupted) where `stop` was set or the time is up: the
/// same; Error(gpu) where a GPU is asked for and there is none, or it fails; Error(out_of_memory).
GenerateResult generate(const Simulation& simulation, const std::filesystem::path& out, const GenerateOptions& options);

/// What a run will take.
struct Estimate {
  std::uint64_t scenarios = 0, steps = 0;
  std::uint64_t shards = 0;
  std::uint64_t scenario_bytes = 0;  ///< stored for each; of ragged tables and what is compressed as in a trial
  std::uint64_t bytes = 0;           ///< of all shards
  std::uint64_t bytes_left = 0;      ///< of those that are not there yet, about
  std::uint64_t memory = 0;          ///< at most, about
  std::uint64_t free_disk = 0;       ///< where `out` is or will be; 0: not known
  double seconds = 0;                ///< of simulation, from a trial of a few scenarios; writing comes on top
};

/// Plans the run and tries a few scenarios; writes nothing. Error(interrupted) where `stop` was set or the time is up.
Estimate estimate(const Simulation& simulation, const std::filesystem::path& out, const GenerateOptions& options);

}  // namespace marketmimic
