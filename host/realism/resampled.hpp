#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "host/realism/comparison.hpp"
#include "host/realism/sample.hpp"

namespace marketmimic {

/// The time a tape covers in equal blocks.
class TimeBlocks {
 public:
  explicit TimeBlocks(const TapeParts& parts);

  Eigen::Index count() const { return count_; }
  Eigen::Index operator()(std::int64_t time_ns) const;

 private:
  std::int64_t first_ns_ = 0, block_ns_ = 1;
  Eigen::Index count_ = 1;
};

/// How often each block counts in each of the draws: [block, draw], columns summing to the number of blocks.
Eigen::ArrayXXd draw_blocks(Eigen::Index blocks, std::uint32_t draws, std::uint64_t seed, std::uint32_t stream);

/// One tape's sample of a score, sorted by value, and what its draws need.
struct DrawnSample {
  std::span<const ScoreValue> values;
  const TimeBlocks& blocks;
  const Eigen::ArrayXXd& times;  ///< from draw_blocks()
};

/// The distances of every draw.
struct DrawnDistances {
  Eigen::ArrayXd l1, wasserstein;
};
DrawnDistances distances_of_draws(const PooledSamples& pooled, const DrawnSample& a, const DrawnSample& b);

}  // namespace marketmimic
