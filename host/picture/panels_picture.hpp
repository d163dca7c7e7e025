#pragma once

#include <string>
#include <vector>

#include "host/realism/panels.hpp"

namespace marketmimic {

/// Panels on a grid, a PNG of 1600 x 1000 pixels; `judged`, `reference` name the lines. Error(io) as run_gnuplot().
std::string panels_png(const std::vector<Panel>& panels, const std::string& title, const std::string& judged,
                       const std::string& reference);

/// One of them as an element of an HTML page.
std::string panel_svg(const Panel& panel, const std::string& judged, const std::string& reference);

}  // namespace marketmimic
