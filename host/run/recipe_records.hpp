#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/run/chunking.hpp"
#include "host/run/plan.hpp"
#include "host/run/recipe.hpp"

namespace marketmimic {

/// What stands in the chunks of a column of a `recipe` shard that holds `shard`, in the order of chunk_place().
/// `dataset` is its number in recipe_datasets(), `identity` Simulation's.
std::vector<RecipeRecord> column_records(const Column& column, std::size_t dataset, const Scenarios& shard,
                                         const std::string& identity);

/// Rows of a ragged table that a chunk of each of its fields holds: about those of as many scenarios as a chunk of a
/// column. `rows` is not 0.
std::uint64_t rows_a_chunk(std::uint64_t rows, std::uint64_t scenarios);
/// The same for a field of `element` bytes of a ragged table, which has rows [offsets[i], offsets[i + 1]) of scenario i
/// of the shard.
std::vector<RecipeRecord> table_records(std::span<const std::int64_t> offsets, std::size_t dataset, std::size_t element,
                                        const Scenarios& shard, const std::string& identity);

}  // namespace marketmimic
