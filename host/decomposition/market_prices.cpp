#include "host/decomposition/market_prices.hpp"

#include <algorithm>

namespace marketmimic {

Fills at_market_prices(const Fills& fills, const Bars& bars) {
  Fills marked = fills;
  for (Fill& fill : marked.fills) {
    const auto open = std::partition_point(bars.bars.begin(), bars.bars.end(), [&](const Bar& bar) {
      return bar.time_ms + bars.interval_ms <= fill.time_ms;
    });
    fill.price = open == bars.bars.begin() ? bars.bars.front().open : (open - 1)->close;
    fill.fee = 0;
  }
  return marked;
}

Bars rotated(const Bars& bars, std::size_t shift) {
  Bars result = bars;
  const std::size_t count = bars.bars.size();
  double price = bars.bars.front().open;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = (i + shift) % count;
    const Bar& bar = bars.bars[from];
    const double factor = price / (from == 0 ? bar.open : bars.bars[from - 1].close);
    const std::int64_t time = bars.bars[i].time_ms;
    result.bars[i] = {time, bar.open * factor, bar.high * factor, bar.low * factor, bar.close * factor, bar.volume};
    price = result.bars[i].close;
  }
  return result;
}

}  // namespace marketmimic
