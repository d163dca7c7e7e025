#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "host/run/columns.hpp"
#include "host/run/plan.hpp"
#include "host/run/simulation.hpp"
#include "host/run/stored_shard.hpp"
#include "host/run/summary.hpp"

namespace marketmimic {

/// `/scenario` of entries [first, first + count) of a shard, but for times, money and measures of worth. Error(io)
/// where the shard ends before, or holds a value that no run writes.
std::vector<ScenarioRow> stored_outcomes(const Simulation& simulation, const StoredShard& shard, std::uint64_t first,
                                         std::uint64_t count);

/// What came of the scenarios of `shards`, which must be published. Error(io) as above.
RunSummary stored_summary(const Simulation& simulation, const std::filesystem::path& folder, const Scenarios& shards);
/// Bytes of their files. Error(io).
std::uint64_t stored_bytes(const Simulation& simulation, const std::filesystem::path& folder, const Scenarios& shards);

}  // namespace marketmimic
