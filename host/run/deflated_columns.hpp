#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "host/run/chunking.hpp"
#include "host/run/columns.hpp"
#include "host/run/engine.hpp"

namespace marketmimic {

/// The columns of a shard, compressed chunk by chunk as their scenarios come in, and held so until the shard is
/// published: chunks are as long as their content lets them be, and their places must not depend on who was faster.
class DeflatedColumns {
 public:
  /// Of a shard of so many scenarios; `schema` must outlive it.
  DeflatedColumns(const Schema& schema, std::uint64_t scenarios);

  /// Takes the first `count` scenarios of a batch, which begin at scenario `place` of the shard, at a multiple of
  /// kBlock. Each comes once, in any order. Thread-safe.
  void add(const Batch& batch, std::uint64_t place, std::uint64_t count);

  /// Bytes of all chunks, once all scenarios are there.
  std::uint64_t bytes() const;
  /// Chunk `index` of a column (chunk_place()), as deflate_chunk() made it.
  std::span<const std::byte> chunk(std::size_t column, std::uint64_t index) const { return chunks_[column][index]; }

 private:
  /// Chunks that hold the same scenarios, while some of these are missing.
  struct Slab {
    std::vector<std::byte> bytes;
    std::atomic<std::uint64_t> filled = 0;  ///< scenarios
  };

  std::shared_ptr<Slab> slab(std::size_t column, std::uint64_t index);
  void deflate(std::size_t column, std::uint64_t index, std::span<const std::byte> slab);

  const Schema& schema_;
  std::vector<Chunking> chunkings_;                          ///< by column
  std::vector<std::vector<std::vector<std::byte>>> chunks_;  ///< by column and number
  std::mutex mutex_;
  std::map<std::pair<std::size_t, std::uint64_t>, std::shared_ptr<Slab>> open_;  ///< by column and number
};

}  // namespace marketmimic
