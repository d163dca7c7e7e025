#pragma once

#include <limits>

namespace marketmimic {

/// What a measure is where the sample can't tell.
inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

}  // namespace marketmimic
