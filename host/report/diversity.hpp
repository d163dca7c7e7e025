#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "host/decomposition/strategy_file.hpp"
#include "host/report/attempts.hpp"

namespace marketmimic {

/// Points of relative time at which a path of exposure is looked at.
inline constexpr Eigen::Index kShapePoints = 64;
/// A path from the first to the last step at which anything is held, at the middles of 64 equal parts of that time.
/// Delay and pace are taken out: what is left is what was done, in which proportions.
using Shape = Eigen::Array<float, 1, kShapePoints>;
/// One a row.
using Shapes = Eigen::Array<float, Eigen::Dynamic, kShapePoints, Eigen::RowMajor>;

/// How much paths differ. Distance: root of the mean squared difference of two shapes [largest position].
struct Spread {
  std::uint64_t shapes = 0;
  double distance = 0;       ///< mean over all pairs
  double participation = 0;  ///< of the spectrum of their covariance, (sum l)^2 / sum l^2: as many equal directions
  int modes = 0;             ///< directions that hold 95 % of the variance
};
/// Of the shapes in rows; all 0 for fewer than two.
Spread spread_of(const Shapes& shapes);
/// Within groups ([rows], what each belongs to): over the pairs of one group, and about the mean of each.
Spread spread_within(const Shapes& shapes, const std::vector<std::uint32_t>& group);

/// Distance of each row of `from` to the nearest row of `to`; where they are one and the same object, to the nearest
/// other row. `to` has a row for it.
std::vector<double> nearest_distances(const Shapes& from, const Shapes& to);

struct Percentiles {
  double low = 0, median = 0, high = 0;  ///< 5 %, 50 %, 95 %
};

/// How executions of a run differ from each other and from the demonstration.
struct Diversity {
  std::uint64_t traded = 0;  ///< attempts that held a position; the rest stands apart
  std::uint64_t same_execution =
      0;  ///< of them, beyond the first: same exposure at every step and same orders and fills
  std::uint64_t same_exposure = 0;   ///< of them, beyond the first: same exposure at every step
  bool fills_recorded = false;       ///< else same_execution is about exposure alone
  Spread executions, successes;      ///< of the sample
  Spread same_source;                ///< of the sample, among those of one cycle: what adaptation adds to copying
  Spread copies;                     ///< of each sampled execution's source cycle, as if it had been copied
  double near_copies = 0;            ///< share of the sample with another execution within 0.01
  Percentiles from_demonstration;    ///< distance of the sample to the nearest cycle of the demonstration
  Percentiles from_source;           ///< ... to the cycle it was made from
  Percentiles within_demonstration;  ///< distance of the demonstration's cycles to the nearest other one
  Shapes sample, sources;            ///< for pictures: the sample and its source cycles, row by row
};

/// Collects executions. The sample is every (n / 4096)th attempt, of those that traded.
class DiversityCounter {
 public:
  /// `attempts` will be added; exposure 1 is `peak_lots`.
  DiversityCounter(const Strategy& strategy, std::uint64_t attempts, double peak_lots);

  /// Attempts with their exposure recorded, in order.
  void add(const Attempt& attempt);
  Diversity result() const;

 private:
  const Strategy& strategy_;
  std::uint64_t attempts_, seen_ = 0, sampled_ = 0;
  double peak_lots_;
  bool fills_ = false;
  std::vector<std::uint64_t> paths_, executions_;  ///< 64-bit hashes of those that traded
  std::vector<Shape> shapes_;
  std::vector<std::uint32_t> cycles_;
  std::vector<bool> succeeded_;
};

/// The shape of a cycle of the demonstration; false where it holds nothing.
bool demonstration_shape(const Strategy& strategy, std::size_t cycle, Shape& shape);

}  // namespace marketmimic
