#pragma once

#include <functional>
#include <span>

#include "host/calibration/moments.hpp"

namespace marketmimic {

struct FitOptions {
  std::uint64_t seed = 1;     ///< of the simulations, the same for every evaluation
  std::uint32_t series = 16;  ///< simulated for every evaluation
  unsigned threads = 1;       ///< results don't depend on it
  int iterations = 8;
  std::function<void(int iteration, double misfit)> progress;
};

/// Method of simulated moments (McFadden, Econometrica 57, 1989) with common random numbers: the model whose simulated
/// facts come closest to `measured`. `model_at(values)` makes a model of the coordinates' values.
DiffusionParameters fit(std::span<const Moment> moments, std::span<const Coordinate> coordinates, const Facts& measured,
                        const std::function<DiffusionParameters(std::span<const double>)>& model_at,
                        const SeriesPlan& plan, const FitOptions& options);

}  // namespace marketmimic
