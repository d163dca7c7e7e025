#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/realism/validate.hpp"

namespace marketmimic {

/// What a picture of a validation shows, as numbers.
enum class Shown { judged, reference, shuffled };

struct PanelLine {
  Shown shown;
  std::vector<std::pair<double, double>> points;
};

struct PanelBand {
  double x, lower, upper;
};

struct Panel {
  std::string name, x_label;
  bool log_x = false, log_y = false;
  std::vector<PanelLine> lines;
  std::vector<PanelBand> band;  ///< interval of the reference; may be empty
};

/// Distribution functions of scores and the memory and impact of tapes; tails, autocorrelations and kurtosis of
/// returns.
std::vector<Panel> panels_of(const Validated& validated, const DataSource& source, const DataSource* reference);

}  // namespace marketmimic
