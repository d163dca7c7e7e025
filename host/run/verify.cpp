#include "host/run/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/run/checksums.hpp"
#include "host/run/journal.hpp"
#include "host/run/recipe.hpp"
#include "host/run/run_files.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/sealed_json.hpp"
#include "host/run/shard.hpp"
#include "host/statistics/parallel.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

bool there(const fs::path& file) {
  std::error_code error;
  return fs::exists(file, error);
}

std::uint64_t size_of(const fs::path& file) { return InputFile(file).size(); }

/// The datasets whose payload lies in bytes [from, until), in words.
std::string contents(const ShardInfo& info, std::uint64_t from, std::uint64_t until) {
  std::vector<std::pair<std::uint64_t, std::string>> places = {{0, "the header"}};
  for (const auto& [path, offset] : info.offsets) places.emplace_back(offset, path);
  for (const auto& [path, extents] : info.chunks) {
    for (const ChunkExtent& extent : extents) places.emplace_back(extent.offset, path);
  }
  std::sort(places.begin(), places.end());
  std::string first;
  std::size_t more = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::uint64_t end = i + 1 == places.size() ? info.bytes : places[i + 1].first;
    if (places[i].first >= until || end <= from) continue;
    first.empty() ? void(first = places[i].second) : void(++more);
  }
  return more == 0 ? first : fmt::format("{} and {} more", first, more);
}

std::string block_text(const ShardInfo& info, std::uint64_t block) {
  const std::uint64_t from = block * kChecksumBlock, until = std::min(from + kChecksumBlock, info.bytes);
  return fmt::format("block {} of {} (bytes {} to {}): {}", block, info.blocks.size(), from, until - 1,
                     contents(info, from, until));
}

/// Looks at the files of one shard.
class ShardCheck {
 public:
  ShardCheck(const CheckedRun& run, const fs::path& folder, const Plan& plan, std::uint64_t index, bool complete)
      : run_(run),
        folder_(folder),
        plan_(plan),
        index_(index),
        complete_(complete),
        name_(shard_name(run.simulation.identity, index)),
        info_name_(shard_info_file(name_).string()) {}

  /// `stated`: the checksum in run.json; empty: not known.
  void check(bool quick, const std::string& stated) {
    const bool has_info = there(folder_ / info_name_), has_file = there(folder_ / name_);
    published = has_info;
    if (!has_info && !complete_) return;  // not made yet; its data may wait for the .json
    if (!has_info) return add(info_name_, "it is missing");
    std::optional<ShardInfo> info = readable_info();
    if (!info) return;
    if (info->identity != run_.simulation.identity || info->file != name_ || info->scenarios != plan_.shard(index_))
      return add(info_name_, "it describes another shard");
    if (!stated.empty() && stated != info->checksum) return add(info_name_, "it is not of the shard in run.json");
    if (!has_file) return add(name_, "it is missing");
    const InputFile file(folder_ / name_);
    if (file.size() != info->bytes)
      return add(name_, fmt::format("it has {} bytes, it was published with {}", file.size(), info->bytes));
    check_blocks(file, *info, quick);
  }

  bool published = false;
  std::uint64_t bytes = 0;
  std::vector<Damage> damage;

 private:
  std::optional<ShardInfo> readable_info() {
    try {
      return read_shard_info(folder_ / info_name_);
    } catch (const Error&) {
      add(info_name_, "it was changed or damaged");
      return std::nullopt;
    }
  }

  void check_blocks(const InputFile& file, const ShardInfo& info, bool quick) {
    const std::uint64_t size = quick ? std::min(info.bytes, kChecksumBlock) : info.bytes;
    const Checksums sums =
        checksums_of(size, [&](std::uint64_t at, std::span<std::byte> block) { file.read_at(at, block); });
    bytes += size;
    for (std::size_t i = 0; i < sums.blocks.size(); ++i) {
      if (i >= info.blocks.size() || sums.blocks[i] != info.blocks[i]) add(name_, block_text(info, i));
    }
  }

  void add(const std::string& file, const std::string& what) { damage.push_back({file, what, index_}); }

  const CheckedRun& run_;
  const fs::path& folder_;
  const Plan& plan_;
  std::uint64_t index_;
  bool complete_;
  std::string name_, info_name_;
};

void check_dataset(const fs::path& folder, const Json& stated, Verification& found) {
  const auto name = stated.at("file").get<std::string>();
  const auto add = [&](const char* what) { found.damage.push_back({name, what, std::nullopt}); };
  if (!there(folder / name)) return add("it is missing");
  if (size_of(folder / name) != whole_number(stated.at("bytes"))) return add("it has another size");
  if (checksum_of_file(folder / name) != stated.at("xxh128").get<std::string>()) add("its bytes are others");
}

void check_recipe(const Simulation& simulation, const fs::path& folder, Verification& found) {
  const std::string name = recipe_name(simulation.identity);
  if (!there(folder / name)) return found.damage.push_back({name, "it is missing", std::nullopt});
  if (read_text(folder / name) != recipe_text(simulation))
    found.damage.push_back({name, "it was changed or damaged", std::nullopt});
}

void check_other_files(const CheckedRun& run, const fs::path& folder, const Json& stated, Verification& found) {
  if (run.run_json_damaged) found.damage.push_back({kRunJson, "it was changed or damaged", std::nullopt});
  if (!stated.is_null()) {
    const bool same = there(folder / kJobInput) && checksum_of_file(folder / kJobInput) ==
                                                       stated.at("inputs").at("job").at("xxh128").get<std::string>();
    if (!same) found.damage.push_back({kJobInput, "it was changed or damaged", std::nullopt});
  }
  if (run.simulation.job.store == Store::recipe) check_recipe(run.simulation, folder, found);
  if (found.complete) {
    for (const Json& dataset : stated.at("datasets")) check_dataset(folder, dataset, found);
  }
  if (!Journal::exists(folder)) {
    found.damage.push_back({kJournal, "it is missing", std::nullopt});
  } else if (const auto line = Journal(folder).damaged_line()) {
    found.damage.push_back({kJournal, fmt::format("line {} was cut short or changed", *line), std::nullopt});
  }
}

/// Whether the folder has shards, and none is of `simulation`.
bool made_others(const Simulation& simulation, const fs::path& folder) {
  const std::string own = fs::path(shard_name(simulation.identity, 0)).filename().string().substr(0, 8);
  bool others = false;
  for (const std::string& name : names_in(folder / "shards")) {
    if (!name.ends_with(".json")) continue;
    if (name.starts_with(own)) return false;
    others = true;
  }
  return others;
}

/// verify() with what run.json states, which may be null.
Verification verify_with(const Json& stated, const CheckedRun& run, const fs::path& folder,
                         const VerifyOptions& options) {
  Verification found;
  found.plan = plan_of(run.simulation);
  found.complete = !stated.is_null() && stated.at("complete").get<bool>();
  std::mutex mutex;
  std::uint64_t done = 0;
  const auto stopped = [&] { return options.stop != nullptr && options.stop->load(); };
  const unsigned threads = options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  parallel_for(found.plan.shards(), threads, [&](std::size_t index) {
    if (stopped()) return;
    ShardCheck shard(run, folder, found.plan, index, found.complete);
    shard.check(options.quick, found.complete ? stated.at("shards").at(index).at("xxh128").get<std::string>() : "");
    const std::lock_guard lock(mutex);
    found.published += shard.published ? 1 : 0;
    found.bytes += shard.bytes;
    found.damage.insert(found.damage.end(), shard.damage.begin(), shard.damage.end());
    if (options.progress) options.progress(static_cast<double>(++done) / static_cast<double>(found.plan.shards()));
  });
  if (stopped()) throw Error(ExitCode::interrupted, "interrupted: not every file was looked at");
  std::stable_sort(found.damage.begin(), found.damage.end(),
                   [](const Damage& a, const Damage& b) { return a.file < b.file; });
  check_other_files(run, folder, stated, found);
  return found;
}

}  // namespace

CheckedRun open_damaged_run(const fs::path& folder) {
  if (!there(folder / kRunJson) && !there(folder / kJobInput))
    throw Error(ExitCode::io, fmt::format("{} is no run folder: it has no run.json", folder.string()));
  if (there(folder / kRunJson) && is_sealed(read_text(folder / kRunJson))) return {open_run(folder), false};
  try {
    CheckedRun run{run_from_inputs(folder), true};
    if (!made_others(run.simulation, folder)) return run;
  } catch (const Error& error) {
    if (error.code() == ExitCode::io) throw;
  }
  throw Error(ExitCode::verification_failed,
              fmt::format("{} is damaged, and so are files in {}: restore one of them from elsewhere",
                          (folder / kRunJson).string(), (folder / "inputs").string()));
}

Verification verify(const CheckedRun& run, const fs::path& folder, const VerifyOptions& options) {
  if (run.run_json_damaged) return verify_with(Json(), run, folder, options);
  return read_run_json(
      folder, [&](const Json& stated, const std::string&) { return verify_with(stated, run, folder, options); });
}

}  // namespace marketmimic
