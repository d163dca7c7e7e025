#include "host/file/folder_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "host/error.hpp"

namespace marketmimic {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Error(ExitCode::io, fmt::format("can't create the folder {}: {}", folder.string(), error.message()));
  const std::filesystem::path file = folder / ".lock";
  file_ = FileHandle(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  const bool locked = file_.get() >= 0 && ::flock(file_.get(), LOCK_EX | LOCK_NB) == 0;
  if (locked) return;
  if (file_.get() >= 0 && errno == EWOULDBLOCK)
    throw Error(ExitCode::exists, fmt::format("{} is in use by another process; wait for it", folder.string()));
  throw Error(ExitCode::io, fmt::format("can't lock {}: {}", file.string(), std::strerror(errno)));
}

}  // namespace marketmimic
