#pragma once

#include <cstdint>

#include "host/realism/series.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// What the market of a run shows as it was calibrated: without the job's shocks, orders and other assets, over
/// scenarios of the run's length, about `candles` of them in all, simulated on up to `threads` threads. Error as
/// prepare().
PriceSeries calibrated_series(const Simulation& run, std::uint64_t candles, unsigned threads);

}  // namespace marketmimic
