#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "host/file/file.hpp"
#include "host/run/shard.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// A published shard of a run, read by offsets alone: no HDF5 library meets the file.
class StoredShard {
 public:
  /// Shard `index` of the run in `folder`. Error(io) where it is missing, or not of the size and about the scenarios
  /// that it was published with.
  StoredShard(const Simulation& simulation, const std::filesystem::path& folder, std::uint64_t index);

  /// Whether the shard was published (its .json is, last): an interrupted run lacks some.
  static bool published(const Simulation& simulation, const std::filesystem::path& folder, std::uint64_t index);

  const Scenarios& scenarios() const { return info_.scenarios; }

  /// Elements [first, first + count) of dataset `path`, which holds values of type T. Error(io) where the shard has no
  /// such dataset or ends before.
  template <class T>
  std::vector<T> read(const std::string& path, std::uint64_t first, std::uint64_t count) const {
    const std::uint64_t place = place_of(path, first, count, sizeof(T));  // before memory is asked for
    std::vector<T> values(count);
    file_.read_at(place, std::as_writable_bytes(std::span(values)));
    return values;
  }

  /// Error(io): the file holds what no shard can.
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  std::uint64_t place_of(const std::string& path, std::uint64_t first, std::uint64_t count, std::size_t size) const;

  std::filesystem::path file_name_;
  ShardInfo info_;
  InputFile file_;
};

}  // namespace marketmimic
