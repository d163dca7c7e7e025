#pragma once

#include <array>
#include <cstdint>

#include "host/decomposition/strategy_file.hpp"
#include "tests/decomposition/planted_expert.hpp"

namespace marketmimic {

/// How far a primitive found may begin from the planted one [min].
inline constexpr std::int64_t kBeginTolerance = 3;

/// What was planted, found, and both: of the same kind, beginning within the tolerance, one to one.
struct Recovery {
  double planted = 0, found = 0, matched = 0;

  double precision() const { return found > 0 ? matched / found : 1; }
  double recall() const { return planted > 0 ? matched / planted : 1; }
  double f1() const { return planted + found > 0 ? 2 * matched / (planted + found) : 1; }
  void add(const Recovery& other) {
    planted += other.planted;
    found += other.found;
    matched += other.matched;
  }
};

struct PlantedScore {
  std::array<Recovery, kPrimitiveKinds> kinds;
  std::array<Recovery, 2> shapes;  ///< staircases, smooth; what was found in vain counts where it began
  Recovery all;

  void add(const PlantedScore& other);
};

/// The same log where nobody knows which fills are of one order.
Fills without_orders(Fills fills);

/// Holds the primitives of a strategy to those planted. What only a fit split counts as one, by its beginning. Left out
/// is `hold`, as which the rest of a primitive is kept when its movement is over: nothing was planted there.
PlantedScore score_of(const PlantedLog& log, const Strategy& strategy, std::int64_t tolerance = kBeginTolerance);

}  // namespace marketmimic
