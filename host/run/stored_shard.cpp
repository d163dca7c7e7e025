#include "host/run/stored_shard.hpp"

#include <fmt/format.h>

#include <system_error>

#include "host/error.hpp"
#include "host/run/run_folder.hpp"

namespace marketmimic {
namespace {

std::filesystem::path file_of(const Simulation& simulation, const std::filesystem::path& folder, std::uint64_t index) {
  return folder / shard_name(simulation.identity, index);
}

}  // namespace

StoredShard::StoredShard(const Simulation& simulation, const std::filesystem::path& folder, std::uint64_t index)
    : file_name_(file_of(simulation, folder, index)),
      info_(read_shard_info(shard_info_file(file_name_))),
      file_(file_name_),
      payload_(simulation, info_, file_) {
  const bool same = info_.identity == simulation.identity && info_.scenarios == plan_of(simulation).shard(index);
  if (!same || file_.size() != info_.bytes) refuse("it is not as it was published");
}

bool StoredShard::published(const Simulation& simulation, const std::filesystem::path& folder, std::uint64_t index) {
  std::error_code ignored;
  return std::filesystem::exists(shard_info_file(file_of(simulation, folder, index)), ignored);
}

bool StoredShard::usable(const Simulation& simulation, const std::filesystem::path& folder, std::uint64_t index) {
  if (!published(simulation, folder, index)) return false;
  try {
    const StoredShard shard(simulation, folder, index);
    return true;
  } catch (const Error&) {
    return false;
  }
}

void StoredShard::refuse(const std::string& what) const {
  throw Error(ExitCode::io,
              fmt::format("{}: {}; marketmimic verify --repair makes it again", file_name_.string(), what));
}

void StoredShard::require(const std::string& path, std::uint64_t first, std::uint64_t count, std::size_t size) const {
  constexpr std::uint64_t most = std::uint64_t{1} << 50;  // further than any file reaches
  const bool small = first < most && count < most;
  const std::string wrong = payload_.problem(path, small ? first * size : most, small ? count * size : most);
  if (!wrong.empty()) refuse(wrong);
}

}  // namespace marketmimic
