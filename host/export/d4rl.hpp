#pragma once

#include <cstdint>
#include <filesystem>

#include "host/export/episodes.hpp"

namespace marketmimic {

/// Writes the flat arrays of D4RL: observations [n T, O] (before each action), actions [n T, A], rewards, terminals and
/// timeouts [n T], scenario after scenario; infos/scenario tells which, infos/... what else the run recorded a step.
/// Returns the file's bytes. Error(io), Error(interrupted): nothing is left.
std::uint64_t export_d4rl(const EpisodeSource& source, const std::filesystem::path& file, const ExportOptions& options);

}  // namespace marketmimic
