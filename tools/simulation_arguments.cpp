#include "tools/simulation_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>

#include "host/config/default_market.hpp"
#include "host/config/names.hpp"
#include "host/error.hpp"
#include "tools/arguments.hpp"

namespace marketmimic {

void choose_device(std::string_view text, GenerateOptions& options) {
  const auto refuse = [&] {
    throw Error(ExitCode::usage, fmt::format("--device must be auto, cpu, cuda or cuda:0,1,... (got {})", text));
  };
  if (text == "auto" || text == "cpu" || text == "cuda") {
    options.device = text == "auto" ? Device::automatic : text == "cpu" ? Device::cpu : Device::cuda;
    return;
  }
  constexpr std::string_view prefix = "cuda:";
  if (!text.starts_with(prefix)) refuse();
  options.device = Device::cuda;
  const char* at = text.data() + prefix.size();
  const char* const end = text.data() + text.size();
  while (true) {
    int device = 0;
    const auto [next, problem] = std::from_chars(at, end, device);
    if (problem != std::errc{} || device < 0) refuse();
    options.devices.push_back(device);
    if (next == end) return;
    if (*next != ',') refuse();
    at = next + 1;
  }
}

void SimulationArguments::add_to(CLI::App& app) {
  add_text(app, "job", job, "JOB.toml", "Job file; nothing is perturbed without one");
  app.add_option("--market", markets,
                 "Market file of calibrate, else an example market; one for each asset of the job, in their order")
      ->type_name("FILE")
      ->allow_extra_args(false);
  add_text(app, "--strategy", strategy, "FILE", "Strategy file of decompose; else markets alone");
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  add_whole(app, "--scenarios", scenarios, 1, 1'000'000'000'000, "How many (1000)");
  add_whole(app, "--steps", steps, 1, 1'000'000, "Decisions in each (288)");
  add_whole(app, "--asset", asset, 0, kMaxAssets - 1, "Of the job's assets, the one this run is about (0)");
  add_whole(app, "--seed", seed, 0, most, "Of all random numbers (1)");
  app.add_option("--preset", presets, "Market whose perturbations are added, as flash-crash-2010; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--device", device, "auto, cpu, cuda or cuda:0,1")->type_name("DEVICE");
  add_whole(app, "--threads", threads, 1, 1024, "One a core unless given; results don't depend on it");
}

void SimulationArguments::add_store_to(CLI::App& app) {
  add_text(app, "--store", store, "HOW",
           "plain (the default), deflate (compressed) or recipe (simulated again on reading)");
}

std::optional<Simulation> SimulationArguments::run_with_numbers(const std::string& folder) const {
  if (names_a_file() || !run_state(folder)) return std::nullopt;
  require_same_program(folder);
  Simulation there = open_run(folder);
  const Job changed = overridden(there.job);
  return job_text(changed) == job_text(there.job) ? std::move(there) : with_job(there, changed);
}

bool SimulationArguments::names_a_file() const { return job || strategy || !markets.empty() || !presets.empty(); }

bool SimulationArguments::says_something() const {
  return names_a_file() || scenarios || steps || seed || asset || store;
}

Job SimulationArguments::resolved_job() const { return overridden(job ? read_job_file(*job) : Job{}); }

Job SimulationArguments::overridden(Job resolved) const {
  resolved.scenarios = scenarios.value_or(resolved.scenarios);
  resolved.steps = static_cast<std::uint32_t>(steps.value_or(resolved.steps));
  resolved.seed = seed.value_or(resolved.seed);
  if (asset) {
    if (resolved.assets.correlation.empty())
      throw Error(ExitCode::usage, "--asset chooses one of several assets: name them in [assets] of the job file");
    resolved.assets.number = static_cast<std::uint32_t>(*asset);
  }
  if (store) {
    const auto found = std::find(kStoreNames.begin(), kStoreNames.end(), *store);
    if (found == kStoreNames.end())
      throw Error(ExitCode::usage,
                  fmt::format("--store must be one of {} (got {})", fmt::join(kStoreNames, ", "), *store));
    resolved.store = static_cast<Store>(found - kStoreNames.begin());
  }
  for (const std::string& name : presets) {
    const auto found = std::find(kPresetNames.begin(), kPresetNames.end(), name);
    if (found == kPresetNames.end())
      throw Error(ExitCode::usage,
                  fmt::format("--preset must be one of {} (got {})", fmt::join(kPresetNames, ", "), name));
    const auto more = preset(static_cast<std::size_t>(found - kPresetNames.begin()));
    resolved.perturbations.insert(resolved.perturbations.end(), more.begin(), more.end());
  }
  check_job(resolved);
  return resolved;
}

std::vector<MarketFile> SimulationArguments::read_markets(const Job& resolved) const {
  if (markets.empty()) return std::vector<MarketFile>(resolved.assets.count(), default_market());
  std::vector<MarketFile> files;
  for (const std::string& file : markets) files.push_back(read_market_file(file));
  return files;
}

std::optional<Strategy> SimulationArguments::read_strategy() const {
  if (!strategy) return std::nullopt;
  return read_strategy_file(*strategy);
}

std::string SimulationArguments::market_name(const Job& resolved) const {
  return resolved.assets.number < markets.size() ? markets[resolved.assets.number] : "the example market";
}

GenerateOptions SimulationArguments::options() const {
  GenerateOptions options;
  choose_device(device, options);
  options.threads = static_cast<unsigned>(threads.value_or(0));
  return options;
}

}  // namespace marketmimic
