#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <vector>

#include "host/run/columns.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// One column of one scenario, a row for each step: [rows, width].
struct ReplayedColumn {
  Column column;
  std::vector<std::byte> bytes;

  /// The values; T must be the column's type.
  template <class T>
  std::vector<T> values() const {
    std::vector<T> result(bytes.size() / sizeof(T));
    std::memcpy(result.data(), bytes.data(), result.size() * sizeof(T));
    return result;
  }
};

/// A scenario with every column there is, whatever the run stored.
struct ReplayedScenario {
  ScenarioRow outcome;
  std::vector<ReplayedColumn> columns;
  std::vector<PerturbationRow> perturbations;  ///< those that came
  std::vector<OrderRow> orders;

  /// By path, as `/market/close_half_ticks`; a path that is not there is an Error(internal).
  const ReplayedColumn& column(std::string_view path) const;
};

/// Error(usage) where the job has no scenario `id`.
void require_scenario(const Simulation& simulation, std::uint64_t id);

/// Recomputes scenario `id` alone. Error(usage) where the job has no such scenario.
ReplayedScenario replay(const Simulation& simulation, std::uint64_t id);

/// Compares with what the run in `folder` stored of its steps, byte for byte. Error(verification_failed) names dataset
/// and step of the first difference; Error(io) where the shard is missing or can't be read.
void check_stored(const Simulation& simulation, const ReplayedScenario& scenario, const std::filesystem::path& folder);

/// One line a step, one column a value, names as in the dataset; the last line is what is seen after the last step.
/// Error(io).
void write_csv(const ReplayedScenario& scenario, const std::filesystem::path& file);

}  // namespace marketmimic
