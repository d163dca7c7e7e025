#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/run/generate.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// Something in a run folder that is not as it was published.
struct Damage {
  std::string file;  ///< relative to the folder
  std::string what;  ///< `it is missing`, `block 12 of 256 (bytes ... to ...): /market/close_half_ticks`
  std::optional<std::uint64_t> shard;  ///< that is to be made again; none: a file that follows from the others
};

struct Verification {
  Plan plan;                    ///< of the shards that are looked for
  bool complete = false;        ///< run.json lists them all: none may be missing
  std::uint64_t published = 0;  ///< shards that are there, damaged ones included
  std::uint64_t bytes = 0;      ///< read
  std::vector<Damage> damage;   ///< by file
};

struct VerifyOptions {
  bool quick = false;                       ///< sizes and first blocks, which hold the headers, alone
  unsigned threads = 0;                     ///< 0: one a core
  std::function<void(double)> progress;     ///< share of the shards that were looked at; from any thread
  const std::atomic<bool>* stop = nullptr;  ///< set it to end early
};

/// A run folder as its checksums say it should be: the simulation behind it, and whether run.json itself is damaged.
struct CheckedRun {
  Simulation simulation;
  bool run_json_damaged = false;
};
/// The simulation of the run by run.json, or by the folder's inputs where that is damaged. Error(verification_failed)
/// where an input is damaged, which nothing can replace; Error(io) where `folder` holds no run.
CheckedRun open_damaged_run(const std::filesystem::path& folder);

/// Compares every file with its checksums. Writes nothing. Error(interrupted), Error(io) where a file can't be read for
/// another reason than damage.
Verification verify(const CheckedRun& run, const std::filesystem::path& folder, const VerifyOptions& options);

/// Makes again what is damaged, byte for byte, and nothing else. Error(verification_failed) where a shard does not come
/// out as run.json says; Error(exists) while another process works on the run; else as generate().
void repair(const CheckedRun& run, const std::filesystem::path& folder, const Verification& found,
            const GenerateOptions& options);

}  // namespace marketmimic
