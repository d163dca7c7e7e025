#include "host/decomposition/alignment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "host/input/bars.hpp"
#include "host/input/fills.hpp"
#include "host/input/time.hpp"

namespace marketmimic {

std::vector<std::string> alignment_notices(const Fills& fills, const Bars& bars) {
  std::size_t within = 0, in_gaps = 0;
  std::optional<std::int64_t> first_gap;
  for (const Fill& fill : fills.fills) {
    const auto after = std::partition_point(bars.bars.begin(), bars.bars.end(),
                                            [&](const Bar& bar) { return bar.time_ms <= fill.time_ms; });
    if (after == bars.bars.begin()) continue;
    const Bar& bar = *(after - 1);
    if (fill.time_ms >= bar.time_ms + bars.interval_ms) {
      ++in_gaps;
      if (!first_gap) first_gap = fill.time_ms;
      continue;
    }
    within += fill.price >= bar.low * (1 - kOtherVenue) && fill.price <= bar.high * (1 + kOtherVenue) ? 1 : 0;
  }
  std::vector<std::string> notices;
  const std::size_t in_bars = fills.fills.size() - in_gaps;
  if (2 * within < in_bars)
    notices.push_back(fmt::format(
        "only {} of {} fills of {} have a price within {:g} % of their bar of {}: check that both are of the "
        "same symbol, currency and time zone",
        within, in_bars, fills.source, 100 * kOtherVenue, bars.source));
  if (in_gaps > 0)
    notices.push_back(
        fmt::format("{} of {} fills of {} lie in gaps of the bars, the first at {}: there the market is "
                    "taken as the bar before left it",
                    in_gaps, fills.fills.size(), fills.source, format_time(*first_gap)));
  return notices;
}

}  // namespace marketmimic
