#include "host/file/folder_lock.hpp"

#include <fmt/format.h>

#include <system_error>

#include "host/error.hpp"

namespace marketmimic {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Error(ExitCode::io, fmt::format("can't create the folder {}: {}", folder.string(), error.message()));
  lock_ = RangeLock::take(folder / ".lock", 0, 1);
  if (!lock_)
    throw Error(ExitCode::exists, fmt::format("{} is in use by another process; wait for it", folder.string()));
}

}  // namespace marketmimic
