#include "host/realism/calibrated_series.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "host/realism/joined_candles.hpp"
#include "host/run/cpu_engine.hpp"
#include "host/statistics/parallel.hpp"

namespace marketmimic {
namespace {

using Values = std::vector<std::int32_t>;

constexpr std::array<std::pair<std::int32_t * Record::*, Values StoredCandles::*>, 5> kColumns{{
    {&Record::open, &StoredCandles::open},
    {&Record::high, &StoredCandles::high},
    {&Record::low, &StoredCandles::low},
    {&Record::close, &StoredCandles::close},
    {&Record::volume, &StoredCandles::volume_lots},
}};

StoredCandles candles_of(const Batch& batch, std::uint32_t steps, std::uint32_t scenario) {
  StoredCandles candles;
  for (const auto& [from, to] : kColumns) {
    for (std::uint32_t t = 0; t < steps; ++t)
      (candles.*to).push_back((batch.record.*from)[std::size_t{t} * batch.record.stride + scenario]);
  }
  return candles;
}

}  // namespace

PriceSeries calibrated_series(const Simulation& run, std::uint64_t candles, unsigned threads) {
  Job job = run.job;
  job.perturbations.clear();
  job.assets = {};
  job.stop = {};
  const Simulation calm = prepare(std::move(job), run.market, std::nullopt);
  const std::uint32_t steps = calm.job.steps;
  std::vector<RecordColumn> columns;
  for (const auto& [from, to] : kColumns) columns.push_back({from, steps});

  constexpr std::uint64_t most_steps_a_candle = 10;  // of the time it takes where rows span many
  const std::uint64_t wanted = std::min(candles / calm.job.rows(), most_steps_a_candle * candles / steps);
  const std::uint64_t blocks = std::max<std::uint64_t>(1, wanted / kLanes);
  std::vector<StoredCandles> made(blocks * kLanes);
  parallel_for(blocks, threads, [&](std::size_t block) {
    CpuEngine engine(calm.context, columns, best_instruction_set());
    const std::uint64_t first = block * kLanes;
    const Batch batch = engine.run(first, kLanes);
    for (std::uint32_t i = 0; i < kLanes; ++i) made[first + i] = candles_of(batch, steps, i);
  });
  JoinedCandles joined(steps, calm.job.stride, calm.job.row_seconds());
  for (const StoredCandles& scenario : made) joined.add(scenario);
  return joined.take("the market as it was calibrated");
}

}  // namespace marketmimic
