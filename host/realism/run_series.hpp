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

inline constexpr std::uint64_t kMostCandles = 4'000'000;

/// Reads the candles of a run's first scenarios, up to `most` of them, in steps of `interval_ms` (the run's own where
/// none is given); of an interrupted run those that it has. See JoinedCandles.
///
/// Error: usage where the run did not record candles, or `interval_ms` is no multiple of its step or longer than a
/// scenario; io where it has no scenario yet; io and verification_failed as open_run() does.
RunSeries read_run_series(const std::filesystem::path& folder, std::optional<std::int64_t> interval_ms,
                          std::uint64_t most = kMostCandles);

}  // namespace marketmimic
