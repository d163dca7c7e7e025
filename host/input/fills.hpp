#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/input/bars.hpp"
#include "host/input/log_format.hpp"

namespace marketmimic {

/// One execution of (a part of) an order.
struct Fill {
  std::int64_t time_ms;                  ///< [ms since 1970-01-01 UTC], as fine as Fills::time_resolution_ms
  std::int64_t sequence;                 ///< orders fills of the same time
  int side;                              ///< +1 bought, -1 sold
  double price;                          ///< [quote currency], > 0
  double size;                           ///< [base currency], > 0
  std::optional<double> start_position;  ///< signed position before the fill [base currency], where the log knows it
  double fee;                            ///< paid [quote currency], negative for a rebate
  std::string order_id;
  std::optional<bool> taker;  ///< took liquidity, where the log knows
  std::string reason;         ///< why the order was sent (exit reason of a round trip), or empty
};

/// The trade log of one symbol, in the order of time and sequence.
struct Fills {
  /// What was put right or noticed on reading.
  struct Notices {
    std::size_t reordered = 0;  ///< rows earlier than one above them; the log is sorted
    std::size_t unfilled = 0;   ///< orders that traded nothing (cancelled, rejected, open); left out
    std::size_t repeated = 0;   ///< rows without a number of their own that tell just what another one tells; kept
  };

  std::vector<Fill> fills;        ///< at least one
  std::string symbol;             ///< empty where neither the file nor the caller names one
  double time_resolution_ms = 1;  ///< longest of 1 d, 1 h, 1 min, 1 s and 1 ms that divides every time
  std::string source;             ///< the file's path
  Notices notices;
};

/// Reads a trade log from a CSV table with a header, plain or gzip. Three forms, told apart by their columns; names in
/// any order and case, further columns are ignored:
/// - fills: a time (`time`, `utc`, `date`, `datetime`, `timestamp`), `side` (buy, sell, b, s in any case), `price`
/// (`px`),
///   `size` (`sz`, `qty`, `quantity`, `amount`); and where there are any `seq` (`sequence`, `tid`, `trade_id`; else the
///   order of rows), `order_id` (`oid`; else each fill is an order of its own), `start_position`, `fee` (else 0),
///   `taker`;
/// - orders, where there is `filled` (`filled_size`, `executed_qty`, ...; see log_rows.cpp for every name): what each
///   traded in all, a row an order; also a time, `side`, `average_price`, and where there are any `filled_at` (else it
///   counts as filled when submitted), `status`, `order_id`, `fee`, `taker`. Those that traded nothing are left out;
/// - round trips: `open_date`, `close_date`, `open_rate`, `close_rate`, `amount`, `is_short`, and where there are any
///   `fee_open`, `fee_close` (fractions of the value) and `exit_reason`. Each trip N, counted from 1, becomes the
///   orders `trip-N-open` and `trip-N-close` of one fill each.
/// Several symbols (`symbol`, `ticker`, `coin`, `pair`) in one file need `format` to choose one. Times are those of
/// parse_time; `format` also names columns with other headings and the zone of times that state none. Rows may stand in
/// any order; the same time and `seq` twice is an error.
///
/// Throws Error: io when the file can't be read, input_data when it can't be used (with file, line and what to do).
Fills read_fills(const std::filesystem::path& path, const LogFormat& format = {});

/// As read_fills, from text in memory; `name` stands for the path.
Fills parse_fills(std::string_view text, std::string name, const LogFormat& format = {});

/// Throws Error (input_data) with both spans when any fill lies before the first bar starts or after the last one ends.
void require_overlap(const Fills& fills, const Bars& bars);

/// One line for a person: count, orders, span, and the notices that are not zero.
std::string summary(const Fills& fills);

}  // namespace marketmimic
