#include "host/export/csv.hpp"

#include <fmt/format.h>

#include "host/file/new_folder.hpp"
#include "host/run/csv_file.hpp"

namespace marketmimic {

std::uint64_t export_csv(const EpisodeSource& source, const std::filesystem::path& file, const ExportOptions& options) {
  CsvFile table(file);
  table.header(source.columns(), "scenario,");
  source.visit(options, [&](const Episode& episode) {
    table.scenario(source.columns(), episode.bytes, fmt::format("{},", episode.outcome.id));
  });
  return table.publish();
}

std::uint64_t export_csv_files(const EpisodeSource& source, const std::filesystem::path& folder,
                               const ExportOptions& options) {
  NewFolder files(folder);
  std::uint64_t bytes = 0;
  source.visit(options, [&](const Episode& episode) {
    CsvFile table(files.temporary() / fmt::format("scenario-{}.csv", episode.outcome.id));
    table.header(source.columns());
    table.scenario(source.columns(), episode.bytes);
    bytes += table.publish();
  });
  files.publish();
  return bytes;
}

}  // namespace marketmimic
