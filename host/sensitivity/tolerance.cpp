#include "host/sensitivity/tolerance.hpp"

#include <cmath>

namespace marketmimic {

Tolerance tolerance(std::span<const double> levels, std::span<const double> rates, double margin) {
  Tolerance result{levels.front(), true};
  double before = 0;
  for (std::size_t i = 1; i < levels.size() && !std::isnan(rates[i] - rates[0]); ++i) {
    const double more = rates[i] - rates[0];
    if (more > margin) {
      const double share = (margin - before) / (more - before);
      return {levels[i - 1] + share * (levels[i] - levels[i - 1]), false};
    }
    before = more;
    result.level = levels[i];
  }
  return result;
}

}  // namespace marketmimic
