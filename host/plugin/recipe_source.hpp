#pragma once

#include <filesystem>
#include <string>

namespace marketmimic {

/// The recipe of a run, of which only the identity (32 hex digits) is known: beside one of the shards of that identity
/// that this process has open, or in a folder of the environment variable MARKETMIMIC_JOBS (folders with colons
/// between). Error(input_data) where there is none.
std::filesystem::path find_recipe(const std::string& identity);

}  // namespace marketmimic
