#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "host/realism/scores.hpp"
#include "host/statistics/bootstrap.hpp"

namespace marketmimic {

/// How far the samples of one score lie apart; both measures as LOB-Bench defines them (see PooledSamples).
struct ScoreDistance {
  double l1, wasserstein;
  Interval l1_interval, wasserstein_interval;  ///< NaN where none was asked for
  std::size_t values, reference_values;
};

/// All scores of a tape against a reference.
struct ScoreTable {
  std::uint32_t levels = 0;
  std::array<ScoreDistance, kScores> score;
  ScoreDistance clean;  ///< mean over the scores that are clean at this depth

  const ScoreDistance& operator[](Score which) const { return score[static_cast<std::size_t>(which)]; }
};

/// Parts of a tape that belong together; a sample is that of all parts, with nothing across a join.
using TapeParts = std::vector<TapeView>;

/// Compares two tapes of the same depth. `options.replicates` 0: no intervals. Otherwise both tapes are cut into blocks
/// of ten minutes (20 to 200 blocks a tape), whole blocks are drawn anew, and intervals are percentiles over the draws;
/// the Wasserstein distance of a draw is taken over 512 cells of the pooled sample. Blocks keep the dependence that
/// LOB-Bench's own bootstrap, value by value, loses.
ScoreTable compare(const TapeParts& tape, const TapeParts& reference, const BootstrapOptions& options);

/// Halves of the time a tape covers: [first half, second half].
std::array<TapeParts, 2> halves(const TapeView& tape);
/// Ten-minute parts, counted from midnight, in turn.
std::array<TapeParts, 2> alternate_ten_minutes(const TapeView& tape);

/// The tape with its rows (each message with the book it left) in random order, at the times there were: the same book
/// states, sizes and waiting times without any dynamics.
Tape shuffled(const TapeView& tape, std::uint64_t seed);

}  // namespace marketmimic
