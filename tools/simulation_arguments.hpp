#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/job.hpp"
#include "host/config/market_file.hpp"
#include "host/decomposition/strategy_file.hpp"
#include "host/run/generate.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// `auto`, `cpu`, `cuda`, or `cuda:0,2` for some devices. Error(usage).
void choose_device(std::string_view text, GenerateOptions& options);

/// The part of a command line that says what is simulated and on what; a flag goes before the job file, and that before
/// the default.
struct SimulationArguments {
  std::optional<std::string> job, strategy, store;
  std::optional<std::uint64_t> scenarios, steps, seed, asset, threads;
  std::vector<std::string> markets, presets;
  std::string device = "auto";

  void add_to(CLI::App& app);
  /// For commands that make runs.
  void add_store_to(CLI::App& app);

  /// The job file with the flags that override it. Error(usage).
  Job resolved_job() const;
  /// Where no file or preset was named and there is a run in `folder`: what it simulates, but for the numbers given.
  /// Error as open_run() and prepare(); Error(resume_mismatch) where another version of this program made it.
  std::optional<Simulation> run_with_numbers(const std::string& folder) const;
  /// Whether a job, a market, a preset or a strategy was named.
  bool names_a_file() const;
  /// Whether anything of the job was given, a file or a number.
  bool says_something() const;
  /// One for each asset of the job.
  std::vector<MarketFile> read_markets(const Job& job) const;
  std::optional<Strategy> read_strategy() const;
  /// Of the asset the job is about, for messages.
  std::string market_name(const Job& job) const;
  /// Device and threads. Error(usage).
  GenerateOptions options() const;

 private:
  Job overridden(Job job) const;
};

}  // namespace marketmimic
