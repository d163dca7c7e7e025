#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "host/run/columns.hpp"
#include "host/run/plan.hpp"
#include "host/run/shard.hpp"

namespace marketmimic {

/// Writes one of a run's dataset files: every dataset of `shards` (those of plan.dataset_shards(index)) as one, through
/// relative names; ragged offsets are real and counted from the file's first row. Published whole; writing it again
/// gives the same bytes. Error(io).
std::filesystem::path write_dataset(const Simulation& simulation, const Schema& schema,
                                    const std::filesystem::path& run, const Plan& plan, std::uint64_t index,
                                    std::span<const ShardInfo> shards);

}  // namespace marketmimic
