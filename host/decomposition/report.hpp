#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/decomposition/decompose.hpp"

namespace marketmimic {

/// A readable account: what was found, how well it is reproduced, against what baseline, and which primitives.
std::string report_text(const Decomposition& decomposition);

/// The same for machines; keys are stable.
nlohmann::json report_json(const Decomposition& decomposition);

}  // namespace marketmimic
