#pragma once

#include <filesystem>
#include <optional>

#include "host/file/range_lock.hpp"

namespace marketmimic {

/// Holds a folder for one process: a lock on the file `.lock` in it, which the system gives back when the process ends,
/// whatever ends it.
class FolderLock {
 public:
  /// Makes the folder where it is missing. Error(exists) where another process holds it, Error(io).
  explicit FolderLock(const std::filesystem::path& folder);

 private:
  std::optional<RangeLock> lock_;
};

}  // namespace marketmimic
