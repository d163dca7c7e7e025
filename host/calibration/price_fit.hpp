#pragma once

#include "host/calibration/fit.hpp"

namespace marketmimic {

/// Fits the price process of `model` (volatility and its factors, leverage, jumps, memory) to the facts `measured`.
/// Seasons and regimes are taken as they are; the drift is left at 0.
DiffusionParameters fit_price(const DiffusionParameters& model, const Facts& measured, const SeriesPlan& plan,
                              const FitOptions& options);

/// `model` with its prices moving `factor` times as far.
DiffusionParameters scaled(DiffusionParameters model, double factor);

}  // namespace marketmimic
