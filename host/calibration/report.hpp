#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/calibration/calibrate.hpp"

namespace marketmimic {

/// The facts as a table for a person: measured with its interval (and in the first half, where the fit was made with
/// that), fitted median with its band, share of single series within the tolerance, verdict; then the demands, a line
/// each, with what misses. Lines end with a newline; 130 columns, 140 with halves, plain ASCII. The notices are not in
/// it.
std::string text_report(const Calibration& calibration);
/// The same for machines; numbers that don't exist are null.
nlohmann::json json_report(const Calibration& calibration);

}  // namespace marketmimic
