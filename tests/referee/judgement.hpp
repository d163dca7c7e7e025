#pragma once

#include <cstddef>
#include <vector>

#include "tests/referee/referee.hpp"

namespace marketmimic {

/// What an execution did in one scenario, a value a step.
struct Execution {
  std::vector<double> position;                  ///< held after the step [units of the largest]
  std::vector<double> bought, sold;              ///< in the step [lots], >= 0
  std::vector<double> bought_worth, sold_worth;  ///< what was paid and received [half ticks x lots]
  std::vector<double> target;                    ///< that the step's orders aimed at
  bool breached = false;                         ///< a limit of loss or inventory
};

/// How near is near enough.
struct Tolerance {
  std::size_t steps = 15;   ///< n: from a required trade, to either side; and how long a position may be another one
  double volatilities = 3;  ///< x: shortfall of a trade at most x sigma sqrt(n)
  double sigma = 0;         ///< standard deviation of a step's log return, from the scenario without a strategy
  double stray = 0.25;      ///< from the referee's position, beyond which a position is another one
  double slack = 0.1;       ///< of a trade's way, that may lack at its beginning and its end
};

struct Judgement {
  std::size_t required = 0;                      ///< trades of the referee whose n steps end before what is judged does
  std::size_t matched = 0;                       ///< of them, in direction and size
  std::size_t entries = 0, entries_matched = 0;  ///< of the two, those that lead to a position
  std::size_t near = 0;                          ///< of the matched, within the shortfall allowed
  double shortfall = 0;                          ///< sum over the matched [log price]
  bool strays = false;  ///< the position is another one than the referee's for more than n steps in a row
  bool breached = false;

  bool success() const { return near == required && !strays && !breached; }
};

/// Steps that are judged: [first, end), from the first that the referee may trade in.
struct Judged {
  std::size_t first, end;
};

/// Judges what an execution did in some of its steps.
///
/// A required trade at step s from a to b is matched where, among the positions after steps s - n - 1 to s + n, one has
/// gone at most `slack` of the way from a to b, and a later one at least 1 - `slack` of it. Shortfall: its fills on the
/// side of the trade, after the last of the former and up to the first of the latter, against the mid when step s
/// began; above 0 where they are worse.
Judgement judge(const RefereeCourse& referee, const Execution& execution, const Judged& steps,
                const Tolerance& tolerance);

}  // namespace marketmimic
