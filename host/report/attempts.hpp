#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "host/run/columns.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// One attempt as the run stored it; what was not recorded is empty.
struct Attempt {
  ScenarioRow outcome;                     ///< times, money and measures of worth are not read
  std::span<const std::int32_t> close;     ///< [T] mid after each step [half ticks], above 0
  std::int32_t open = 0;                   ///< mid before the first step [half ticks], above 0; 0: not recorded
  std::span<const std::int64_t> exposure;  ///< [T] held after each step [lots]
  std::span<const std::uint32_t> events;   ///< [T] bits of MarketEvent
  std::span<const OrderRow> orders;
};

/// What a run holds of the scenarios it was to make.
struct StoredPart {
  std::uint64_t scenarios = 0;  ///< attempts in published shards
  std::uint64_t shards = 0;     ///< published
  std::uint64_t planned = 0;    ///< shards of the job
};
StoredPart stored_part(const Simulation& simulation, const std::filesystem::path& folder);

/// Of the run's market at its usual time of day [1/sqrt(s)].
double usual_volatility(const Simulation& simulation);

/// Calls `visit` for every stored attempt in the order of their numbers; holds 256 at a time, fewer of long ones.
/// Error(io) where a published shard is missing or damaged, or holds a value that no run writes.
void visit_attempts(const Simulation& simulation, const std::filesystem::path& folder,
                    const std::function<void(const Attempt&)>& visit);

}  // namespace marketmimic
