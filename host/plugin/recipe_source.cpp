#include "host/plugin/recipe_source.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>
#include <system_error>
#include <vector>

#include "host/error.hpp"
#include "host/run/recipe.hpp"

namespace marketmimic {
namespace {

namespace fs = std::filesystem;

/// HDF5 does not tell a filter which file it reads; the system does.
std::vector<fs::path> folders_of_open_shards(const std::string& identity) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc/self/fd", error)) {
    const fs::path file = fs::read_symlink(entry.path(), error);
    if (!error && file.filename().string().starts_with(identity.substr(0, 8))) folders.push_back(file.parent_path());
  }
  return folders;
}

std::vector<fs::path> folders_of_environment() {
  std::vector<fs::path> folders;
  const char* const value = std::getenv("MARKETMIMIC_JOBS");
  std::istringstream list(value == nullptr ? "" : value);
  for (std::string folder; std::getline(list, folder, ':');) {
    if (!folder.empty()) folders.emplace_back(folder);
  }
  return folders;
}

}  // namespace

fs::path find_recipe(const std::string& identity) {
  std::vector<fs::path> folders = folders_of_open_shards(identity);
  const std::vector<fs::path> more = folders_of_environment();
  folders.insert(folders.end(), more.begin(), more.end());
  const fs::path name = fs::path(recipe_name(identity)).filename();
  for (const fs::path& folder : folders) {
    std::error_code error;
    if (fs::exists(folder / name, error)) return folder / name;
  }
  throw Error(ExitCode::input_data,
              fmt::format("{} is not beside the shards; name its folder in MARKETMIMIC_JOBS", name.string()));
}

}  // namespace marketmimic
