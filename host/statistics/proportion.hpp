#pragma once

#include <cstdint>

#include "host/statistics/bootstrap.hpp"

namespace marketmimic {

/// Interval of a probability after `successes` of `trials` (Wilson, 1927; here at 95 %): never beyond 0 and 1, and of
/// use for rates near them. [0, 1] without trials; `successes` is at most `trials`.
Interval wilson_interval(std::uint64_t successes, std::uint64_t trials);

}  // namespace marketmimic
