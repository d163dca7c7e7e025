#pragma once

#include <cstdint>
#include <string>

#include "host/input/bars.hpp"
#include "host/statistics/returns.hpp"
#include "host/tape/tape.hpp"

namespace marketmimic {

/// Returns on a grid of time, whatever they came from.
struct PriceSeries {
  Returns returns;
  Calendar calendar;
  std::string source;
  Eigen::Index unbroken =
      0;  ///< returns that follow each other without a join; lags up to a quarter of that mean something
};

PriceSeries series_of(const Bars& bars);

/// Candles of a tape's mid with the lots traded and the last quotes, one for every `interval_ms` from the first to the
/// last message; an interval without a message repeats the close. Times are those of the tape. Throws Error(input_data)
/// where fewer than two come out or more than 10,000,000.
Bars bars_of(const TapeView& tape, std::int64_t interval_ms, const std::string& source);

}  // namespace marketmimic
