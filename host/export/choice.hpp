#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "host/run/plan.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// Which scenarios of a run are exported: all conditions hold.
struct ScenarioChoice {
  std::vector<Scenarios> numbers;                      ///< in any order; empty: all that the run holds
  bool successes = false;                              ///< those that succeeded
  std::optional<std::vector<std::uint64_t>> accepted;  ///< those of a selection, ascending
};

/// The scenarios of the run in `folder`, each once, ascending. An interrupted run holds those of its published shards.
///
/// Error(usage) where the job has no such scenario, or asks markets alone for successes, or nothing is left; Error(io)
/// where the run does not hold one that is named, or a shard is damaged.
std::vector<Scenarios> chosen_scenarios(const Simulation& simulation, const std::filesystem::path& folder,
                                        const ScenarioChoice& choice);

}  // namespace marketmimic
