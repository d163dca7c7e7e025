#pragma once

#include <vector>

#include "host/decomposition/strategy_file.hpp"

namespace marketmimic {

/// One strategy of the demonstrations of several, in their order: the cycles of each follow those of the one before,
/// and Strategy::demonstrations tells whose they are. Each symbol that has a name stands once in `symbol`; `provenance`
/// is that of each, cut where it grows too long for one line. Rules are those that every log shows. Throws Error
/// (input_data) where `parts` is empty, or they differ in the interval of bars or decisions.
Strategy joined(const std::vector<Strategy>& parts);

}  // namespace marketmimic
