#pragma once

#include <cstdint>
#include <vector>

#include "host/run/columns.hpp"

namespace marketmimic {

/// Most bytes of a chunk: what readers keep of a dataset unless told otherwise. Of a larger one every row that is read
/// costs the whole.
inline constexpr std::uint64_t kMostChunkBytes = 1 << 20;
/// Most scenarios of a chunk: of narrow columns a chunk could hold thousands, all of which one row would cost. They
/// cost most where they are simulated again.
constexpr std::uint64_t most_chunk_scenarios(Store store) { return store == Store::recipe ? 64 : 256; }

/// How a column of a shard is cut into chunks: whole scenarios together, or the rows of one where that is larger. A
/// chunk at the end is as large as all, filled up with zeros.
struct Chunking {
  std::uint64_t scenarios = 0, rows = 0;  ///< of the column
  std::uint64_t row_bytes = 0;
  std::uint64_t chunk_scenarios = 0, chunk_rows = 0;  ///< fewer than `rows` only where chunk_scenarios is 1

  constexpr std::uint64_t scenario_bytes() const { return rows * row_bytes; }
  constexpr std::uint64_t chunk_bytes() const { return chunk_scenarios * chunk_rows * row_bytes; }
  /// Chunks that follow each other along the scenarios, and within a scenario.
  constexpr std::uint64_t slabs() const { return (scenarios + chunk_scenarios - 1) / chunk_scenarios; }
  constexpr std::uint64_t pieces() const { return (rows + chunk_rows - 1) / chunk_rows; }
  constexpr std::uint64_t chunks() const { return slabs() * pieces(); }
};

/// Of a column in a shard of so many scenarios. A chunk of fewer than all holds whole blocks (kBlock), or divides them.
Chunking chunking_of(const Column& column, std::uint64_t scenarios, Store store);

/// The chunk as HDF5 counts it, along the axes of the column.
std::vector<std::uint64_t> chunk_shape(const Column& column, const Chunking& chunking);
/// Where chunk `index` begins along these axes; chunks are counted scenario by scenario, then row by row.
std::vector<std::uint64_t> chunk_place(const Column& column, const Chunking& chunking, std::uint64_t index);

}  // namespace marketmimic
