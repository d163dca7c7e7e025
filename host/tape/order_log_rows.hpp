#pragma once

#include <cstdint>
#include <vector>

#include "host/input/lines.hpp"

namespace marketmimic {

/// One row of an order log.
struct OrderLogRow {
  enum class Action : std::uint8_t { created, changed, deleted };

  std::int64_t order;
  std::int64_t time_ms;  ///< since 1970-01-01 UTC
  std::int64_t price;    ///< [1e-4 currency units]
  std::int64_t volume;   ///< left after the action, in the file's unit, >= 0
  Action action;
  int direction;  ///< 1 bid, -1 ask
};

/// The rows in the file's order, times never going back, at least one. Error(input_data).
std::vector<OrderLogRow> read_order_log_rows(LineReader& lines);

}  // namespace marketmimic
