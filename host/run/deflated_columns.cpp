#include "host/run/deflated_columns.hpp"

#include <algorithm>

#include "host/run/deflate.hpp"
#include "host/run/rows.hpp"

namespace marketmimic {

DeflatedColumns::DeflatedColumns(const Schema& schema, std::uint64_t scenarios) : schema_(schema) {
  for (const Column& column : schema.columns) {
    chunkings_.push_back(chunking_of(column, scenarios, Store::deflate));
    chunks_.emplace_back(chunkings_.back().chunks());
  }
}

void DeflatedColumns::add(const Batch& batch, std::uint64_t place, std::uint64_t count) {
  for (std::size_t i = 0; i < schema_.columns.size(); ++i) {
    const Chunking& c = chunkings_[i];
    for (std::uint64_t at = place; at < place + count;) {
      const std::uint64_t index = at / c.chunk_scenarios, begin = index * c.chunk_scenarios;
      const std::uint64_t end = std::min(begin + c.chunk_scenarios, place + count), some = end - at;
      const std::shared_ptr<Slab> part = slab(i, index);
      const auto bytes = std::span(part->bytes).subspan((at - begin) * c.scenario_bytes(), some * c.scenario_bytes());
      column_bytes_of(schema_.columns[i], batch.record, at - place, some, bytes);
      if (part->filled.fetch_add(some) + some == std::min(c.chunk_scenarios, c.scenarios - begin)) {
        deflate(i, index, part->bytes);
        const std::lock_guard lock(mutex_);
        open_.erase({i, index});
      }
      at = end;
    }
  }
}

std::shared_ptr<DeflatedColumns::Slab> DeflatedColumns::slab(std::size_t column, std::uint64_t index) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Slab>& found = open_[{column, index}];
  if (!found) {
    found = std::make_shared<Slab>();
    found->bytes.resize(chunkings_[column].chunk_scenarios * chunkings_[column].scenario_bytes());
  }
  return found;
}

void DeflatedColumns::deflate(std::size_t column, std::uint64_t index, std::span<const std::byte> slab) {
  const Chunking& c = chunkings_[column];
  const std::size_t element = element_bytes(schema_.columns[column].quantity.element);
  if (c.pieces() == 1) {
    chunks_[column][index] = deflate_chunk(slab, element);
    return;
  }
  for (std::uint64_t piece = 0; piece < c.pieces(); ++piece) {
    const auto rest = slab.subspan(piece * c.chunk_bytes());
    std::vector<std::byte> chunk(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(
                                                                  rest.size(), c.chunk_bytes())));
    chunk.resize(c.chunk_bytes());
    chunks_[column][index * c.pieces() + piece] = deflate_chunk(chunk, element);
  }
}

std::uint64_t DeflatedColumns::bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& column : chunks_) {
    for (const auto& chunk : column) bytes += chunk.size();
  }
  return bytes;
}

}  // namespace marketmimic
