#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <system_error>
#include <utility>
#include <vector>

#include "host/error.hpp"
#include "host/run/run_files.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/sealed_json.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

/// What the run found in minutes; a changed one does not give the identity.
std::optional<Tide> stored_tide(const Json& run) {
  if (!run.contains("tide")) return std::nullopt;
  return Tide::stored(run.at("tide").at("decay").get<double>(), run.at("tide").at("noise").get<double>());
}

/// An input of the run, after its bytes were compared with the checksum that was taken of them.
fs::path checked_input(const fs::path& folder, const Json& input) {
  const fs::path file = folder / input.at("file").get<std::string>();
  std::error_code error;
  if (!fs::exists(file, error))
    throw Error(ExitCode::verification_failed, fmt::format("{} is missing; restore it", file.string()));
  if (checksum_of_file(file) == input.at("xxh128").get<std::string>()) return file;
  throw Error(ExitCode::verification_failed,
              fmt::format("{} is not what the run was made from; restore it", file.string()));
}

/// Scenarios of the run: those of the job, or the whole shards at which its stop rule ended it.
std::uint64_t stored_scenarios(const Simulation& simulation, const Json& run, const std::string& name) {
  const auto stored = whole_number(run.at("scenarios"));
  if (stored == simulation.job.scenarios) return stored;
  const bool whole = stored != 0 && stored % plan_of(simulation).shard_scenarios == 0;
  if (simulation.job.stop.successes != 0 && whole && stored < simulation.job.scenarios) return stored;
  throw Error(ExitCode::verification_failed,
              fmt::format("{}: a run of its job can't end after {} scenarios; the file was changed", name, stored));
}

std::optional<Strategy> strategy_of(const fs::path& folder, const Json& inputs) {
  if (!inputs.contains("strategy")) return std::nullopt;
  return read_strategy_file(checked_input(folder, inputs.at("strategy")));
}

/// A market for each asset, in the job's order: the run's own between its peers.
std::vector<MarketFile> with_own(std::vector<MarketFile> peers, MarketFile own, const Job& job) {
  const auto place = std::min<std::size_t>(job.assets.number, peers.size());
  peers.insert(peers.begin() + static_cast<std::ptrdiff_t>(place), std::move(own));
  return peers;
}

Simulation simulation_from(const fs::path& folder, const Json& run, const std::string& name) {
  check_program(folder, run);
  const Json& inputs = run.at("inputs");
  std::optional<Strategy> strategy = strategy_of(folder, inputs);
  const Job job = parse_job(run.at("job").get<std::string>(), name);
  std::vector<MarketFile> peers;
  if (inputs.contains("peers")) {
    for (const Json& peer : inputs.at("peers")) peers.push_back(read_market_file(checked_input(folder, peer)));
  }
  std::vector<MarketFile> markets =
      with_own(std::move(peers), read_market_file(checked_input(folder, inputs.at("market"))), job);
  Simulation simulation = prepare(job, std::move(markets), std::move(strategy), "the market file", stored_tide(run));
  if (simulation.identity == run.at("identity").get<std::string>()) {
    simulation.scenarios = stored_scenarios(simulation, run, name);
    return simulation;
  }
  throw Error(ExitCode::verification_failed,
              fmt::format("{}: job and inputs do not give the identity that is stated; the file was changed", name));
}

}  // namespace

Simulation with_job(const Simulation& simulation, const Job& job) {
  std::optional<Strategy> strategy;
  if (simulation.strategy) strategy = *simulation.strategy;
  return prepare(job, with_own(simulation.peers, simulation.market, simulation.job), std::move(strategy),
                 "the market file", tide_of(simulation));
}

std::optional<RunState> run_state(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder / kRunJson, error)) return std::nullopt;
  return read_run_json(folder, [](const Json& run, const std::string&) {
    RunState state;
    state.identity = run.at("identity").get<std::string>();
    state.job = run.at("job").get<std::string>();
    state.version = run.at("version").get<std::string>();
    const auto add = [&](const Json& input) {
      state.inputs.push_back({input.at("file").get<std::string>(), input.at("xxh128").get<std::string>()});
    };
    for (const Json& input : run.at("inputs")) {
      if (!input.is_array()) add(input);
      if (input.is_array()) std::for_each(input.begin(), input.end(), add);
    }
    state.complete = run.at("complete").get<bool>();
    if (!state.complete) return state;
    state.scenarios = whole_number(run.at("scenarios"));
    state.successes = whole_number(run.at("successes"));
    return state;
  });
}

Simulation open_run(const fs::path& folder) {
  return read_run_json(folder,
                       [&](const Json& run, const std::string& name) { return simulation_from(folder, run, name); });
}

Simulation run_from_inputs(const fs::path& folder) {
  const Job job = read_job_file(folder / kJobInput);
  std::error_code error;
  std::optional<Strategy> strategy;
  if (fs::exists(folder / kStrategyInput, error)) strategy = read_strategy_file(folder / kStrategyInput);
  std::vector<MarketFile> peers;
  for (std::size_t i = 0; fs::exists(folder / peer_input(i), error); ++i)
    peers.push_back(read_market_file(folder / peer_input(i)));
  return prepare(job, with_own(std::move(peers), read_market_file(folder / kMarketInput), job), std::move(strategy));
}

}  // namespace marketmimic
