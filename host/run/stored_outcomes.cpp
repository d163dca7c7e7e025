#include "host/run/stored_outcomes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace marketmimic {
namespace {

/// Numbers that stand for something else are in range.
void check(const Simulation& simulation, const StoredShard& shard, const ScenarioRow& row, std::uint64_t expected) {
  const auto require = [&](bool holds, const char* path) {
    if (!holds) shard.refuse(fmt::format("{} of scenario {} is not what a run writes", path, expected));
  };
  require(row.id == expected, "/scenario/id");
  require(row.perturbations < 1u << kPerturbationKinds, "/scenario/perturbations");
  if (!simulation.strategy) return;
  const std::size_t kinds = simulation.strategy->kind_names.size();
  require(static_cast<std::uint32_t>(row.failure) < kFailures, "/scenario/failure");
  require(row.success <= 1 && (row.success == 1) == (row.failure == Failure::none), "/scenario/success");
  require(row.failed_primitive < kinds || row.failed_primitive == kNoPrimitive, "/scenario/failed_primitive");
  require(row.cycle < simulation.strategy->cycles.size(), "/scenario/cycle");
  require(row.failed_segment >= -1, "/scenario/failed_segment");
  require(row.failed_source >= -1 && row.failed_source < std::ssize(simulation.strategy->primitives),
          "/scenario/failed_source");
  require(row.attempted >> (kinds - 1) <= 1u, "/scenario/attempted");
  require((row.unmet & ~row.attempted) == 0, "/scenario/unmet");
}

}  // namespace

std::vector<ScenarioRow> stored_outcomes(const Simulation& simulation, const StoredShard& shard, std::uint64_t first,
                                         std::uint64_t count) {
  using Row = ScenarioRow;
  std::vector<Row> rows(count);
  shard.fill<std::uint64_t>(rows, "/scenario/id", first, &Row::id);
  shard.fill<std::uint32_t>(rows, "/scenario/perturbations", first, &Row::perturbations);
  if (simulation.strategy) {
    shard.fill<std::uint8_t>(rows, "/scenario/success", first, &Row::success);
    shard.fill<std::uint8_t>(rows, "/scenario/failure", first, &Row::failure);
    shard.fill<std::int32_t>(rows, "/scenario/failed_segment", first, &Row::failed_segment);
    shard.fill<std::int32_t>(rows, "/scenario/failed_source", first, &Row::failed_source);
    shard.fill<std::uint8_t>(rows, "/scenario/failed_primitive", first, &Row::failed_primitive);
    shard.fill<std::uint32_t>(rows, "/scenario/cycle", first, &Row::cycle);
    shard.fill<std::uint32_t>(rows, "/scenario/attempted", first, &Row::attempted);
    shard.fill<std::uint32_t>(rows, "/scenario/unmet", first, &Row::unmet);
    shard.fill<std::uint32_t>(rows, "/scenario/untriggered", first, &Row::untriggered);
    shard.fill<std::uint32_t>(rows, "/scenario/overrides", first, &Row::overrides);
  }
  for (std::uint64_t i = 0; i < count; ++i) check(simulation, shard, rows[i], shard.scenarios().first + first + i);
  return rows;
}

RunSummary stored_summary(const Simulation& simulation, const std::filesystem::path& folder, const Scenarios& shards) {
  constexpr std::uint64_t together = 1 << 14;  // rows in memory
  RunSummary summary;
  for (std::uint64_t index = shards.first; index < shards.end(); ++index) {
    const StoredShard shard(simulation, folder, index);
    for (std::uint64_t first = 0; first < shard.scenarios().count; first += together) {
      const std::uint64_t count = std::min(together, shard.scenarios().count - first);
      for (const ScenarioRow& row : stored_outcomes(simulation, shard, first, count)) summary.add(row);
    }
  }
  return summary;
}

std::uint64_t stored_bytes(const Simulation& simulation, const std::filesystem::path& folder, const Scenarios& shards) {
  std::uint64_t bytes = 0;
  for (std::uint64_t index = shards.first; index < shards.end(); ++index)
    bytes += read_shard_info(shard_info_file(folder / shard_name(simulation.identity, index))).bytes;
  return bytes;
}

}  // namespace marketmimic
