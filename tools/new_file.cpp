#include "tools/new_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "host/error.hpp"

namespace marketmimic {
namespace {

/// The file a name leads to, however it is written.
std::filesystem::path place(const std::filesystem::path& name) {
  std::error_code failed;
  const std::filesystem::path absolute = std::filesystem::absolute(name, failed).lexically_normal();
  if (failed) return name;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(absolute, failed);
  return failed ? absolute : resolved;
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::filesystem::path& victim) {
  throw Error(ExitCode::usage,
              fmt::format("{} would overwrite {}; choose another name", file.string(), victim.string()));
}

}  // namespace

void require_new_file(const std::filesystem::path& file, bool force) {
  std::error_code ignored;
  const auto kind = std::filesystem::symlink_status(file, ignored).type();
  if (kind == std::filesystem::file_type::directory)
    throw Error(ExitCode::exists, fmt::format("{} is a folder; give the name of a file", file.string()));
  if (kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::none && !force)
    throw Error(ExitCode::exists,
                fmt::format("{} exists; choose another name, or --force to replace it", file.string()));
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (::access(folder.c_str(), W_OK | X_OK) == 0 && std::filesystem::is_directory(folder, ignored)) return;
  const int reason = errno == 0 ? ENOTDIR : errno;
  throw Error(ExitCode::io, fmt::format("can't write into {}: {}", folder.string(), std::strerror(reason)));
}

void require_other_file(const std::filesystem::path& file, const std::vector<std::filesystem::path>& others) {
  for (const std::filesystem::path& other : others) {
    if (place(file) == place(other)) refuse(file, other);
  }
}

void require_outside(const std::filesystem::path& file, const std::filesystem::path& folder) {
  const std::filesystem::path here = place(file), there = place(folder);
  if (std::mismatch(there.begin(), there.end(), here.begin(), here.end()).first == there.end()) refuse(file, folder);
}

}  // namespace marketmimic
