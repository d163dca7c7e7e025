#pragma once

#include <filesystem>
#include <optional>

#include "host/decomposition/decompose.hpp"

namespace marketmimic {

/// The folder of recordings beside the checkout, or as MARKETMIMIC_SHARED_DATA names it.
std::filesystem::path shared_data();

/// Decomposition of recorded fills and bars (paths in shared_data()); nothing where they are missing.
std::optional<Decomposition> real_demonstration(const std::string& fills, const std::string& bars);

/// That of the invented example in tools/example.
const Decomposition& example_demonstration();
Decomposition decomposed_example(const DecompositionOptions& options);

}  // namespace marketmimic
