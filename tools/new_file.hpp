#pragma once

#include <filesystem>

namespace marketmimic {

/// Makes sure, before the work is done, that its result can be put at `file`: Error(exists) where something is there
/// already and `force` is not given, Error(io) where its folder is missing or can't be written to.
void require_new_file(const std::filesystem::path& file, bool force);

}  // namespace marketmimic
