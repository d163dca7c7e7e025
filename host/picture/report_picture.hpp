#pragma once

#include <string>
#include <vector>

#include "host/report/run_report.hpp"

namespace marketmimic {

/// One page about a run: where attempts and successes lie, what failed, which sources were used, and the shapes of
/// executions beside those of the demonstration. What was not recorded is left blank. Error(io) as run_gnuplot().
std::string report_png(const Simulation& simulation, const RunReport& report);

/// Its panels.
enum class ReportPanel {
  volatility,  ///< success over volatility and fall
  move,        ///< ... over move and fall
  sources,
  rates,    ///< success by shocks and market events
  reasons,  ///< of failure, and the primitives in which it happened
  shapes,   ///< of exposure
};
/// Those that a report has something for.
std::vector<ReportPanel> panels_about(const RunReport& report);
/// One of them as an element of an HTML page. Error(io) as run_gnuplot().
std::string report_svg(const RunReport& report, ReportPanel panel);

}  // namespace marketmimic
