#pragma once

#include "host/decomposition/strategy_file.hpp"

namespace marketmimic {

/// Fewest demonstrations of a primitive whose spread is told.
inline constexpr std::uint32_t kFewestVaried = 5;

/// Sets `variations` and `shapes` of a strategy whose primitives know their cycles: for primitives that are alike
/// (variation_index()), mean and leading principal components of logarithm of |goal|, logarithm of duration and
/// forcing, each divided by its own deviation so that none outweighs the others by its unit. Fewer than kFewestVaried:
/// count 0.
void fit_variations(Strategy& strategy);

}  // namespace marketmimic
