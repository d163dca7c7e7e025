#pragma once

#include <string>

#include "host/decomposition/decompose.hpp"

namespace marketmimic {

/// A decomposed demonstration as a PNG of 1600 x 1000 pixels: the price over the whole log, exposure as traded and as
/// its primitives reproduce it, and some cycles in detail. Error(io) where gnuplot is missing or fails.
std::string demonstration_png(const DemonstrationPicture& picture);

}  // namespace marketmimic
