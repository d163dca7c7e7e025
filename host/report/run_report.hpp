#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/report/attempts.hpp"
#include "host/report/coverage.hpp"
#include "host/report/diversity.hpp"
#include "host/run/journal.hpp"
#include "host/run/simulation.hpp"
#include "host/run/summary.hpp"

namespace marketmimic {

/// How evenly the sources were used.
struct SourceUse {
  std::size_t used = 0;
  double effective = 0;   ///< exp of the entropy of the shares: as many sources used alike; 0 where none was
  double three_most = 0;  ///< share of the three used most
};
SourceUse source_use(const std::vector<std::uint64_t>& uses);

/// What became of a run's attempts, where they came from and where they lie.
struct RunReport {
  StoredPart part;
  RunSummary summary;
  std::vector<std::string> kind_names;                     ///< of primitives; index = kind
  bool executed = false;                                   ///< the run has a strategy: the rest is about it
  std::optional<std::array<Tally, kMarketEvents>> events;  ///< attempts in which each held at some step
  /// Attempts that failed, by the primitive of the demonstration that ran (-1: none had begun).
  std::map<std::int32_t, std::uint64_t> failed_sources;
  std::vector<Tally> cycles;  ///< [cycles of the strategy] attempts made from each
  /// The first scenario of each kind: by reason of failure (the first reason is none), and by shock that acted.
  std::array<std::optional<std::uint64_t>, kFailures> first_by_failure;
  std::array<std::optional<std::uint64_t>, kPerturbationKinds> first_by_perturbation;
  std::optional<Coverage> coverage;
  std::optional<Diversity> diversity;
  std::vector<Session> sessions;     ///< of processes that made it, as the journal tells; none where there is none
  std::vector<std::string> notices;  ///< what the run did not record, and what therefore is missing here
};

/// Reads a run, finished or not; `progress` is told the share done. Error(io) as visit_attempts() does, and where no
/// shard is there yet.
RunReport report_run(const Simulation& simulation, const std::filesystem::path& folder,
                     const std::function<void(double)>& progress = {});

/// Places in the plan at which attempts failed, in words, the most frequent first.
std::vector<std::pair<std::uint64_t, std::string>> failed_places(const Strategy& strategy, const RunReport& report);
/// Bins that attempts reached and no success, the most frequent first.
std::vector<std::pair<std::uint64_t, std::string>> bins_without_success(const Coverage& coverage);

/// A readable account.
std::string report_text(const Simulation& simulation, const RunReport& report);
/// The same for machines, and every bin; keys are stable.
nlohmann::ordered_json report_json(const Simulation& simulation, const RunReport& report);

}  // namespace marketmimic
