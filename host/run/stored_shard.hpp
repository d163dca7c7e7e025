#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "host/file/file.hpp"
#include "host/run/shard.hpp"
#include "host/run/shard_payload.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// A published shard of a run: no HDF5 library meets the file.
class StoredShard {
 public:
  /// Shard `index` of the run in `folder`. Error(io) where it is missing, or not of the size and about the scenarios
  /// that it was published with.
  StoredShard(const Simulation& simulation, const std::filesystem::path& folder, std::uint64_t index);

  /// Whether the shard was published (its .json is, last): an interrupted run lacks some.
  static bool published(const Simulation& simulation, const std::filesystem::path& folder, std::uint64_t index);
  /// Whether the shard is there as it was published, as far as its .json, its size and its place in the run tell.
  static bool usable(const Simulation& simulation, const std::filesystem::path& folder, std::uint64_t index);

  const Scenarios& scenarios() const { return info_.scenarios; }

  /// Elements [first, first + count) of dataset `path`, which holds values of type T. Error(io) where the shard has no
  /// such dataset or ends before.
  template <class T>
  std::vector<T> read(const std::string& path, std::uint64_t first, std::uint64_t count) const {
    require(path, first, count, sizeof(T));  // before memory is asked for
    std::vector<T> values(count);
    const std::string wrong = payload_.read(path, first * sizeof(T), std::as_writable_bytes(std::span(values)));
    if (!wrong.empty()) refuse(wrong);
    return values;
  }

  /// Sets `member` of every row to the elements of `path` from `first` on, which are of type Stored. Error(io) as
  /// read().
  template <class Stored, class Row, class Member>
  void fill(std::vector<Row>& rows, const std::string& path, std::uint64_t first, Member member) const {
    const std::vector<Stored> values = read<Stored>(path, first, rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
      rows[i].*member = static_cast<std::remove_reference_t<decltype(rows[i].*member)>>(values[i]);
  }

  /// Error(io): the file holds what no shard can.
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  void require(const std::string& path, std::uint64_t first, std::uint64_t count, std::size_t size) const;

  std::filesystem::path file_name_;
  ShardInfo info_;
  InputFile file_;
  ShardPayload payload_;
};

}  // namespace marketmimic
