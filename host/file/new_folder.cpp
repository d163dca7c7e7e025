#include "host/file/new_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "host/error.hpp"
#include "host/file/file.hpp"

namespace marketmimic {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* what, const fs::path& folder, const std::error_code& reason) {
  throw Error(ExitCode::io, fmt::format("can't {} {}: {}", what, folder.string(), reason.message()));
}

/// Gives the names in a folder to the disk.
void sync_names(const fs::path& folder) {
  const FileHandle opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) fail("write", folder, {errno, std::generic_category()});
}

}  // namespace

NewFolder::NewFolder(const fs::path& path)
    : path_(path.has_filename() ? path : path.parent_path()),  // not as a shell completes it, with a slash
      parent_(path_.has_parent_path() ? path_.parent_path() : "."),
      temporary_(parent_ / ("." + path_.filename().string() + ".part")) {
  try {
    make_parents();
    std::error_code error;
    fs::remove_all(temporary_, error);  // of a process that was killed
    if (!fs::create_directory(temporary_, error)) fail("create", path_, error);
  } catch (const Error&) {
    remove_all();
    throw;
  }
}

NewFolder::~NewFolder() {
  if (!published_) remove_all();
}

void NewFolder::make_parents() {
  std::error_code error;
  for (fs::path above = parent_; !above.empty() && !fs::exists(above, error); above = above.parent_path())
    made_.push_back(above);
  fs::create_directories(parent_, error);
  if (error) fail("create", parent_, error);
}

void NewFolder::remove_all() noexcept {
  std::error_code ignored;
  fs::remove_all(temporary_, ignored);
  for (const fs::path& above : made_) fs::remove(above, ignored);  // if nothing else is in it
}

void NewFolder::publish() {
  const fs::path old = parent_ / ("." + path_.filename().string() + ".old");
  std::error_code error, ignored;
  if (fs::exists(path_, ignored)) fs::remove_all(old, ignored);  // of a process that was killed; else the only copy
  fs::rename(path_, old, error);
  const bool replaces = !error;
  if (error && error != std::errc::no_such_file_or_directory) fail("replace", path_, error);
  fs::rename(temporary_, path_, error);
  if (error) {
    if (replaces) fs::rename(old, path_, ignored);
    fail("name", path_, error);
  }
  published_ = true;
  sync_names(parent_);
  fs::remove_all(old, error);
  if (error) fail("remove", old, error);
}

}  // namespace marketmimic
