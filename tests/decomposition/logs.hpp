#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "host/input/bars.hpp"
#include "host/input/fills.hpp"

namespace marketmimic {

/// 2025-01-01T00:00:00Z.
inline constexpr std::int64_t kStartMs = 1'735'689'600'000;

/// A fill `seconds` after the start; its sequence is that of the calls where none is given.
inline Fill fill(double seconds, double signed_size, double price, const std::string& order,
                 std::optional<double> start_position = {}, std::int64_t sequence = -1) {
  static std::int64_t calls = 0;
  Fill f{};
  f.time_ms = kStartMs + static_cast<std::int64_t>(seconds * 1000);
  f.sequence = sequence < 0 ? ++calls : sequence;
  f.side = signed_size < 0 ? -1 : 1;
  f.size = signed_size < 0 ? -signed_size : signed_size;
  f.price = price;
  f.order_id = order;
  f.start_position = start_position;
  f.taker = true;
  return f;
}

inline Fills log_of(std::vector<Fill> fills) {
  Fills log;
  log.fills = std::move(fills);
  log.symbol = "TEST";
  log.source = "test.csv";
  return log;
}

/// Buys at the ends of some bars of an hour and sells ten bars later.
inline Fills buys_after(const Bars& bars, const std::vector<std::size_t>& entries) {
  std::vector<Fill> fills;
  std::size_t free = 0;
  for (const std::size_t i : entries) {
    if (i < free || i + 12 >= bars.bars.size()) continue;
    const double seconds = static_cast<double>(bars.bars[i + 1].time_ms - kStartMs) / 1000;
    fills.push_back(fill(seconds, 1, bars.bars[i].close, "in-" + std::to_string(i)));
    fills.push_back(fill(seconds + 36'000, -1, bars.bars[i + 10].close, "out-" + std::to_string(i)));
    free = i + 12;
  }
  return log_of(std::move(fills));
}

/// Whether the bar after bar `i`, of an hour, begins from 7 to 15 o'clock.
inline bool in_the_day(std::size_t i) { return (i + 1) % 24 >= 7 && (i + 1) % 24 < 15; }

/// A trader who buys every 15 to 34 bars, whatever they say, and sells ten bars later.
inline Fills blind_buys(const Bars& bars, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::vector<std::size_t> entries;
  for (std::size_t i = 20; i < bars.bars.size(); i += 15 + engine() % 20) entries.push_back(i);
  return buys_after(bars, entries);
}

/// 5-minute bars of the given closes, from the start on.
inline Bars bars_of(const std::vector<double>& closes) {
  Bars bars;
  bars.interval_ms = 300'000;
  bars.source = "bars.csv";
  double open = closes.front();
  for (std::size_t i = 0; i < closes.size(); ++i) {
    const double close = closes[i];
    bars.bars.push_back({kStartMs + static_cast<std::int64_t>(i) * 300'000, open, open > close ? open : close,
                         open < close ? open : close, close, 1.0});
    open = close;
  }
  return bars;
}

/// Alternates by 0.1 %: no trend, a known volatility.
inline std::vector<double> calm(std::size_t count, double price = 100) {
  std::vector<double> closes;
  for (std::size_t i = 0; i < count; ++i) closes.push_back(price * (i % 2 == 0 ? 1.0005 : 0.9995));
  return closes;
}

/// Hourly bars of a random walk: normal steps, twelve a bar, `sigma` the standard deviation of a bar's log return.
inline Bars random_bars(std::size_t count, double sigma, std::uint64_t seed) {
  Bars bars;
  bars.interval_ms = 3'600'000;
  bars.source = "random.csv";
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> step(0, sigma / std::sqrt(12.0));
  double price = 100;
  for (std::size_t i = 0; i < count; ++i) {
    Bar bar{kStartMs + static_cast<std::int64_t>(i) * bars.interval_ms, price, price, price, price, 1};
    for (int k = 0; k < 12; ++k) {
      price *= std::exp(step(engine));
      bar.high = std::max(bar.high, price);
      bar.low = std::min(bar.low, price);
    }
    bar.close = price;
    bars.bars.push_back(bar);
  }
  return bars;
}

}  // namespace marketmimic
