#pragma once

#include <array>

#include "marketmimic/order_flow.hpp"

namespace marketmimic {

/// Log activity at each half hour of the day, as OrderBookParameters::season.
using Season = std::array<float, kSeasonKnots>;

/// Touch events by half hours of the day, and the time spent there.
struct HalfHours {
  std::array<double, kSeasonKnots> events{}, seconds{};

  /// `time`: when the event was or the interval ended [s], midnight at multiples of a day.
  void add(double time, double count, double waited);
};

/// Over `mean` events a second. A knot stands between the half hour before it and the one after, and is 0 where they
/// hold less than ten minutes or a hundred events.
Season fit_season(const HalfHours& seen, double mean);

/// Linear between the knots; `time` as HalfHours::add counts.
double log_activity(const Season& season, double time);

}  // namespace marketmimic
