#include "host/run/merge.hpp"

#include <fmt/format.h>

#include <optional>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/run/checksums.hpp"
#include "host/run/finalize.hpp"
#include "host/run/journal.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/shard.hpp"
#include "host/run/stored_shard.hpp"

namespace marketmimic {
namespace {

namespace fs = std::filesystem;

/// Copies a shard, and its .json after it. Error(verification_failed) where its bytes are not those it was published
/// with.
void take(const fs::path& from, const fs::path& to, const ShardInfo& info) {
  const InputFile source(from / info.file);
  NewFile copy(to / info.file);
  copy.reserve(info.bytes);
  const Checksums sums = checksums_of(info.bytes, [&](std::uint64_t at, std::span<std::byte> bytes) {
    source.read_at(at, bytes);
    copy.write_at(at, bytes);
  });
  if (sums.whole != info.checksum)
    throw Error(ExitCode::verification_failed,
                fmt::format("{} is damaged; repair its run by marketmimic verify {} --repair",
                            (from / info.file).string(), from.string()));
  copy.sync();
  copy.publish();
  publish_text(shard_info_file(to / info.file), shard_info_text(info));
}

}  // namespace

Merged merge(const fs::path& folder, const std::vector<fs::path>& sources, const MergeOptions& options) {
  std::vector<Simulation> runs;
  for (const fs::path& source : sources) runs.push_back(open_run(source));
  if (runs.empty()) throw Error(ExitCode::usage, "name the runs to take shards from");
  const std::optional<RunState> state = run_state(folder);
  const Simulation simulation = state ? open_run(folder) : runs.front();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].identity != simulation.identity)
      throw Error(ExitCode::resume_mismatch, fmt::format("{} is a run of other scenarios than {}", sources[i].string(),
                                                         (state ? folder : sources.front()).string()));
  }
  enter_run_folder(folder, simulation, Entry::join);
  const Journal journal(folder);
  const Scenarios all = {0, plan_of(simulation).shards()};
  const RangeLock lock = journal.hold(all);
  remove_unpublished(simulation, folder, all);

  Merged merged;
  const std::vector<std::uint64_t> missing = missing_shards(simulation, folder, all);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (options.stop != nullptr && options.stop->load())
      throw Error(ExitCode::interrupted, "interrupted: call it again to go on");
    bool taken = false;
    for (std::size_t k = 0; k < runs.size() && !taken; ++k) {
      const fs::path shard = shard_name(simulation.identity, missing[i]);
      if (!StoredShard::published(runs[k], sources[k], missing[i])) continue;
      const ShardInfo info = read_shard_info(shard_info_file(sources[k] / shard));
      if (info.file != shard || info.identity != simulation.identity)  // and no other path is ever written to
        throw Error(ExitCode::verification_failed,
                    fmt::format("{} describes another shard; repair its run by marketmimic verify {} --repair",
                                shard_info_file(sources[k] / shard).string(), sources[k].string()));
      if (info.scenarios != plan_of(simulation).shard(missing[i])) continue;  // the last of a shorter run
      take(sources[k], folder, info);
      journal.publish(info);
      taken = true;
    }
    ++(taken ? merged.taken : merged.missing);
    if (options.progress) options.progress(static_cast<double>(i + 1) / static_cast<double>(missing.size()));
  }
  merged.complete = all_published(simulation, folder);
  if (merged.complete) finalize(simulation, folder);
  return merged;
}

}  // namespace marketmimic
