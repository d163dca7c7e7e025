#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/run/columns.hpp"
#include "host/run/plan.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// One scenario, as a format is to tell it.
struct Episode {
  std::uint64_t number = 0;  ///< in what is exported, from 0
  ScenarioRow outcome;       ///< times, money and measures of worth may be missing
  const std::vector<Column>* columns = nullptr;
  std::vector<std::span<const std::byte>> bytes;  ///< [columns] as stored: [rows, width]

  /// The values of a column by path; T must be its type. Error(internal) where it is not there.
  template <class T>
  std::span<const T> values(std::string_view path) const {
    const std::span<const std::byte> found = bytes[place_of(path)];
    return {reinterpret_cast<const T*>(found.data()), found.size() / sizeof(T)};
  }
  std::size_t place_of(std::string_view path) const;
};

/// Of a long piece of work.
struct ExportOptions {
  const std::atomic<bool>* stop = nullptr;  ///< set: Error(interrupted) soon, and nothing is left
  std::function<void(double)> progress;     ///< called with the share that is done; may be empty
  /// Between two pieces of it. Error(interrupted).
  void tell(std::uint64_t done, std::uint64_t of) const;
};

/// Chosen scenarios of a run, a few at a time in the order of their numbers: as the run stored them where it recorded
/// all that is wanted, else replayed, which gives the same bits.
class EpisodeSource {
 public:
  /// `chosen` ascends; the run in `folder` has published its shards. `wanted`: columns of full_schema().
  EpisodeSource(const Simulation& simulation, std::filesystem::path folder, std::vector<Scenarios> chosen,
                std::vector<Column> wanted);

  const Simulation& simulation() const { return simulation_; }
  const std::vector<Column>& columns() const { return columns_; }
  std::uint64_t episodes() const { return episodes_; }
  bool replays() const { return replays_; }

  /// Calls `visit` for each. Error(io) where a shard is damaged; Error(interrupted).
  void visit(const ExportOptions& options, const std::function<void(const Episode&)>& visit) const;

 private:
  void visit_stored(const ExportOptions& options, const std::function<void(const Episode&)>& visit) const;
  void visit_replayed(const ExportOptions& options, const std::function<void(const Episode&)>& visit) const;

  const Simulation& simulation_;
  std::filesystem::path folder_;
  std::vector<Scenarios> chosen_;
  std::vector<Column> columns_;
  std::uint64_t episodes_ = 0;
  bool replays_ = false;
};

/// Columns of full_schema(), a row for each that the run stores, that learning formats want: /observations, /actions,
/// /rewards, /terminals and /timeouts; and of what the run recorded everything with one value a step. Error(usage) for
/// markets alone.
std::vector<Column> learning_columns(const Simulation& simulation);
/// Whether a column stands beside the learning problem: those that formats call infos.
bool is_info(const Column& column);
/// Groups in which infos stand, as `/market`.
std::vector<std::string> info_groups(const std::vector<Column>& columns);

}  // namespace marketmimic
