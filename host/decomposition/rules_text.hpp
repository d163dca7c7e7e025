#pragma once

#include <string>

#include "marketmimic/trading_rules.hpp"

namespace marketmimic {

/// When an entry signal speaks, such as `a close beyond the 48 before it`; `none` where there is none.
std::string signal_text(const EntrySignal& signal);
/// How far from where, such as `2.5 volatilities of a bar (half-life 48 bars) from the entry`; `none` where there is
/// none.
std::string distance_text(const ExitDistance& distance);

}  // namespace marketmimic
