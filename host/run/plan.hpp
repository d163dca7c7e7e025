#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

namespace marketmimic {

/// Most shards behind one dataset.h5: HDF5 opens every source it touches, and reads fill where it can't.
inline constexpr std::uint64_t kMostShardsADataset = 512;
/// Shards hold whole blocks of so many scenarios (but for the last).
inline constexpr std::uint64_t kBlock = 16;

/// Consecutive scenarios.
struct Scenarios {
  std::uint64_t first = 0, count = 0;

  bool operator==(const Scenarios&) const = default;
  constexpr std::uint64_t end() const { return first + count; }
};

/// How a run is divided into files: a function of the job alone.
struct Plan {
  std::uint64_t scenarios = 0;
  std::uint64_t shard_scenarios = 0;  ///< of every shard but the last

  constexpr std::uint64_t shards() const { return (scenarios + shard_scenarios - 1) / shard_scenarios; }
  constexpr Scenarios shard(std::uint64_t index) const {
    const std::uint64_t first = index * shard_scenarios;
    return {first, std::min(shard_scenarios, scenarios - first)};
  }
  constexpr std::uint64_t shard_of(std::uint64_t scenario) const { return scenario / shard_scenarios; }

  constexpr std::uint64_t datasets() const { return (shards() + kMostShardsADataset - 1) / kMostShardsADataset; }
  /// Shards behind a dataset file.
  constexpr Scenarios dataset_shards(std::uint64_t dataset) const {
    const std::uint64_t first = dataset * kMostShardsADataset;
    return {first, std::min(kMostShardsADataset, shards() - first)};
  }
  /// Scenarios of a dataset file.
  constexpr Scenarios dataset(std::uint64_t index) const {
    const Scenarios held = dataset_shards(index);
    return {shard(held.first).first, shard(held.end() - 1).end() - shard(held.first).first};
  }
};

/// As many whole blocks a shard as `shard_bytes` hold, `most` scenarios at most, one block at least.
constexpr Plan plan_shards(std::uint64_t scenarios, std::uint64_t scenario_bytes, std::uint64_t shard_bytes,
                           std::uint64_t most = ~std::uint64_t{0}) {
  const std::uint64_t fitting = std::min(shard_bytes / std::max<std::uint64_t>(scenario_bytes, 1), most) / kBlock;
  return {scenarios, std::max<std::uint64_t>(fitting, 1) * kBlock};
}

static_assert(plan_shards(100, 1000, 40'000).shards() == 4);  // 32 a shard
static_assert(plan_shards(100, 1000, 40'000).shard(3) == Scenarios{96, 4});
static_assert(plan_shards(100, 1000, 1).shard_scenarios == kBlock);
static_assert(plan_shards(100, 1000, 40'000, 20).shard_scenarios == kBlock);
static_assert(plan_shards(kBlock * 513, 1, 1).dataset(1) == Scenarios{kBlock * 512, kBlock});

/// `shards/1a2b3c4d-000007.h5`, relative to the run folder.
std::string shard_name(const std::string& identity, std::uint64_t index);
/// `dataset.h5` for the first, `dataset-001.h5` for the next ...
std::string dataset_name(std::uint64_t index);

}  // namespace marketmimic
