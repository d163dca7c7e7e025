#pragma once

#include <array>

#include "host/statistics/returns.hpp"

namespace marketmimic {

/// Log factors at each full UTC hour, linear between, mean 0.
using Season = std::array<float, 24>;

/// Profile of |r| over the day, each day measured by its own mean so that a crash is not taken for an hour's habit.
/// All 0 for bars of 12 h or longer.
Season volatility_season(const Returns& returns, const Calendar& calendar);
/// The same of volume, by log volume about its day's mean.
Season volume_season(const Returns& returns, const Calendar& calendar);

}  // namespace marketmimic
