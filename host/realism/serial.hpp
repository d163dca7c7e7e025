#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <string_view>

#include "host/statistics/bootstrap.hpp"
#include "host/tape/tape.hpp"

namespace marketmimic {

/// What a tape remembers: series whose autocorrelations (ACF) a tape without dynamics lacks.
enum class Memory {
  trade_signs,       ///< 1 where a buyer took, -1 where a seller did; trade by trade, hidden ones too
  spread,            ///< best ask - best bid, sampled every second
  absolute_returns,  ///< |log return| of the mid over ten seconds
};
inline constexpr std::size_t kMemories = 3;
inline constexpr std::array<Eigen::Index, 10> kMemoryLags{1, 2, 3, 5, 7, 10, 14, 20, 30, 50};

std::string_view name(Memory memory);
std::string_view description(Memory memory);
/// What a lag counts, such as `trades`.
std::string_view lag_unit(Memory memory);

/// The series itself. A sample in time is the last state at or before it; rows whose book lacks a side are skipped.
Eigen::ArrayXd series_of(const TapeView& tape, Memory memory);

/// An ACF at kMemoryLags, with what its own sampling error is.
struct MemoryCurve {
  std::array<double, kMemoryLags.size()> acf;         ///< NaN where the series is too short or constant
  std::array<Interval, kMemoryLags.size()> interval;  ///< bootstrap; NaN where none was asked for
  double reach;  ///< upper end of the interval of the distances between the curve and those of its resamples
};

/// The curve of a tape; `options.replicates` 0: without interval and reach. Blocks are those of block_length().
MemoryCurve curve_of(const TapeView& tape, Memory memory, const BootstrapOptions& options);

/// Mean absolute difference over the lags both have; NaN where there is none.
double distance(const MemoryCurve& a, const MemoryCurve& b);

/// A tape's memory beside that of a reference and of the reference shuffled.
struct MemoryComparison {
  MemoryCurve tape, reference, shuffled;
  double apart;           ///< distance of tape and reference
  double shuffled_apart;  ///< distance of the shuffled reference and the reference

  bool closer_than_shuffled() const { return apart < shuffled_apart; }
  /// No farther than the reference is from its own resamples.
  bool inside() const { return apart <= reference.reach; }
  /// Lags at which the tape lies inside the reference's interval.
  std::size_t lags_inside() const;
};
std::array<MemoryComparison, kMemories> compare_memory(const TapeView& tape, const TapeView& reference,
                                                       const TapeView& shuffled_reference,
                                                       const BootstrapOptions& options);

}  // namespace marketmimic
