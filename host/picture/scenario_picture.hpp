#pragma once

#include <string>

#include "host/run/replay.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// One scenario as a PNG of 1600 x 1000 pixels: candles with executions and the spans of perturbations, the book's
/// depth by level, volume, market events, and with a strategy its primitives and the exposure wanted and held. Long
/// scenarios are drawn in candles of several steps. Error(io) where gnuplot is missing or fails.
std::string scenario_png(const Simulation& simulation, const ReplayedScenario& scenario);

}  // namespace marketmimic
