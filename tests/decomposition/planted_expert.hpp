#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/input/bars.hpp"
#include "host/input/fills.hpp"
#include "marketmimic/strategy.hpp"

namespace marketmimic {

/// What the expert did, and meant by it.
struct PlantedPrimitive {
  PrimitiveKind kind;
  std::int64_t begin_ms, end_ms;  ///< minutes of its first and after its last fill
  bool smooth;  ///< one order of many small fills along a minimum-jerk curve; else one to four at once
};

struct PlantedLog {
  Bars bars;                                 ///< of five minutes
  Fills fills;                               ///< at the mid of their minute
  std::vector<PlantedPrimitive> primitives;  ///< in the order of time
};

/// Experts that trade simulated markets with flash crashes, volatility spikes and drifts, one log a market. An expert
/// looks at each bar's end, knows the market events and kinds of primitive by what README.md says of them (worked out
/// here once more, in double precision), and begins a primitive within the next minutes: one of a kind whose definition
/// holds then, rare kinds rather than common ones, or one that no definition fits. Half of them are smooth. Between two
/// lie at least twelve minutes. An oscillation goes to another exposure and back, three or four times, as a staircase
/// or smoothly. A flip is two primitives: one ends a position, the other begins the next.
std::vector<PlantedLog> planted_logs(std::uint64_t seed, std::size_t logs, std::size_t bars);

}  // namespace marketmimic
