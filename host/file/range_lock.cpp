#include "host/file/range_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "host/error.hpp"

namespace marketmimic {
namespace {

/// Whether the name still leads to this file: another may have taken its place, whose locks are others.
bool is_named(const FileHandle& handle, const std::filesystem::path& file) {
  struct stat held {};
  struct stat named {};
  if (::fstat(handle.get(), &held) != 0) return true;
  if (::stat(file.c_str(), &named) != 0) return errno != ENOENT;
  return held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/// Returns whether the lock was got.
bool lock(const std::filesystem::path& file, FileHandle& handle, int command, std::uint64_t first,
          std::uint64_t count) {
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(first);
  range.l_len = static_cast<off_t>(count);
  int result = -1;
  do {
    handle = FileHandle(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (handle.get() < 0) break;
    do {
      result = ::fcntl(handle.get(), command, &range);
    } while (result != 0 && errno == EINTR);
  } while (result == 0 && !is_named(handle, file));
  if (result == 0) return true;
  if (handle.get() >= 0 && (errno == EAGAIN || errno == EACCES)) return false;
  throw Error(ExitCode::io, fmt::format("can't lock {}: {}", file.string(), std::strerror(errno)));
}

}  // namespace

std::optional<RangeLock> RangeLock::take(const std::filesystem::path& file, std::uint64_t first, std::uint64_t count) {
  FileHandle handle;
  if (!lock(file, handle, F_OFD_SETLK, first, count)) return std::nullopt;
  return RangeLock(std::move(handle));
}

RangeLock RangeLock::wait_for(const std::filesystem::path& file, std::uint64_t first, std::uint64_t count) {
  FileHandle handle;
  lock(file, handle, F_OFD_SETLKW, first, count);
  return RangeLock(std::move(handle));
}

}  // namespace marketmimic
