#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "host/decomposition/decompose.hpp"

namespace marketmimic {

/// Where a stop or target stands, for a person: distance, unit, from where; `none` where there is none.
std::string exit_rule_text(const std::optional<ExitRule>& rule);

/// A readable account: what was found, how well it is reproduced, against what baseline, and which primitives.
std::string report_text(const Decomposition& decomposition);

/// The same for machines; keys are stable.
nlohmann::json report_json(const Decomposition& decomposition);

}  // namespace marketmimic
