#include "host/statistics/proportion.hpp"

#include <algorithm>
#include <cmath>

namespace marketmimic {

Interval wilson_interval(std::uint64_t successes, std::uint64_t trials) {
  if (trials == 0) return {0, 1};
  constexpr double z = 1.959963984540054;  // 97.5 % quantile of the normal law
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n, scale = 1 + z * z / n;
  const double centre = (p + z * z / (2 * n)) / scale;
  const double half = z / scale * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {successes == 0 ? 0.0 : std::max(0.0, centre - half),
          successes == trials ? 1.0 : std::min(1.0, centre + half)};
}

}  // namespace marketmimic
