#pragma once

#include <cstddef>
#include <vector>

#include "host/statistics/bootstrap.hpp"

namespace marketmimic {

/// Bars after which a rule expects an entry on one side, and those after which there was one.
struct ExpectedEntries {
  std::vector<bool> expected, entered;  ///< of the same bars
};

/// Bars by which decompose() lets an expected entry come early. None is told by what is known after it.
inline constexpr std::size_t kEntryTolerance = 1;

/// How much better than chance entries are told. Chance: as many times on the same side, anywhere among the same bars;
/// the mean over all rotations of the expected times against the bars is the same number.
struct EntryLift {
  std::size_t expected = 0, entered = 0;
  std::size_t hits = 0;   ///< expected with an entry of the same side then or at most `tolerance` bars later
  std::size_t found = 0;  ///< entries with one expected then or at most `tolerance` bars before
  double by_chance = 0;   ///< hits of random times
  double lift = 0;        ///< hits / by_chance; NaN where nothing was expected
  Interval interval{};    ///< 95 %, of the lift, by bootstrap over blocks of bars
  double rotations = 0;   ///< share of rotations with as many hits at least, this one included
};

/// `sides` of the same number of bars; `block` bars stay together in a resample.
EntryLift entry_lift(const std::vector<ExpectedEntries>& sides, std::size_t tolerance, std::size_t block);

}  // namespace marketmimic
