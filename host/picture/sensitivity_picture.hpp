#pragma once

#include <string>
#include <vector>

#include "host/sensitivity/sensitivity.hpp"

namespace marketmimic {

/// Failures by level for the whole plan and each kind, and what each tolerates, as a PNG. Error(io) without gnuplot.
std::string sensitivity_png(const Sensitivity& found, const std::vector<std::string>& kind_names);

}  // namespace marketmimic
