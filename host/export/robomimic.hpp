#pragma once

#include <cstdint>
#include <filesystem>

#include "host/export/episodes.hpp"

namespace marketmimic {

/// learning_columns(), and the running primitive and its phase.
std::vector<Column> robomimic_columns(const Simulation& simulation);

/// Writes a robomimic dataset (0.5) with what MimicGen adds to it: /data/demo_i, i from 0, holds
///
/// - actions [T, A] in [-1, 1], rewards, dones [T] (1 at the end), obs/NAME and next_obs/NAME [T, 1];
/// - states [T, 2]: scenario and step, from which replay makes all of the market's state;
/// - datagen_info/subtask_term_signals/KKK_KIND [T]: 1 from the step on at which the k-th primitive had ended;
/// - src_demo_inds [1]: the demonstration's cycle that opened the last position.
///
/// Each tenth is in /mask/valid, and the last of fewer; the others are in /mask/train. Returns the file's bytes.
/// Error(io), Error(interrupted): nothing is left.
std::uint64_t export_robomimic(const EpisodeSource& source, const std::filesystem::path& file,
                               const ExportOptions& options);

}  // namespace marketmimic
