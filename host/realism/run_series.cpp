#include "host/realism/run_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/error.hpp"
#include "host/input/time.hpp"
#include "host/realism/joined_candles.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/stored_candles.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kTogether = 256;

std::size_t broken(const StoredCandles& c) {
  std::size_t count = 0;
  for (std::size_t t = 0; t < c.close.size(); ++t) {
    const bool valid = c.low[t] > 0 && c.high[t] >= std::max(c.open[t], c.close[t]) &&
                       c.low[t] <= std::min(c.open[t], c.close[t]) && c.volume_lots[t] >= 0;
    count += valid ? 0 : 1;
  }
  return count;
}

}  // namespace

RunSeries read_run_series(const std::filesystem::path& folder, std::optional<std::int64_t> interval_ms,
                          std::uint64_t most) {
  const Simulation simulation = open_run(folder);
  const CandleReader reader(simulation, folder);
  const std::int64_t step_ms = 1000 * static_cast<std::int64_t>(simulation.job.row_seconds());
  const std::int64_t interval = interval_ms.value_or(step_ms);
  if (interval % step_ms != 0 || interval / step_ms > reader.rows())
    throw Error(ExitCode::usage, fmt::format("{}: its rows of {} give no bars of {}; generate it with steps, and an "
                                             "output.stride, that fit the other series",
                                             folder.string(), format_duration(step_ms), format_duration(interval)));
  const auto together = static_cast<std::uint32_t>(interval / step_ms);

  RunSeries result;
  result.scenarios = reader.scenarios();
  const std::uint64_t wanted = std::min(result.scenarios, std::max<std::uint64_t>(1, most / reader.rows()));
  JoinedCandles joined(reader.rows(), together, 1e-3 * static_cast<double>(interval));
  for (std::uint64_t first = 0; first < result.scenarios && result.scenarios_read < wanted;) {
    if (!reader.stored(first)) {
      first += reader.together(first, result.scenarios);
      continue;
    }
    const std::uint64_t count = reader.together(first, std::min(kTogether, wanted - result.scenarios_read));
    for (const StoredCandles& candles : reader.read(first, count)) {
      result.candles += candles.close.size();
      result.broken_candles += broken(candles);
      joined.add(candles);
    }
    result.scenarios_read += count;
    first += count;
  }
  if (result.scenarios_read == 0)
    throw Error(ExitCode::io,
                fmt::format("{} holds no complete shard yet; let generate run for longer", folder.string()));
  result.series = joined.take(folder.string());
  return result;
}

}  // namespace marketmimic
