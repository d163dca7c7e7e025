#pragma once

#include <cstdint>
#include <optional>

#include "host/realism/report.hpp"
#include "host/realism/run_series.hpp"
#include "host/realism/source.hpp"

namespace marketmimic {

/// The two series whose facts are compared, on the same grid of time.
struct ComparedSeries {
  PriceSeries series;
  std::optional<PriceSeries> reference;
};

/// What `validate` found out, and what pictures of it are drawn from.
struct Validated {
  Validation validation;
  ComparedSeries series;
};

/// Judges `source`, beside `reference` where there is one. Facts are those of one-minute returns of the mid where both
/// are tapes (shorter ones where a tape is shorter than an hour), else of the returns the bars or the run have. Of a
/// run `most_candles` are read at most.
///
/// Error: usage where the two have no interval in common; what reading a run throws.
Validated validate(const DataSource& source, const DataSource* reference, const BootstrapOptions& options,
                   std::uint64_t most_candles = kMostCandles);

}  // namespace marketmimic
