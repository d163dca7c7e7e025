#include "host/export/minari.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "host/config/names.hpp"
#include "host/error.hpp"
#include "host/export/export_file.hpp"
#include "host/file/file.hpp"
#include "host/file/new_folder.hpp"
#include "host/run/hdf5_objects.hpp"

namespace marketmimic {
namespace {

constexpr const char* kVersion = "0.5.0";  // of the format; later programs of the same minor version read it too

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

bool are_words(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_word); }

/// A space of `size` numbers. Minari reads JSON in which an infinite bound stands as Python writes it.
std::string box(std::uint32_t size, const char* low, const char* high) {
  const std::vector<std::string> lows(size, low), highs(size, high);
  return fmt::format(R"({{"type": "Box", "dtype": "float32", "shape": [{}], "low": [{}], "high": [{}]}})", size,
                     fmt::join(lows, ", "), fmt::join(highs, ", "));
}

std::string metadata(const EpisodeSource& source, const std::string& id, std::uint64_t bytes) {
  const Simulation& simulation = source.simulation();
  const nlohmann::ordered_json json = {
      {"data_format", "hdf5"},
      {"dataset_id", id},
      {"minari_version", kVersion},
      {"total_episodes", source.episodes()},
      {"total_steps", source.episodes() * simulation.job.rows()},
      {"observation_space", box(kObservations, "-Infinity", "Infinity")},
      {"action_space", box(kActions, "-1.0", "1.0")},
      {"dataset_size", 0.1 * std::round(1e-5 * static_cast<double>(bytes))},
      {"description", fmt::format("Adapted executions of a demonstration in simulated {} markets, by marketmimic; "
                                  "a step takes {:g} s; observations are {}; actions are {}",
                                  simulation.market.asset, simulation.job.row_seconds(),
                                  fmt::join(kObservationNames, ", "), fmt::join(kActionNames, ", "))},
  };
  return json.dump(1) + '\n';
}

class MinariWriter {
 public:
  MinariWriter(const EpisodeSource& source, const std::filesystem::path& file)
      : columns_(source.columns()), info_groups_(info_groups(columns_)), out_(file, expected_bytes(source)) {}

  void add(const Episode& episode) {
    const std::string group = fmt::format("/episode_{}", episode.number);
    out_.group(group);
    const auto steps = static_cast<std::int64_t>(episode.values<float>("/rewards").size());
    out_.attribute(group, "id", static_cast<std::int64_t>(episode.number));
    out_.attribute(group, "total_steps", steps);
    out_.attribute(group, "scenario", static_cast<std::int64_t>(episode.outcome.id));
    out_.attribute(group, "success", std::int64_t{episode.outcome.success});
    out_.attribute(group, "failure", std::string(kFailureNames[static_cast<std::size_t>(episode.outcome.failure)]));
    out_.group(group + "/infos");
    for (const std::string& inner : info_groups_) out_.group(group + "/infos" + inner);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const Quantity& quantity = columns_[i].quantity;
      if (is_info(columns_[i])) add(group + "/infos" + quantity.path, episode, i, file_type(quantity.element));
    }
    for (const char* const path : {"/observations", "/actions", "/rewards"})
      add(group + path, episode, episode.place_of(path), H5T_IEEE_F32LE);
    add(group + "/terminations", episode, episode.place_of("/terminals"), out_.boolean());
    add(group + "/truncations", episode, episode.place_of("/timeouts"), out_.boolean());
  }

  std::uint64_t publish() { return out_.publish(); }

 private:
  static std::uint64_t expected_bytes(const EpisodeSource& source) {
    std::uint64_t bytes = 5 * kGroupBytes;
    for (const Column& column : source.columns()) bytes += column.scenario_bytes() + kHeaderBytes;
    return source.episodes() * bytes;
  }

  void add(const std::string& path, const Episode& episode, std::size_t column, hid_t type) {
    std::vector<std::uint64_t> shape = columns_[column].shape(1);
    shape.erase(shape.begin());
    out_.dataset(path, type, shape, episode.bytes[column]);
  }

  const std::vector<Column>& columns_;
  std::vector<std::string> info_groups_;
  ExportFile out_;
};

}  // namespace

std::string default_dataset_id(const Simulation& simulation) {
  std::string name = simulation.market.asset;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_word(c); }, '-');
  return fmt::format("marketmimic/{}-v0", name.empty() ? "run" : name);
}

void require_dataset_id(std::string_view id) {
  const std::size_t slash = id.rfind('/'), version = id.rfind("-v");
  const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  bool valid = version != std::string_view::npos && version > name && are_words(id.substr(name, version - name));
  if (valid) {
    const std::string_view number = id.substr(version + 2);
    valid = !number.empty() && number.size() < 10 && std::all_of(number.begin(), number.end(), is_digit);
  }
  for (std::size_t first = 0; valid && first < name;) {
    const std::size_t end = id.find('/', first);
    valid = are_words(id.substr(first, end - first)) && name > 2;
    first = end + 1;
  }
  if (!valid)
    throw Error(ExitCode::usage,
                fmt::format("--dataset-id must be NAMESPACE/NAME-vN, of letters, digits, _ and - (got {})", id));
}

std::uint64_t export_minari(const EpisodeSource& source, const std::filesystem::path& folder, const std::string& id,
                            const ExportOptions& options) {
  NewFolder dataset(folder);
  const std::filesystem::path data = dataset.temporary() / "data";
  std::error_code error;
  std::filesystem::create_directory(data, error);
  if (error) throw Error(ExitCode::io, fmt::format("can't create {}: {}", folder.string(), error.message()));
  MinariWriter writer(source, data / "main_data.hdf5");
  source.visit(options, [&](const Episode& episode) { writer.add(episode); });
  const std::uint64_t bytes = writer.publish();
  const std::string described = metadata(source, id, bytes);
  publish_text(data / "metadata.json", described);
  dataset.publish();
  return bytes + described.size();
}

}  // namespace marketmimic
