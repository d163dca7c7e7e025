#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "host/tape/tape.hpp"

namespace marketmimic {

struct OrderLogOptions {
  std::uint32_t levels = 10;          ///< of the book that is rebuilt, 1 to 500
  std::int64_t lot = 1'000'000;       ///< volume of one lot in the file's unit: 0.01 BTC where that is 1e-8 BTC; > 0
  std::int64_t patience_ms = 10'000;  ///< longest time a marketable order may wait for its match
};

/// Reads an exchange's log of single orders and rebuilds the book it tells of. CSV, plain or gzip, with a header and
/// the columns `id`, `timestamp`, `price` [currency units, up to four decimals], `volume` (what is left of the order, a
/// whole number), `action` (`created`, `changed`, `deleted`) and `direction` (`bid`, `ask`); others are ignored.
///
/// Trades and cancels look alike in such a log. What tells them apart, and holds on bitstamp_l3: volume only falls by
/// trading, so `changed`, and `deleted` with volume 0, are fills of what was left before; `deleted` with a volume is a
/// cancel of that volume. Both sides of a trade report their fill; a marketable order is shown before it is matched.
/// Hence
/// - a created order that crosses the book is held back; its partner's fills are the trades, one message each, and are
///   booked on it, whichever side reports first;
/// - once nothing is left to cross, the rest of it is submitted; a cancel meanwhile leaves no message;
/// - an order still crossed after `patience_ms` proves that what stands in its way has gone: that is deleted;
/// - an order from before the log that a `deleted` or `changed` row reveals stands in the book from the start.
/// `Tape::notices` says how often each was needed. Sizes are lots, rounded, at least one while anything is left.
///
/// Throws Error: io when the file can't be read, input_data (file, line, what to do) where it can't be used.
Tape read_order_log(const std::filesystem::path& path, const OrderLogOptions& options = {});

/// As read_order_log, from text in memory; `name` stands for the path.
Tape parse_order_log(std::string_view text, const std::string& name, const OrderLogOptions& options = {});

}  // namespace marketmimic
