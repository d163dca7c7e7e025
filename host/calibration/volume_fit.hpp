#pragma once

#include "host/calibration/price_fit.hpp"

namespace marketmimic {

/// Fits how volume follows volatility and returns, and its own factor, to the volume facts `measured`, for a model
/// whose prices are fitted; simulated moments as in fit_price(). `volume_rate` is taken as it is: the facts don't see
/// it.
DiffusionParameters fit_volume(const DiffusionParameters& model, const Facts& measured, const SeriesPlan& plan,
                               const FitOptions& options);

}  // namespace marketmimic
