#pragma once

#include <cstddef>
#include <vector>

#include "host/input/bars.hpp"
#include "tests/decomposition/known_rule.hpp"

namespace marketmimic {

/// The mid of one scenario, a value a step [half ticks].
struct MidPath {
  std::vector<double> open, high, low, close;
};

/// How steps make bars, and where the trading begins that is judged.
struct Course {
  std::size_t bar_steps = 5;      ///< steps of a bar
  std::int64_t bar_ms = 300'000;  ///< its length
  std::size_t first_bar = 150;    ///< the rule is flat before, and only watches
  std::size_t traded_bars = 288;  ///< from there on

  std::size_t first_step() const { return bar_steps * first_bar; }
  std::size_t steps() const { return bar_steps * (first_bar + traded_bars); }
};

/// A change of the position that the known rule asks for.
struct RequiredTrade {
  std::size_t step;  ///< the first that begins after what asks for it is known
  double from, to;   ///< position before and after [units of the largest]
  double arrival;    ///< mid when that step begins [half ticks]
};

/// What the known rule does, re-run from flat in a scenario; nothing of how it is traded plays a part.
struct RefereeCourse {
  std::vector<RequiredTrade> trades;  ///< in the order of time
  std::vector<double> position;       ///< [steps] that is right after each of them
};

/// Bars of `course.bar_steps`; the last one may have fewer. They start at time 0.
Bars bars_of(const MidPath& path, const Course& course);

/// Runs the rule on the scenario's bars. What it does at a bar's open is asked for at the bar's first step. A stop or a
/// target within a bar is known once the first step has ended whose candle reaches its price, and asked for at the next
/// one. What falls on one step is one trade; what would come after the last one is left out.
RefereeCourse referee_course(const KnownRule& rule, const MidPath& path, const Course& course);

/// The position that is right for the step after the last one of `path`, of which nothing is known yet.
double asked_next(const KnownRule& rule, MidPath path, const Course& course);

}  // namespace marketmimic
