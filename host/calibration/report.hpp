#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/calibration/calibrate.hpp"

namespace marketmimic {

/// The facts as a table for a person: measured with its interval, fitted median with its band, verdict. Lines end with
/// a newline; about 130 columns, plain ASCII. The notices are not in it.
std::string text_report(const Calibration& calibration);
/// The same for machines; numbers that don't exist are null.
nlohmann::json json_report(const Calibration& calibration);

}  // namespace marketmimic
