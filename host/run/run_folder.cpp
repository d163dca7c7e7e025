#include "host/run/run_folder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/run/journal.hpp"
#include "host/run/run_files.hpp"
#include "host/run/sealed_json.hpp"
#include "host/run/stored_shard.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error(ExitCode::io, fmt::format("can't create the folder {}: {}", folder.string(), error.message()));
}

bool has_run(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / kRunJson, error);
}

/// Whether shards were published in a folder.
bool holds_shards(const fs::path& folder) { return published_files(folder) != 0; }

[[noreturn]] void refuse_used(const fs::path& folder) {
  const std::string name = folder.string();
  std::string advice = "choose another folder or remove it";
  if (has_run(folder))
    advice = "go on with its run by --resume, or choose another folder";
  else if (holds_shards(folder))
    advice = fmt::format("its run.json is missing: marketmimic verify {} --repair makes it again", name);
  throw Error(ExitCode::exists, fmt::format("{} exists and is not empty; {}", name, advice));
}

void refuse_if_used(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (!fs::exists(status)) return;
  if (fs::is_directory(status) && fs::is_empty(folder, error) && !error) return;
  refuse_used(folder);
}

/// A run begins with these; one that was stopped so early has nothing else.
void refuse_if_foreign(const fs::path& folder) {
  constexpr std::array<std::string_view, 3> own = {"shards", "inputs", "journal.jsonl"};
  std::error_code error;
  if (!fs::is_directory(folder, error)) return refuse_if_used(folder);
  if (has_run(folder)) return;
  for (const std::string& name : names_in(folder)) {
    if (std::find(own.begin(), own.end(), name) == own.end() && !name.ends_with(".part")) refuse_used(folder);
  }
}

void write_inputs(const fs::path& folder, const Simulation& simulation) {
  make_folder(folder / "inputs");
  publish_text(folder / kJobInput, job_text(simulation.job));
  publish_text(folder / kMarketInput, market_text(simulation.market));
  for (std::size_t i = 0; i < simulation.peers.size(); ++i)
    publish_text(folder / peer_input(i), market_text(simulation.peers[i]));
  if (simulation.strategy) write_strategy_file(*simulation.strategy, folder / kStrategyInput);
  if (simulation.job.store == Store::recipe) write_recipe_file(folder, simulation);
}

void publish_run_json(const fs::path& folder, const Json& run) { publish_text(folder / kRunJson, sealed(run) + '\n'); }

std::string text_without_provenance(MarketFile market) {
  market.provenance.clear();
  return market_text(market);
}

/// What is another in `simulation` than in the run of `folder`, in words.
std::string differences(const fs::path& folder, const Job& there, const Simulation& simulation) {
  constexpr std::size_t most = 4;
  std::vector<std::string> told = job_differences(there, simulation.job);
  if (told.size() > most) {
    const std::size_t more = told.size() - most;
    told.resize(most);
    told.push_back(fmt::format("and {} more", more));
  }
  if (!told.empty()) return fmt::format("{}", fmt::join(told, ", "));
  const bool market =
      text_without_provenance(read_market_file(folder / kMarketInput)) != text_without_provenance(simulation.market);
  return market ? "the market is another" : "the strategy, or the market of another asset, is another";
}

/// Whether a run of the job `here` goes on where one of `there` ends; all else is the same.
bool extends(const Job& here, const Job& there) {
  const auto most = [](const Job& job) { return job.stop.successes == 0 ? ~std::uint64_t{0} : job.stop.successes; };
  return here.scenarios >= there.scenarios && most(here) >= most(there);
}

/// What is about the run as it was goes first: the dataset files, and a last shard that is now too short, whose
/// scenarios are made again with those that follow. Nobody may be at work, who would end the run at its old length.
void extend(const fs::path& folder, const Simulation& simulation, const Json& run, const Job& there) {
  const Plan plan = plan_of(simulation);
  const RangeLock shards = Journal(folder).hold({0, plan.shards()});
  const auto remove = [&](const fs::path& file) {
    std::error_code error;
    fs::remove(file, error);
    if (error) throw Error(ExitCode::io, fmt::format("can't extend {}: {}", folder.string(), error.message()));
  };
  if (run.contains("datasets")) {
    for (const Json& dataset : run.at("datasets"))
      remove(folder / fs::path(dataset.at("file").get<std::string>()).filename());
  }
  if (there.scenarios % plan.shard_scenarios != 0 && there.scenarios != simulation.job.scenarios)
    remove(shard_info_file(folder / shard_name(simulation.identity, there.scenarios / plan.shard_scenarios)));
  publish_text(folder / kJobInput, job_text(simulation.job));
  write_begun_run(folder, simulation);
}

void require_program(const fs::path& folder, const Json& run) {
  try {
    check_program(folder, run);
  } catch (const Error& error) {
    throw Error(ExitCode::resume_mismatch, error.what());
  }
}

void join(const fs::path& folder, const Simulation& simulation, Entry entry) {
  read_run_json(folder, [&](const Json& run, const std::string& name) {
    const auto refuse = [&](const std::string& why) {
      throw Error(ExitCode::resume_mismatch,
                  fmt::format("{} is not a run of this job: {}; choose another folder", folder.string(), why));
    };
    require_program(folder, run);
    const Job there = parse_job(run.at("job").get<std::string>(), name);
    if (run.at("identity").get<std::string>() != simulation.identity) refuse(differences(folder, there, simulation));
    if (job_text(there) == job_text(simulation.job)) return;
    if (!extends(simulation.job, there)) refuse(differences(folder, there, simulation) + " (a run can only grow)");
    if (entry != Entry::extend)
      refuse(differences(folder, there, simulation) + " (--extend makes those that are more)");
    extend(folder, simulation, run, there);
  });
}

Json shard_summary(const ShardInfo& shard) {
  return {{"file", shard.file},
          {"first", shard.scenarios.first},
          {"scenarios", shard.scenarios.count},
          {"bytes", shard.bytes},
          {"xxh128", shard.checksum}};
}

Json dataset_summary(const fs::path& folder, std::uint64_t index) {
  const std::string name = dataset_name(index);
  return {{"file", name}, {"bytes", InputFile(folder / name).size()}, {"xxh128", checksum_of_file(folder / name)}};
}

void remove_parts(const fs::path& folder, const std::function<bool(const std::string&)>& chosen) {
  for (const std::string& name : names_in(folder)) {
    if (!name.ends_with(".part") || !chosen(name)) continue;
    const fs::path file = folder / name;
    std::error_code failed;
    fs::remove(file, failed);
    if (failed) throw Error(ExitCode::io, fmt::format("can't remove {}: {}", file.string(), failed.message()));
  }
}

}  // namespace

/// What little is recorded of would make shards of hours: lost where a process ends, and held in memory until then.
/// So many steps take a core seconds, or with an order book, whose work is that of its time, some quarter of an hour.
Plan plan_of(const Simulation& simulation) {
  const bool books = std::holds_alternative<ScenarioContext<OrderBook>>(simulation.context);
  const std::uint64_t shard_bytes = std::uint64_t{simulation.job.shard_mebibytes} << 20;
  constexpr std::uint64_t of_books = (1 << 22) * 60, others = 1 << 25;  // seconds; steps
  const std::uint64_t shard_steps = books ? of_books / simulation.job.step_seconds : others;
  return plan_shards(simulation.scenarios, planned_bytes(simulation), shard_bytes, shard_steps / simulation.job.steps);
}

void require_same_program(const fs::path& folder) {
  read_run_json(folder, [&](const Json& run, const std::string&) { require_program(folder, run); });
}

void require_same_job(const fs::path& folder, const Simulation& simulation) {
  std::optional<std::string> there;
  try {
    if (const auto state = run_state(folder)) there = job_text(parse_job(state->job, kRunJson));
  } catch (const Error&) {
    return;
  }
  if (there && *there != job_text(simulation.job))
    throw Error(ExitCode::resume_mismatch,
                fmt::format("{} was extended meanwhile; go on with --resume and the new job", folder.string()));
}

void make_shards_folder(const fs::path& folder) { make_folder(folder / "shards"); }

void enter_run_folder(const fs::path& folder, const Simulation& simulation, Entry entry) {
  entry == Entry::fresh ? refuse_if_used(folder) : refuse_if_foreign(folder);
  make_folder(folder);
  std::error_code error;
  const bool mine = fs::create_directory(folder / "shards", error);
  if (entry == Entry::fresh && !mine && !error) refuse_used(folder);  // another process was faster
  make_shards_folder(folder);
  const RangeLock lock = Journal(folder).hold_folder();
  if (has_run(folder)) return join(folder, simulation, entry);
  if (holds_shards(folder)) refuse_used(folder);
  write_inputs(folder, simulation);
  write_begun_run(folder, simulation);
}

void write_recipe_file(const fs::path& folder, const Simulation& simulation) {
  publish_text(folder / recipe_name(simulation.identity), recipe_text(simulation));
}

void write_begun_run(const fs::path& folder, const Simulation& simulation) {
  Json run = describe_run(folder, simulation);
  run["complete"] = false;
  publish_run_json(folder, run);
}

void write_finished_run(const fs::path& folder, const Simulation& simulation, const Plan& plan,
                        std::uint64_t successes) {
  Json run = describe_run(folder, simulation);
  run["complete"] = true;
  run["scenarios"] = plan.scenarios;
  run["successes"] = successes;
  double seconds = 0;
  Json sessions = Json::array();
  for (const Session& session : Journal(folder).sessions()) {
    seconds += session.seconds;
    sessions.push_back(session_json(session));
  }
  run["seconds"] = seconds;
  run["sessions"] = std::move(sessions);
  run["shards"] = Json::array();
  for (std::uint64_t i = 0; i < plan.shards(); ++i) {
    const fs::path shard = folder / shard_name(simulation.identity, i);
    run["shards"].push_back(shard_summary(read_shard_info(shard_info_file(shard))));
  }
  run["datasets"] = Json::array();
  for (std::uint64_t i = 0; i < plan.datasets(); ++i) run["datasets"].push_back(dataset_summary(folder, i));
  publish_run_json(folder, run);
}

std::vector<std::uint64_t> missing_shards(const Simulation& simulation, const fs::path& folder,
                                          const Scenarios& range) {
  std::vector<std::uint64_t> missing;
  for (std::uint64_t i = range.first; i < range.end(); ++i) {
    if (!StoredShard::usable(simulation, folder, i)) missing.push_back(i);
  }
  return missing;
}

std::uint64_t published_files(const fs::path& folder) {
  const std::vector<std::string> names = names_in(folder / "shards");
  return static_cast<std::uint64_t>(
      std::count_if(names.begin(), names.end(), [](const std::string& name) { return name.ends_with(".json"); }));
}

void remove_unpublished(const Simulation& simulation, const fs::path& folder, const Scenarios& range) {
  const auto base = [&](std::uint64_t i) { return "." + fs::path(shard_name(simulation.identity, i)).stem().string(); };
  remove_parts(folder / "shards", [&](const std::string& name) {
    const std::string stem = name.substr(0, name.find('.', 1));
    const std::size_t dash = stem.rfind('-');
    if (dash == std::string::npos) return false;
    std::uint64_t index = 0;
    std::from_chars(stem.data() + dash + 1, stem.data() + stem.size(), index);
    return index >= range.first && index < range.end() && stem == base(index);
  });
}

void remove_unpublished(const fs::path& folder) {
  const auto all = [](const std::string&) { return true; };
  remove_parts(folder, all);
  remove_parts(folder / "inputs", all);
}

}  // namespace marketmimic
