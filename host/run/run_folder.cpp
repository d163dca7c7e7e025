#include "host/run/run_folder.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/run/hash.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr const char* kMarket = "inputs/market.toml";
constexpr const char* kStrategy = "inputs/strategy.h5";

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error(ExitCode::io, fmt::format("can't create the folder {}: {}", folder.string(), error.message()));
}

[[noreturn]] void refuse_used(const fs::path& folder) {
  throw Error(ExitCode::exists,
              fmt::format("{} exists and is not empty; choose another folder or remove it", folder.string()));
}

void refuse_if_used(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (!fs::exists(status)) return;
  if (fs::is_directory(status) && fs::is_empty(folder, error) && !error) return;
  refuse_used(folder);
}

std::string checksum(const fs::path& file) {
  const std::string text = read_text(file);
  Hash hash;
  hash.add(std::as_bytes(std::span(text)));
  return hash.hex();
}

std::string peer_name(std::size_t i) { return fmt::format("inputs/peer-{}.toml", i); }

Json input_of(const fs::path& folder, const std::string& name) {
  return {{"file", name}, {"xxh128", checksum(folder / name)}};
}

Json describe(const fs::path& folder, const Simulation& simulation) {
  const Plan plan = plan_of(simulation);
  Json inputs = {{"market", input_of(folder, kMarket)}};
  for (std::size_t i = 0; i < simulation.peers.size(); ++i) inputs["peers"].push_back(input_of(folder, peer_name(i)));
  if (simulation.strategy) inputs["strategy"] = input_of(folder, kStrategy);
  Json run = {
      {"format", "marketmimic run"},
      {"version", MARKETMIMIC_VERSION},
      {"rules_version", kRulesVersion},
      {"identity", simulation.identity},
      {"seed", simulation.job.seed},
      {"scenarios", simulation.scenarios},
      {"shard_scenarios", plan.shard_scenarios},
      {"job", job_text(simulation.job)},
      {"inputs", std::move(inputs)},
  };
  if (const auto tide = tide_of(simulation)) run["tide"] = {{"decay", tide->decay}, {"noise", tide->noise}};
  return run;
}

/// What the run found in minutes; a changed one does not give the identity.
std::optional<Tide> stored_tide(const Json& run) {
  if (!run.contains("tide")) return std::nullopt;
  const auto value = [&](const char* key) {
    return static_cast<float>(std::clamp(run.at("tide").at(key).get<double>(), 0.0, 1.0e6));
  };
  return Tide{value("decay"), value("noise")};
}

std::string now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

Json shard_summary(const ShardInfo& shard) {
  return {{"file", shard.file},
          {"first", shard.scenarios.first},
          {"scenarios", shard.scenarios.count},
          {"bytes", shard.bytes},
          {"xxh128", shard.checksum}};
}

/// An input of the run, after its bytes were compared with the checksum that was taken of them.
fs::path checked_input(const fs::path& folder, const Json& input) {
  const fs::path file = folder / input.at("file").get<std::string>();
  if (checksum(file) == input.at("xxh128").get<std::string>()) return file;
  throw Error(ExitCode::verification_failed,
              fmt::format("{} is not what the run was made from; restore it", file.string()));
}

/// Scenarios of the run: those of the job, or the whole shards at which its stop rule ended it.
std::uint64_t stored_scenarios(const Simulation& simulation, const Json& run, const std::string& name) {
  const auto stored = run.at("scenarios").get<std::uint64_t>();
  if (stored == simulation.job.scenarios) return stored;
  const bool whole = stored != 0 && stored % plan_of(simulation).shard_scenarios == 0;
  if (simulation.job.stop.successes != 0 && whole && stored < simulation.job.scenarios) return stored;
  throw Error(ExitCode::verification_failed,
              fmt::format("{}: a run of its job can't end after {} scenarios; the file was changed", name, stored));
}

/// What `use` makes of the folder's run.json.
template <class Use>
auto read_run(const fs::path& folder, const Use& use) {
  const std::string name = (folder / "run.json").string();
  try {
    return use(Json::parse(read_text(name)), name);
  } catch (const Json::exception& error) {
    throw Error(ExitCode::io, fmt::format("{} does not describe a run: {}", name, error.what()));
  }
}

Simulation simulation_from(const fs::path& folder, const Json& run, const std::string& name) {
  if (run.at("rules_version").get<std::uint32_t>() != kRulesVersion) {
    throw Error(ExitCode::verification_failed,
                fmt::format("{} was made with version {} of the rules, this program has version {}; use marketmimic {}",
                            folder.string(), run.at("rules_version").get<std::uint32_t>(), kRulesVersion,
                            run.at("version").get<std::string>()));
  }
  const Json& inputs = run.at("inputs");
  std::optional<Strategy> strategy;
  if (inputs.contains("strategy")) strategy = read_strategy_file(checked_input(folder, inputs.at("strategy")));
  const Job job = parse_job(run.at("job").get<std::string>(), name);
  std::vector<MarketFile> markets;
  if (inputs.contains("peers")) {
    for (const Json& peer : inputs.at("peers")) markets.push_back(read_market_file(checked_input(folder, peer)));
  }
  const auto place = std::min<std::size_t>(job.assets.number, markets.size());
  markets.insert(markets.begin() + static_cast<std::ptrdiff_t>(place),
                 read_market_file(checked_input(folder, inputs.at("market"))));
  Simulation simulation = prepare(job, std::move(markets), std::move(strategy), "the market file", stored_tide(run));
  if (simulation.identity == run.at("identity").get<std::string>()) {
    simulation.scenarios = stored_scenarios(simulation, run, name);
    return simulation;
  }
  throw Error(ExitCode::verification_failed,
              fmt::format("{}: job and inputs do not give the identity that is stated; the file was changed", name));
}

}  // namespace

Plan plan_of(const Simulation& simulation) {
  const std::uint64_t shard_bytes = std::uint64_t{simulation.job.shard_mebibytes} << 20;
  return plan_shards(simulation.scenarios, schema_of(simulation).scenario_bytes(), shard_bytes);
}

void create_run_folder(const fs::path& folder, const Simulation& simulation) {
  refuse_if_used(folder);
  make_folder(folder);
  std::error_code error;
  const bool mine = fs::create_directory(folder / "shards", error);
  if (!mine && !error) refuse_used(folder);  // another process was faster
  make_folder(folder / "shards");
  make_folder(folder / "inputs");
  publish_text(folder / kMarket, market_text(simulation.market));
  for (std::size_t i = 0; i < simulation.peers.size(); ++i)
    publish_text(folder / peer_name(i), market_text(simulation.peers[i]));
  if (simulation.strategy) write_strategy_file(*simulation.strategy, folder / kStrategy);
  Json run = describe(folder, simulation);
  run["complete"] = false;
  run["started"] = now();
  publish_text(folder / "run.json", run.dump(1) + '\n');
}

void write_finished_run(const fs::path& folder, const Plan& plan, std::span<const ShardInfo> shards,
                        const RunRecord& record) {
  Json run = Json::parse(read_text(folder / "run.json"));
  run["complete"] = true;
  run["scenarios"] = plan.scenarios;
  run["successes"] = record.successes;
  run["finished"] = now();
  run["seconds"] = record.seconds;
  run["device"] = record.device;
  run["threads"] = record.threads;
  run["shards"] = Json::array();
  for (const ShardInfo& shard : shards) run["shards"].push_back(shard_summary(shard));
  run["datasets"] = Json::array();
  for (std::uint64_t i = 0; i < plan.datasets(); ++i) run["datasets"].push_back(dataset_name(i));
  publish_text(folder / "run.json", run.dump(1) + '\n');
}

void journal_shard(const fs::path& folder, const ShardInfo& shard) {
  append_line(folder / "journal.jsonl", shard_summary(shard).dump());
}

std::optional<RunState> run_state(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder / "run.json", error)) return std::nullopt;
  return read_run(folder, [](const Json& run, const std::string&) {
    RunState state;
    state.identity = run.at("identity").get<std::string>();
    state.complete = run.at("complete").get<bool>();
    if (!state.complete) return state;
    state.scenarios = run.at("scenarios").get<std::uint64_t>();
    state.successes = run.at("successes").get<std::uint64_t>();
    return state;
  });
}

Simulation open_run(const fs::path& folder) {
  return read_run(folder, [&](const Json& run, const std::string& name) { return simulation_from(folder, run, name); });
}

}  // namespace marketmimic
