#pragma once

#include <cstdint>
#include <vector>

#include "host/flow/touch_events.hpp"

namespace marketmimic {

inline constexpr double kShortestSlowTape = 7200;  ///< [s]; less can't tell a slow factor from the time of day

/// Covariance of the touch events of two windows half a minute to two minutes apart, over the square of their mean:
/// what the time of day and the noise of single events leave of activity. NaN below kShortestSlowTape.
double activity_memory(const std::vector<TouchRow>& touch);

/// What the common activity factor was set from.
struct SlowFit {
  double covariance = 0;  ///< exp(slow_sd^2) - 1 of the likeliest factor, where it is real or not
  double error = 0;       ///< its standard error if there is none
  double rate = 0;        ///< of that factor [1/s]
  bool found = false;
};

/// Sets `slow_sd` and `slow_rate` to the slow factor on activity that a tape shows beyond the time of day and
/// self-excitation (simulated moments), and lowers all rates by exp(-slow_sd^2 / 2), so that mean activity stays.
///
/// Touch events are counted in windows of 15 s over the season of the same tape. Their autocovariances at lags of half
/// a minute to half an hour, averaged over bands, less those of 16 tapes of the market as it is, counted alike, are
/// fitted by (exp(slow_sd^2) - 1) exp(-rate lag) as the season leaves it, by least squares with the tapes' variances:
/// the amplitude in closed form, the time 1 / rate from one to twenty minutes. What is shorter is excitation, what is
/// longer the time of day takes. A factor counts where its covariance is three standard errors of a market without
/// one; else both stay. No more than the first day of a tape is used. `parameters.slow_sd` must be 0.
SlowFit set_slow(OrderBookParameters& parameters, const std::vector<TouchRow>& touch, std::uint64_t seed = 1);

}  // namespace marketmimic
