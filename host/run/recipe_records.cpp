#include "host/run/recipe_records.hpp"

#include <algorithm>

namespace marketmimic {

std::vector<RecipeRecord> column_records(const Column& column, std::size_t dataset, const Scenarios& shard,
                                         const std::string& identity) {
  const Chunking c = chunking_of(column, shard.count, Store::recipe);
  std::vector<RecipeRecord> records;
  for (std::uint64_t k = 0; k < c.chunks(); ++k) {
    const std::uint64_t first = k / c.pieces() * c.chunk_scenarios, begin = k % c.pieces() * c.chunk_rows;
    RecipeRecord record;
    record.first = shard.first + first;
    record.scenarios = static_cast<std::uint32_t>(std::min(c.chunk_scenarios, c.scenarios - first));
    record.dataset = static_cast<std::uint32_t>(dataset);
    record.begin = begin;
    record.rows = static_cast<std::uint32_t>(std::min(c.chunk_rows, c.rows - begin));
    record.bytes = static_cast<std::uint32_t>(c.chunk_bytes());
    records.push_back(seal_record(record, identity));
  }
  return records;
}

std::uint64_t rows_a_chunk(std::uint64_t rows, std::uint64_t scenarios) {
  constexpr std::uint64_t largest_element = 8;
  const std::uint64_t some = std::min(most_chunk_scenarios(Store::recipe), scenarios);
  const std::uint64_t usual = (rows * some + scenarios - 1) / scenarios;
  return std::clamp<std::uint64_t>(usual, 1, std::min(rows, kMostChunkBytes / largest_element));
}

std::vector<RecipeRecord> table_records(std::span<const std::int64_t> offsets, std::size_t dataset, std::size_t element,
                                        const Scenarios& shard, const std::string& identity) {
  const auto rows = static_cast<std::uint64_t>(offsets.back()), each = rows_a_chunk(rows, shard.count);
  std::vector<RecipeRecord> records;
  for (std::uint64_t at = 0; at < rows; at += each) {
    const auto begin = static_cast<std::int64_t>(at), end = static_cast<std::int64_t>(std::min(at + each, rows));
    const auto from = std::upper_bound(offsets.begin(), offsets.end(), begin) - 1;
    const auto until = std::lower_bound(offsets.begin(), offsets.end(), end);
    RecipeRecord record;
    record.first = shard.first + static_cast<std::uint64_t>(from - offsets.begin());
    record.scenarios = static_cast<std::uint32_t>(until - from);
    record.dataset = static_cast<std::uint32_t>(dataset);
    record.begin = static_cast<std::uint64_t>(begin - *from);
    record.rows = static_cast<std::uint32_t>(end - begin);
    record.bytes = static_cast<std::uint32_t>(each * element);
    records.push_back(seal_record(record, identity));
  }
  return records;
}

}  // namespace marketmimic
