#include "host/run/stored_candles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "host/error.hpp"
#include "host/run/columns.hpp"
#include "host/run/plan.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/stored_shard.hpp"

namespace marketmimic {
namespace {

using Values = std::vector<std::int32_t>;

constexpr std::array<std::pair<const char*, Values StoredCandles::*>, 5> kColumns{{
    {"/market/open_half_ticks", &StoredCandles::open},
    {"/market/high_half_ticks", &StoredCandles::high},
    {"/market/low_half_ticks", &StoredCandles::low},
    {"/market/close_half_ticks", &StoredCandles::close},
    {"/market/volume_lots", &StoredCandles::volume_lots},
}};

}  // namespace

CandleReader::CandleReader(const Simulation& simulation, std::filesystem::path folder)
    : simulation_(simulation), folder_(std::move(folder)) {
  const Schema schema = schema_of(simulation_);
  for (const auto& [path, member] : kColumns) {
    const Column* const column = schema.find(path);
    if (column == nullptr || column->quantity.element != Element::i32 || column->values() != rows())
      throw Error(ExitCode::usage,
                  fmt::format("{}: the run did not record {}; generate it with its market", folder_.string(), path));
  }
}

std::uint64_t CandleReader::scenarios() const { return simulation_.scenarios; }
bool CandleReader::stored(std::uint64_t scenario) const {
  return StoredShard::published(simulation_, folder_, plan_of(simulation_).shard_of(scenario));
}
std::uint32_t CandleReader::rows() const { return simulation_.job.rows(); }

std::uint64_t CandleReader::together(std::uint64_t first, std::uint64_t most) const {
  const Plan plan = plan_of(simulation_);
  return std::min(most, plan.shard(plan.shard_of(first)).end() - first);
}

std::vector<StoredCandles> CandleReader::read(std::uint64_t first, std::uint64_t count) const {
  const Plan plan = plan_of(simulation_);
  const StoredShard shard(simulation_, folder_, plan.shard_of(first));
  std::vector<StoredCandles> candles(count);
  for (const auto& [path, member] : kColumns) {
    for (std::uint64_t i = 0; i < count; ++i)
      candles[i].*member = shard.read<std::int32_t>(path, (first + i - shard.scenarios().first) * rows(), rows());
  }
  return candles;
}

}  // namespace marketmimic
