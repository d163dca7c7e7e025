#include "host/decomposition/market_prices.hpp"

namespace marketmimic {
namespace {

/// What the bars knew at a time.
double price_at(const Bars& bars, std::int64_t time_ms) {
  const std::size_t ended = bars.ended_by(time_ms);
  return ended == 0 ? bars.bars.front().open : bars.bars[ended - 1].close;
}

}  // namespace

Fills at_market_prices(const Fills& fills, const Bars& bars) {
  Fills marked = fills;
  for (Fill& fill : marked.fills) {
    fill.price = price_at(bars, fill.time_ms);
    fill.fee = 0;
  }
  return marked;
}

Ledger at_market_prices(const Ledger& ledger, const Bars& bars) {
  Ledger marked = ledger;
  double price = bars.bars.front().open;
  auto bar = bars.bars.begin();
  for (PositionChange& change : marked.changes) {  // in the order of time, millions of them
    for (; bar != bars.bars.end() && bar->time_ms + bars.interval_ms <= change.time_ms; ++bar) price = bar->close;
    if (change.order != PositionChange::unobserved) change.price = price;
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
