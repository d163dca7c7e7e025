#pragma once

#include <filesystem>

#include "host/file/file.hpp"

namespace marketmimic {

/// Holds a folder for one process: a lock on the file `.lock` in it, which the system gives back when the process ends,
/// whatever ends it.
class FolderLock {
 public:
  /// Makes the folder where it is missing. Error(exists) where another process holds it, Error(io).
  explicit FolderLock(const std::filesystem::path& folder);

 private:
  FileHandle file_;
};

}  // namespace marketmimic
