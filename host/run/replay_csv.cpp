#include "host/run/csv_file.hpp"
#include "host/run/replay.hpp"

namespace marketmimic {

void write_csv(const ReplayedScenario& scenario, const std::filesystem::path& file) {
  std::vector<Column> columns;
  std::vector<std::span<const std::byte>> bytes;
  for (const ReplayedColumn& replayed : scenario.columns) {
    columns.push_back(replayed.column);
    bytes.emplace_back(replayed.bytes);
  }
  CsvFile table(file);
  table.header(columns);
  table.scenario(columns, bytes);
  table.publish();
}

}  // namespace marketmimic
