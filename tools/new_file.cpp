#include "tools/new_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "host/error.hpp"

namespace marketmimic {

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

}  // namespace marketmimic
