#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// Names within a run folder, and what run.json says before anything is made. For the parts of host/run alone.
inline constexpr const char* kRunJson = "run.json";
inline constexpr const char* kJobInput = "inputs/job.toml";
inline constexpr const char* kMarketInput = "inputs/market.toml";
inline constexpr const char* kStrategyInput = "inputs/strategy.h5";
std::string peer_input(std::size_t i);

/// XXH3-128 of a file. Error(io).
std::string checksum_of_file(const std::filesystem::path& file);

/// What run.json says of the job and its inputs, which must be in the folder. Error(io).
nlohmann::ordered_json describe_run(const std::filesystem::path& folder, const Simulation& simulation);

/// run.json, parsed; what it lacks is an exception of nlohmann's, which `use` may pass on: Error(io) names the file.
template <class Use>
auto read_run_json(const std::filesystem::path& folder, const Use& use) {
  const std::string name = (folder / kRunJson).string();
  try {
    return use(nlohmann::ordered_json::parse(read_text(name)), name);
  } catch (const nlohmann::ordered_json::exception& error) {
    throw Error(ExitCode::io, fmt::format("{} does not describe a run: {}; marketmimic verify --repair makes it again",
                                          name, error.what()));
  }
}

/// Error(verification_failed) where another version of this program made the run.
void check_program(const std::filesystem::path& folder, const nlohmann::ordered_json& run);

}  // namespace marketmimic
