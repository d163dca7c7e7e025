#pragma once

#include <cstddef>
#include <cstdint>

#include "host/input/csv.hpp"
#include "host/input/fills.hpp"
#include "host/input/rows.hpp"
#include "host/input/symbol_choice.hpp"

namespace marketmimic {

/// The fills that the rows of a trade log tell, as they stand.
struct LogRows {
  Rows<Fill> rows;
  std::size_t unfilled = 0;    ///< orders that traded nothing
  bool rows_numbered = false;  ///< the log gives each row a number of its own, or each is an order of its own
  bool orders_known = false;   ///< the log says which fills are of one order
};

/// Reads fills, orders or round trips, as read_fills tells them apart. `local_ms`: see parse_time.
LogRows read_log_rows(CsvReader& csv, SymbolChoice& symbol, std::int64_t local_ms);

}  // namespace marketmimic
