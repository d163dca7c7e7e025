#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace marketmimic {

/// The gnuplot on the PATH.
std::optional<std::filesystem::path> find_gnuplot();

/// Runs a script and returns what it wrote to its standard output. Error(io) where gnuplot is missing (with what to
/// install) or refuses the script (with its own words).
std::string run_gnuplot(const std::string& script);

}  // namespace marketmimic
