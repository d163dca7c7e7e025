#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace marketmimic {

/// One candle. Always 0 < low <= open, close <= high and volume >= 0, all finite.
struct Bar {
  std::int64_t time_ms;           ///< start of the bar [ms since 1970-01-01 UTC]
  double open, high, low, close;  ///< [quote currency]
  double volume;                  ///< traded [base currency], 0 where the file knows none
};

/// What an order book shows at the end of a bar; NaN where a side is empty.
struct Quote {
  double spread;  ///< best ask less best bid [quote currency], > 0
  double depth;   ///< mean of both best sizes [as the volume]
};

/// A series of candles in the order of time, each time once.
struct Bars {
  /// What was put right or noticed on reading.
  struct Notices {
    std::size_t gaps = 0;          ///< spacings longer than the interval: halts, weekends
    std::size_t missing_bars = 0;  ///< bars that would fill the gaps
    std::size_t short_steps = 0;   ///< spacings shorter than the interval
    std::size_t reordered = 0;     ///< rows earlier than one above them; the series is sorted
    std::size_t widened = 0;       ///< bars whose open or close lay outside of low to high by rounding, now inside
  };

  std::vector<Bar> bars;         ///< at least two
  std::vector<Quote> quotes;     ///< [bars]; empty where the source shows no order book
  std::int64_t interval_ms = 0;  ///< most frequent spacing (the shorter one of a tie), > 0
  std::string symbol;            ///< empty where neither the file nor the caller names one
  std::string source;            ///< the file's path
  Notices notices;

  /// Number of bars that had ended by `time_ms`; the last of them is the newest whose close was known.
  std::size_t ended_by(std::int64_t time_ms) const;
};

/// Reads candles from a CSV table or a JSON array, plain or gzip; all are told apart by content.
///
/// CSV: columns by name, in any order and case: a time (`date`, `time`, `datetime`, `timestamp`, `open_time`, `utc` or
/// an unnamed index), `open`, `high`, `low`, `close`, `volume`; others are ignored, `Adj Close` too. Rows of several
/// symbols
/// (`ticker`, `symbol`, `coin`, `pair`) need `symbol` to choose one. Without header: quotes of eleven columns, time,
/// bid open, high, low, close and size, then ask; the bar is the mid, its volume the sum of the sizes. JSON: rows `[ms,
/// open, high, low, close, volume]`, numbers or strings; further values are ignored. Times are those of parse_time.
/// Rows in the wrong order are sorted and counted; a time given twice is an error, since one can't know which row is
/// right. Open and close may lie outside of low to high by 1e-6 of the price, the rounding of single-precision sources;
/// the bar is then widened.
///
/// Throws Error: io when the file can't be read, input_data when it can't be used (with file, line and what to do).
Bars read_bars(const std::filesystem::path& path, std::optional<std::string> symbol = std::nullopt);

/// As read_bars, from text in memory; `name` stands for the path.
Bars parse_bars(std::string_view text, std::string name, std::optional<std::string> symbol = std::nullopt);

/// One line for a person: count, interval, span, and the notices that are not zero.
std::string summary(const Bars& bars);

}  // namespace marketmimic
