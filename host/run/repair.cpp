#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/error.hpp"
#include "host/run/finalize.hpp"
#include "host/run/journal.hpp"
#include "host/run/production.hpp"
#include "host/run/recipe.hpp"
#include "host/run/run_files.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/verify.hpp"
#include "host/run/workforce.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

/// The checksums that run.json states, shard by shard; none where it states none.
std::vector<std::string> stated_checksums(const CheckedRun& run, const fs::path& folder) {
  std::vector<std::string> checksums;
  if (run.run_json_damaged) return checksums;
  return read_run_json(folder, [&](const Json& json, const std::string&) {
    if (!json.at("complete").get<bool>()) return checksums;
    for (const Json& shard : json.at("shards")) checksums.push_back(shard.at("xxh128").get<std::string>());
    return checksums;
  });
}

void make_again(const CheckedRun& run, const fs::path& folder, const std::set<std::uint64_t>& shards,
                const GenerateOptions& options) {
  const Simulation& simulation = run.simulation;
  const Schema schema = schema_of(simulation);
  const Plan plan = plan_of(simulation);
  make_shards_folder(folder);
  const Workforce force = hire(simulation, filled_schema(simulation), plan, options);
  const std::vector<std::string> stated = stated_checksums(run, folder);
  std::uint64_t total = 0;
  for (const std::uint64_t shard : shards) total += plan.shard(shard).count;
  Production production(
      simulation, schema, folder, plan, std::vector(shards.begin(), shards.end()), [&](const ShardInfo& info) {
        const std::uint64_t index = plan.shard_of(info.scenarios.first);
        if (index < stated.size() && stated[index] != info.checksum)
          throw Error(ExitCode::verification_failed,
                      fmt::format("{} does not come out as run.json says: this program is not the one that made it",
                                  (folder / info.file).string()));
        return true;
      });
  const bool all = production.run(force.engines, [&](std::uint64_t done) {
    if (options.progress) options.progress({done, total, 0, production.waiting(), production.device_use()});
    return options.stop == nullptr || !options.stop->load();
  });
  if (!all) throw Error(ExitCode::interrupted, "interrupted: not everything was made again; call it once more");
}

}  // namespace

void repair(const CheckedRun& run, const fs::path& folder, const Verification& found, const GenerateOptions& options) {
  const Journal journal(folder);
  const RangeLock lock = journal.hold({0, found.plan.shards()});
  remove_unpublished(run.simulation, folder, {0, found.plan.shards()});
  std::set<std::uint64_t> shards;
  bool datasets = false, job = false, lines = false, recipe = false;
  for (const Damage& damage : found.damage) {
    if (damage.shard) shards.insert(*damage.shard);
    job = job || damage.file == kJobInput;
    lines = lines || damage.file == kJournal;
    recipe = recipe || damage.file == recipe_name(run.simulation.identity);
    datasets = datasets || damage.file.starts_with("dataset");
  }
  if (!shards.empty()) make_again(run, folder, shards, options);
  const RangeLock files = journal.hold_folder();  // others may finalise
  if (job) publish_text(folder / kJobInput, job_text(run.simulation.job));
  if (recipe) write_recipe_file(folder, run.simulation);
  if (datasets) write_datasets(run.simulation, folder);
  if (run.run_json_damaged) restore_run_json(run.simulation, folder);
  if (lines) journal.drop_damaged_lines();
}

}  // namespace marketmimic
