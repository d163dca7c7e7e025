#include "host/export/d4rl.hpp"

#include <string>
#include <vector>

#include "host/export/export_file.hpp"
#include "host/run/hdf5_objects.hpp"

namespace marketmimic {
namespace {

/// One of the flat arrays: some scenarios' rows one after the other.
struct Array {
  std::size_t column;
  std::uint64_t row_bytes;  ///< of a scenario; without what is seen after its last step
  std::uint64_t place;      ///< where the next scenario goes
};

bool is_flag(const Column& column) {
  return column.quantity.path == "/terminals" || column.quantity.path == "/timeouts";
}

std::uint64_t expected_bytes(const EpisodeSource& source) {
  std::uint64_t bytes = sizeof(std::uint64_t) * source.simulation().job.rows();
  for (const Column& column : source.columns()) bytes += column.scenario_bytes();
  return source.episodes() * bytes;
}

}  // namespace

std::uint64_t export_d4rl(const EpisodeSource& source, const std::filesystem::path& file,
                          const ExportOptions& options) {
  const std::uint64_t steps = source.simulation().job.rows(), rows = source.episodes() * steps;
  ExportFile out(file, expected_bytes(source));
  if (const std::uint32_t stride = source.simulation().job.stride; stride != 1)
    out.attribute("/", "stride", std::int64_t{stride});
  out.group("/infos");
  for (const std::string& inner : info_groups(source.columns())) out.group("/infos" + inner);
  std::uint64_t numbers = out.dataset("/infos/scenario", H5T_STD_U64LE, {rows});
  std::vector<Array> arrays;
  for (std::size_t i = 0; i < source.columns().size(); ++i) {
    const Column& column = source.columns()[i];
    const std::string path = (is_info(column) ? "/infos" : "") + column.quantity.path;
    const std::vector<std::uint64_t> shape =
        column.width == 0 ? std::vector{rows} : std::vector<std::uint64_t>{rows, column.width};
    const hid_t type = is_flag(column) ? out.boolean() : file_type(column.quantity.element);
    arrays.push_back({i, column.scenario_bytes() / column.rows * steps, out.dataset(path, type, shape)});
  }
  source.visit(options, [&](const Episode& episode) {
    const std::vector<std::uint64_t> number(steps, episode.outcome.id);
    out.write(numbers, std::as_bytes(std::span(number)));
    numbers += steps * sizeof(std::uint64_t);
    for (Array& array : arrays) {
      out.write(array.place, episode.bytes[array.column].first(array.row_bytes));
      array.place += array.row_bytes;
    }
  });
  return out.publish();
}

}  // namespace marketmimic
