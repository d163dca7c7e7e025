#include "host/export/episodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "host/error.hpp"
#include "host/run/rows.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/stored_outcomes.hpp"
#include "host/run/stored_shard.hpp"
#include "host/run/workforce.hpp"
#include "host/statistics/parallel.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kMostSteps = 1 << 18;  // of scenarios in memory together
constexpr std::array<std::string_view, 5> kLearning = {"/observations", "/actions", "/rewards", "/terminals",
                                                       "/timeouts"};

/// Consecutive scenarios in memory.
struct Block {
  Scenarios scenarios;
  std::vector<ScenarioRow> outcomes;
  std::vector<std::vector<std::byte>> columns;  ///< [columns] scenario after scenario
};

template <class T>
std::vector<std::byte> bytes_of(const StoredShard& shard, const std::string& path, std::uint64_t first,
                                std::uint64_t count) {
  const std::vector<T> values = shard.read<T>(path, first, count);
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> bytes_of(const StoredShard& shard, const Column& column, std::uint64_t first,
                                std::uint64_t count) {
  const std::string& path = column.quantity.path;
  switch (column.quantity.element) {
    case Element::u8:
      return bytes_of<std::uint8_t>(shard, path, first, count);
    case Element::u32:
      return bytes_of<std::uint32_t>(shard, path, first, count);
    case Element::u64:
      return bytes_of<std::uint64_t>(shard, path, first, count);
    case Element::i32:
      return bytes_of<std::int32_t>(shard, path, first, count);
    case Element::i64:
      return bytes_of<std::int64_t>(shard, path, first, count);
    case Element::f32:
      return bytes_of<float>(shard, path, first, count);
  }
  return {};
}

Block stored(const Simulation& simulation, const StoredShard& shard, const std::vector<Column>& columns,
             const Scenarios& scenarios) {
  const std::uint64_t first = scenarios.first - shard.scenarios().first;
  Block block{scenarios, stored_outcomes(simulation, shard, first, scenarios.count), {}};
  for (const Column& column : columns)
    block.columns.push_back(bytes_of(shard, column, first * column.values(), scenarios.count * column.values()));
  return block;
}

Block replayed(ScenarioEngine& engine, const std::vector<Column>& columns, const Scenarios& scenarios) {
  const auto count = static_cast<std::uint32_t>(scenarios.count);
  const Batch batch = engine.run(scenarios.first, count);
  Block block{scenarios, {}, {}};
  for (std::uint32_t i = 0; i < count; ++i) block.outcomes.push_back(scenario_row(batch, scenarios.first, i));
  for (const Column& column : columns) {
    block.columns.emplace_back(count * column.scenario_bytes());
    column_bytes_of(column, batch.record, 0, count, block.columns.back());
  }
  return block;
}

void hand_on(const Block& block, const std::vector<Column>& columns, std::uint64_t& number,
             const std::function<void(const Episode&)>& visit) {
  for (std::uint64_t i = 0; i < block.scenarios.count; ++i) {
    Episode episode{number++, block.outcomes[i], &columns, {}};
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const std::size_t bytes = columns[c].scenario_bytes();
      episode.bytes.push_back(std::span(block.columns[c]).subspan(i * bytes, bytes));
    }
    visit(episode);
  }
}

/// Goes through the chosen scenarios by consecutive ones of one shard, at most `most`.
class Pieces {
 public:
  Pieces(const std::vector<Scenarios>& chosen, const Plan& plan, std::uint64_t most)
      : chosen_(chosen), plan_(plan), most_(most) {}

  std::optional<Scenarios> next() {
    if (range_ == chosen_.size()) return std::nullopt;
    const Scenarios& range = chosen_[range_];
    const std::uint64_t first = range.first + done_;
    const std::uint64_t end = std::min(range.end(), plan_.shard(plan_.shard_of(first)).end());
    const Scenarios piece = {first, std::min(most_, end - first)};
    done_ += piece.count;
    if (done_ == range.count) {
      done_ = 0;
      ++range_;
    }
    return piece;
  }

 private:
  const std::vector<Scenarios>& chosen_;
  Plan plan_;
  std::uint64_t most_, done_ = 0;  ///< of chosen_[range_]
  std::size_t range_ = 0;
};

std::uint64_t scenarios_together(const Simulation& simulation) {
  return std::clamp<std::uint64_t>(kMostSteps / simulation.job.steps, 1, 256);
}

}  // namespace

std::size_t Episode::place_of(std::string_view path) const {
  const auto found = std::find_if(columns->begin(), columns->end(),
                                  [path](const Column& column) { return column.quantity.path == path; });
  if (found == columns->end()) throw Error(ExitCode::internal, fmt::format("an episode has no column {}", path));
  return static_cast<std::size_t>(found - columns->begin());
}

void ExportOptions::tell(std::uint64_t done, std::uint64_t of) const {
  if (progress) progress(static_cast<double>(done) / static_cast<double>(of));
  if (stop != nullptr && stop->load()) throw Error(ExitCode::interrupted, "interrupted: nothing was written");
}

EpisodeSource::EpisodeSource(const Simulation& simulation, std::filesystem::path folder, std::vector<Scenarios> chosen,
                             std::vector<Column> wanted)
    : simulation_(simulation), folder_(std::move(folder)), chosen_(std::move(chosen)), columns_(std::move(wanted)) {
  for (const Scenarios& range : chosen_) episodes_ += range.count;
  const Schema recorded = schema_of(simulation_);
  replays_ = std::any_of(columns_.begin(), columns_.end(), [&](const Column& column) {
    const Column* const there = recorded.find(column.quantity.path);
    return there == nullptr || there->stride != column.stride;
  });
}

void EpisodeSource::visit(const ExportOptions& options, const std::function<void(const Episode&)>& visit) const {
  replays_ ? visit_replayed(options, visit) : visit_stored(options, visit);
}

void EpisodeSource::visit_stored(const ExportOptions& options, const std::function<void(const Episode&)>& visit) const {
  const Plan plan = plan_of(simulation_);
  std::optional<StoredShard> shard;
  std::uint64_t number = 0;
  Pieces pieces(chosen_, plan, scenarios_together(simulation_));
  while (const std::optional<Scenarios> piece = pieces.next()) {
    const std::uint64_t index = plan.shard_of(piece->first);
    if (!shard || shard->scenarios() != plan.shard(index)) shard.emplace(simulation_, folder_, index);
    hand_on(stored(simulation_, *shard, columns_, *piece), columns_, number, visit);
    options.tell(number, episodes_);
  }
}

void EpisodeSource::visit_replayed(const ExportOptions& options,
                                   const std::function<void(const Episode&)>& visit) const {
  Schema schema;
  schema.columns = columns_;
  GenerateOptions cpu;
  cpu.device = Device::cpu;
  const Plan plan = plan_of(simulation_);
  const Workforce force = hire(simulation_, schema, plan, cpu);
  Pieces pieces(chosen_, plan, std::min<std::uint64_t>(scenarios_together(simulation_), kBlock));
  std::uint64_t number = 0;
  while (number < episodes_) {
    std::vector<Scenarios> next;  // a piece for each engine
    for (std::optional<Scenarios> piece; next.size() < force.engines.size() && (piece = pieces.next());)
      next.push_back(*piece);
    std::vector<Block> blocks(next.size());
    parallel_for(blocks.size(), static_cast<unsigned>(blocks.size()),
                 [&](std::size_t i) { blocks[i] = replayed(*force.engines[i], columns_, next[i]); });
    for (const Block& block : blocks) hand_on(block, columns_, number, visit);
    options.tell(number, episodes_);
  }
}

std::vector<Column> learning_columns(const Simulation& simulation) {
  if (!simulation.strategy)
    throw Error(ExitCode::usage,
                "markets alone have no actions to learn from; export csv, or generate with --strategy");
  const Schema recorded = schema_of(simulation), full = full_schema(simulation, simulation.job.stride);
  std::vector<Column> columns;
  for (const Column& column : full.columns) {
    const bool learning = std::find(kLearning.begin(), kLearning.end(), column.quantity.path) != kLearning.end();
    const bool there = recorded.find(column.quantity.path) != nullptr;
    if (learning || (there && is_info(column))) columns.push_back(column);
  }
  return columns;
}

bool is_info(const Column& column) {
  return column.width == 0 && std::find(kLearning.begin(), kLearning.end(), column.quantity.path) == kLearning.end();
}

std::vector<std::string> info_groups(const std::vector<Column>& columns) {
  std::vector<std::string> groups;
  for (const Column& column : columns) {
    const std::string& path = column.quantity.path;
    const std::string group = path.substr(0, path.rfind('/'));
    if (is_info(column) && std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
  return groups;
}

}  // namespace marketmimic
