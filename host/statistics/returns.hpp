#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "host/input/bars.hpp"

namespace marketmimic {

/// Where each return of a series lies in time.
struct Calendar {
  std::vector<std::int32_t> second;  ///< of the day, at the bar's start
  std::vector<std::int32_t> day;     ///< since the series' first, UTC
  std::vector<std::int32_t> month;   ///< since the series' first, UTC

  /// Of `count` bars that follow each other without a gap, the first starting at `start_ms`.
  static Calendar regular(std::int64_t start_ms, std::int64_t interval_ms, std::size_t count);
};

/// Log returns from close to close, one for every bar after the first.
struct Returns {
  Eigen::ArrayXd value;   ///< 0 where not valid
  Eigen::ArrayXd valid;   ///< 1, or 0 for a return across a gap
  Eigen::ArrayXd volume;  ///< of the bar that ends the return; empty where the file knows none
  double bar_seconds = 0;
};

/// Longest step of daily bars that is no gap but a weekend with a holiday [days].
inline constexpr std::int64_t kClosedDays = 5;

/// Returns and calendar of bars. A return over more than one interval is not valid, except that bars of a day or longer
/// skip the days on which their market is closed. Lags count bars, so they run on trading time.
Returns log_returns(const Bars& bars);
Calendar calendar_of(const Bars& bars);

}  // namespace marketmimic
