#pragma once

#include <string>

#include "host/run/replay.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// One scenario as a PNG of 1600 x 1000 pixels: candles with executions and the spans of perturbations, the book's
/// depth by level, volume, market events, and with a strategy its primitives and the exposure wanted and held. Long
/// scenarios are drawn in candles of several steps. Error(io) where gnuplot is missing or fails.
std::string scenario_png(const Simulation& simulation, const ReplayedScenario& scenario);
/// The same without its headline, as an element of an HTML page; its size is bounded, however long the scenario.
std::string scenario_svg(const Simulation& simulation, const ReplayedScenario& scenario);

/// `Scenario 12: failed, unfilled`.
std::string scenario_title(const Simulation& simulation, const ScenarioRow& outcome);
/// The market and what the strategy came to.
std::string scenario_subtitle(const Simulation& simulation, const ScenarioRow& outcome);

}  // namespace marketmimic
