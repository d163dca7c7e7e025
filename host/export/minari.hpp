#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "host/export/episodes.hpp"

namespace marketmimic {

/// `marketmimic/ASSET-v0`, of the run's asset.
std::string default_dataset_id(const Simulation& simulation);
/// Error(usage) unless `id` is what Minari takes for the name of a dataset: `NAMESPACE/NAME-vN`, or without a
/// namespace.
void require_dataset_id(std::string_view id);

/// Writes a Minari dataset (0.5) into `folder`, which must not exist, as `data/metadata.json` and
/// `data/main_data.hdf5`: an episode a scenario, numbered from 0, with /episode_i/observations [T + 1, O], actions [T,
/// A], rewards, terminations, truncations [T] and infos; attributes tell the scenario and what became of it. Returns
/// its bytes. Error(io), Error(interrupted): nothing is left.
std::uint64_t export_minari(const EpisodeSource& source, const std::filesystem::path& folder, const std::string& id,
                            const ExportOptions& options);

}  // namespace marketmimic
