#pragma once

#include <cstdint>
#include <filesystem>

#include "host/export/episodes.hpp"

namespace marketmimic {

/// One table: the columns of `marketmimic replay --csv` after one that tells the scenario. Returns the file's bytes.
/// Error(io), Error(interrupted): nothing is left.
std::uint64_t export_csv(const EpisodeSource& source, const std::filesystem::path& file, const ExportOptions& options);

/// A table a scenario, the bytes of `marketmimic replay --csv`: `folder`, which must not exist, holds scenario-N.csv.
std::uint64_t export_csv_files(const EpisodeSource& source, const std::filesystem::path& folder,
                               const ExportOptions& options);

}  // namespace marketmimic
