#pragma once

#include "marketmimic/contagion.hpp"
#include "marketmimic/perturbation.hpp"

namespace marketmimic {

/// Error(usage): a value that is no number or out of range, or a range upside down.
void check_contagion(const Contagion& contagion);
/// Error(usage): what would make a value no number, or a rule leave its range.
void check_shock(const Injection& shock);

}  // namespace marketmimic
