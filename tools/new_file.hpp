#pragma once

#include <filesystem>
#include <vector>

namespace marketmimic {

/// Makes sure, before the work is done, that its result can be put at `file`: Error(exists) where something is there
/// already and `force` is not given, Error(io) where its folder is missing or can't be written to.
void require_new_file(const std::filesystem::path& file, bool force);

/// Makes sure that `file` is none of `others`, which are read or written too: --force must never cost an input.
/// Error(usage).
void require_other_file(const std::filesystem::path& file, const std::vector<std::filesystem::path>& others);

/// Makes sure that `file` does not lie in `folder`. Error(usage).
void require_outside(const std::filesystem::path& file, const std::filesystem::path& folder);

}  // namespace marketmimic
