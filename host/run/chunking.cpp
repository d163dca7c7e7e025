#include "host/run/chunking.hpp"

#include <algorithm>
#include <bit>

#include "host/run/plan.hpp"

namespace marketmimic {

Chunking chunking_of(const Column& column, std::uint64_t scenarios, Store store) {
  Chunking c{scenarios, column.rows, column.scenario_bytes() / column.rows, 1, column.rows};
  if (c.scenario_bytes() > kMostChunkBytes) {
    c.chunk_rows = std::max<std::uint64_t>(kMostChunkBytes / c.row_bytes, 1);
    return c;
  }
  const std::uint64_t fitting = std::min(kMostChunkBytes / c.scenario_bytes(), most_chunk_scenarios(store));
  c.chunk_scenarios = std::min(fitting < kBlock ? std::bit_floor(fitting) : fitting / kBlock * kBlock, scenarios);
  return c;
}

std::vector<std::uint64_t> chunk_shape(const Column& column, const Chunking& chunking) {
  std::vector<std::uint64_t> shape = {chunking.chunk_scenarios, chunking.chunk_rows};
  if (column.width != 0) shape.push_back(column.width);
  return shape;
}

std::vector<std::uint64_t> chunk_place(const Column& column, const Chunking& chunking, std::uint64_t index) {
  std::vector<std::uint64_t> place = {index / chunking.pieces() * chunking.chunk_scenarios,
                                      index % chunking.pieces() * chunking.chunk_rows};
  if (column.width != 0) place.push_back(0);
  return place;
}

}  // namespace marketmimic
