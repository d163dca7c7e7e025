#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "host/realism/series.hpp"

namespace marketmimic {

/// What a generated run says, as one series.
struct RunSeries {
  PriceSeries series;
  std::uint64_t scenarios = 0, scenarios_read = 0;
  std::size_t candles = 0;         ///< checked
  std::size_t broken_candles = 0;  ///< high below open or close, low above one, a price not above 0, a negative volume
};

/// Reads the candles of a run's first scenarios, up to four million of them, in steps of `interval_ms` (the run's own
/// where none is given). The returns of all scenarios stand in one series; between two lie as many missing ones as the
/// longest lag of the facts, so that nothing is compared across.
///
/// Error: usage where the run did not record candles, or `interval_ms` is no multiple of its step or longer than a
/// scenario; io and verification_failed as open_run() does.
RunSeries read_run_series(const std::filesystem::path& folder, std::optional<std::int64_t> interval_ms);

}  // namespace marketmimic
