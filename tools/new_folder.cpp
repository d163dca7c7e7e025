#include "tools/new_folder.hpp"

#include <fmt/format.h>

#include <system_error>

#include "host/error.hpp"

namespace marketmimic {

void require_new_folder(const std::filesystem::path& folder, bool force,
                        const std::function<bool(const std::string&)>& is_result) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::symlink_status(folder, error);
  if (!std::filesystem::exists(status)) return;
  if (!std::filesystem::is_directory(status))
    throw Error(ExitCode::exists, fmt::format("{} is no folder; choose another name", folder.string()));
  if (!force)
    throw Error(ExitCode::exists,
                fmt::format("{} exists; choose another folder, or --force to replace it", folder.string()));
  std::filesystem::recursive_directory_iterator entry(folder, error);
  for (const std::filesystem::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    if (entry->is_directory() && !entry->is_symlink()) continue;
    if (!is_result(entry->path().filename().string()))
      throw Error(ExitCode::exists,
                  fmt::format("{} was not written by an export, so --force does not remove it; choose "
                              "another folder",
                              entry->path().string()));
  }
  if (error) throw Error(ExitCode::io, fmt::format("can't look into {}: {}", folder.string(), error.message()));
}

}  // namespace marketmimic
