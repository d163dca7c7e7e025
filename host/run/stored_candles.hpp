#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "host/run/simulation.hpp"

namespace marketmimic {

/// The candles of the mid of one scenario: [rows], prices in half ticks.
struct StoredCandles {
  std::vector<std::int32_t> open, high, low, close, volume_lots;
};

/// Reads candles from the shards of a run.
class CandleReader {
 public:
  /// Error(usage) where the run did not record candles.
  CandleReader(const Simulation& simulation, std::filesystem::path folder);

  std::uint64_t scenarios() const;
  /// Whether the shard of a scenario was published: an interrupted run lacks some.
  bool stored(std::uint64_t scenario) const;
  std::uint32_t rows() const;  ///< of a scenario
  /// Of scenarios [first, first + count), which lie in one shard. Error(io) where the shard is missing or damaged.
  std::vector<StoredCandles> read(std::uint64_t first, std::uint64_t count) const;
  /// How many scenarios from `first` on lie in one shard, at most `most`.
  std::uint64_t together(std::uint64_t first, std::uint64_t most) const;

 private:
  const Simulation& simulation_;
  std::filesystem::path folder_;
};

}  // namespace marketmimic
