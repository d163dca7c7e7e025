#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "host/file/file.hpp"
#include "host/run/chunking.hpp"
#include "host/run/regenerator.hpp"
#include "host/run/shard.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// The bytes of a published shard's datasets as if they lay there in one piece, however the shard stores them. No HDF5
/// library meets the file. Thread-safe.
class ShardPayload {
 public:
  /// Everything passed by reference must outlive it.
  ShardPayload(const Simulation& simulation, const ShardInfo& info, const InputFile& file);

  /// What is wrong with bytes [at, at + bytes) of a dataset: there is none of that path, or it ends before. Empty where
  /// nothing is.
  std::string problem(const std::string& path, std::uint64_t at, std::uint64_t bytes) const;
  /// Bytes [at, at + out.size()) of a dataset. Returns what is wrong with the shard, which may also be damaged there.
  /// Error(io) where reading fails.
  std::string read(const std::string& path, std::uint64_t at, std::span<std::byte> out) const;

 private:
  /// Bytes of a dataset, or at least from where it begins to the end of the file; none where there is none.
  std::optional<std::uint64_t> size(const std::string& path) const;
  /// In recipe_datasets(); their number where it is none of them.
  std::size_t number(const std::string& path) const;
  std::string read_chunks(std::size_t dataset, std::uint64_t at, std::span<std::byte> out) const;
  std::string read_column(std::size_t dataset, std::uint64_t at, std::span<std::byte> out) const;
  std::string read_rows(std::size_t dataset, std::uint64_t at, std::span<std::byte> out) const;

  const Simulation& simulation_;
  const ShardInfo& info_;
  const InputFile& file_;
  Schema schema_;
  std::vector<std::string> datasets_;
  mutable std::mutex mutex_;  ///< for all below
  mutable std::optional<Regenerator> regenerator_;
  mutable std::pair<std::size_t, std::uint64_t> inflated_ = {~std::size_t{0}, 0};  ///< dataset and chunk
  mutable std::vector<std::byte> chunk_;                                           ///< that one
};

}  // namespace marketmimic
