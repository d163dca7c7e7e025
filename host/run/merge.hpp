#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "host/run/simulation.hpp"

namespace marketmimic {

struct MergeOptions {
  std::function<void(double)> progress;     ///< share of the shards that were looked at
  const std::atomic<bool>* stop = nullptr;  ///< set it to end early
};

struct Merged {
  std::uint64_t taken = 0;    ///< shards, from all sources
  std::uint64_t missing = 0;  ///< shards that none had
  bool complete = false;      ///< the run is whole, and finalised
};

/// Takes shards that the run in `folder` lacks from runs of the same scenarios elsewhere, each compared with its
/// checksums on the way, and finalises it where it is then complete. Where `folder` holds nothing it becomes a run of
/// the first source's job. The sources are only read.
///
/// Error(resume_mismatch) where a source, or `folder`, is of other scenarios; Error(verification_failed) where a shard
/// is damaged; Error(exists) while a process works on the run in `folder`, or it is no run; Error(interrupted): call it
/// again; Error(io).
Merged merge(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& sources,
             const MergeOptions& options);

}  // namespace marketmimic
