#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "host/run/columns.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// HDF5's number for the filter that makes chunks of their recipes. Those from 32768 on are nobody's.
inline constexpr int kRecipeFilter = 44'871;
inline constexpr const char* kRecipeFilterName = "marketmimic recipe";

/// What stands in a chunk of a `recipe` shard: which part of which simulation it is. HDF5 tells a filter neither file
/// nor dataset nor place, and a record that stood somewhere else would give other data: so all of it is stated.
/// Little-endian, as the processors are that this program runs on.
struct RecipeRecord {
  std::array<char, 4> magic = {'M', 'M', 'R', '1'};
  std::uint32_t rules = kRulesVersion;
  std::array<std::uint8_t, 16> identity = {};  ///< of the simulation
  std::uint64_t first = 0;                     ///< scenario
  std::uint32_t scenarios = 0;                 ///< from there on
  std::uint32_t dataset = 0;                   ///< of recipe_datasets()
  std::uint64_t begin =
      0;  ///< row at which each scenario's part begins; of a table, rows of the first that are left out
  std::uint32_t rows = 0;   ///< of each scenario; of a table, in all
  std::uint32_t bytes = 0;  ///< of the chunk, filled up with zeros
  std::uint64_t check = 0;  ///< XXH3-64 of all before

  std::string identity_text() const;  ///< 32 hex digits
};
static_assert(sizeof(RecipeRecord) == 64, "no padding: the bytes are the values");

/// A record of a simulation, sealed. `identity` is Simulation's.
RecipeRecord seal_record(RecipeRecord record, const std::string& identity);
/// The record in a chunk; none where it is not one, or damaged.
std::optional<RecipeRecord> read_record(std::span<const std::byte> chunk);

/// The datasets of which a `recipe` shard holds records, by number: columns, then fields of the ragged tables.
std::vector<std::string> recipe_datasets(const Schema& schema);
/// Bytes of one row of such a dataset.
std::uint64_t row_bytes(const Schema& schema, std::size_t dataset);

/// What a reader needs to simulate a run's scenarios: job, markets, strategy, as sealed() JSON. The same text however
/// many scenarios the job asks for.
std::string recipe_text(const Simulation& simulation);
/// The reverse. The text is not trusted; `name` stands in messages. Error(input_data) where it is no recipe, damaged,
/// or of another version of the rules; errors of prepare().
Simulation simulation_of_recipe(const std::string& text, const std::string& name);
/// `shards/<identity>.recipe`, relative to the run folder.
std::string recipe_name(const std::string& identity);

}  // namespace marketmimic
