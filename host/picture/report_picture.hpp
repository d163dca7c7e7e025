#pragma once

#include <string>

#include "host/report/run_report.hpp"

namespace marketmimic {

/// One page about a run: where attempts and successes lie, what failed, which sources were used, and the shapes of
/// executions beside those of the demonstration. What was not recorded is left blank. Error(io) as run_gnuplot().
std::string report_png(const Simulation& simulation, const RunReport& report);

}  // namespace marketmimic
