#pragma once

#include <cstddef>
#include <span>

#include "host/statistics/bootstrap.hpp"

namespace marketmimic {

/// How far something can be raised before failures rise by more than a margin.
struct Tolerance {
  double level = 0;         ///< where they do, between the levels tried by a straight line
  bool beyond = false;      ///< they never do up to the last level tried, which `level` then is
  Interval interval{0, 0};  ///< of `level`, 95 %
};

/// Of failure rates at `levels` (ascending), the margin above the rate at the first. NaN: nothing known there; what
/// comes after is not looked at. The interval is left to others.
Tolerance tolerance(std::span<const double> levels, std::span<const double> rates, double margin);

}  // namespace marketmimic
