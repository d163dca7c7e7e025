#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <string_view>

#include "host/statistics/facts.hpp"

namespace marketmimic {

/// What returns at 1 to 5 minutes usually show, whatever the market (Cont, Quantitative Finance 1, 2001; FIELD_NOTES.md
/// of the project's data, section 5). A reference says more; these stand where there is none.
enum class Usual {
  unpredictable,  ///< largest |ACF| of returns, lags 1 to 20: below 0.05
  heavy_tails,    ///< Hill index of |r|, top 5 %: 2 to 5
  aggregation,    ///< excess kurtosis of single bars minus that of 24-bar sums: above 0
  long_memory,    ///< exponent at which the ACF of |r| decays, fitted to lags 1 to 100 where it is positive: 0.2 to 0.4
  volume,         ///< correlation of volume and |r| (within months where there are some): above 0
  scaled_tails,   ///< excess kurtosis left after division by the deviation of the 20 bars before, as a share: 0 to 1
  coarse_to_fine,  ///< over 6 bars, correlation of |sum of r| with the next sum of |r|, minus the reverse (Mueller et
                   ///< al. 1997): above 0
};
inline constexpr std::size_t kUsual = 7;

struct UsualWindow {
  std::string_view name, description;
  double lower, upper;
};
const UsualWindow& window(Usual which);

/// Computes them for a series and its resamples.
class UsualFacts {
 public:
  explicit UsualFacts(const Returns& returns);
  /// NaN where the series can't tell. `facts` are those of the same `times`.
  std::array<double, kUsual> values(const Facts& facts, const Eigen::ArrayXd& times) const;

 private:
  double scaled_share(const Facts& facts, const Eigen::ArrayXd& times) const;
  double coarse_to_fine(const Eigen::ArrayXd& times) const;

  Eigen::ArrayXd scaled_, scaled_valid_;
  Eigen::ArrayXd coarse_, fine_, block_valid_;
};

}  // namespace marketmimic
