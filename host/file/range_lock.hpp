#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "host/file/file.hpp"

namespace marketmimic {

/// Holds numbers [first, first + count) of a file against everyone else, also in this process: a lock on a range of its
/// bytes, which need not exist. The system gives it back when the process ends, whatever ends it, and on network file
/// systems too.
class RangeLock {
 public:
  /// Makes the file where it is missing. None where another holds one of the numbers. Error(io).
  static std::optional<RangeLock> take(const std::filesystem::path& file, std::uint64_t first, std::uint64_t count);
  /// The same, but waits.
  static RangeLock wait_for(const std::filesystem::path& file, std::uint64_t first, std::uint64_t count);

 private:
  explicit RangeLock(FileHandle file) : file_(std::move(file)) {}
  FileHandle file_;
};

}  // namespace marketmimic
