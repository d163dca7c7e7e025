#include "host/input/log_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "host/error.hpp"
#include "host/input/text.hpp"
#include "host/input/time.hpp"

namespace marketmimic {
namespace {

constexpr std::array<std::string_view, 23> kLogColumns = {
    "time",      "side",       "price",  "size",          "sequence",  "order_id",  "start_position", "fee",
    "taker",     "symbol",     "filled", "average_price", "filled_at", "status",    "open_date",      "close_date",
    "open_rate", "close_rate", "amount", "is_short",      "fee_open",  "fee_close", "exit_reason"};

}  // namespace

ColumnName parse_column(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals + 1 == text.size())
    throw Error(ExitCode::usage,
                fmt::format("--column must be name=header, such as price=\"Avg. Price\" (got {})", shown(text)));
  const std::string_view name = text.substr(0, equals);
  if (std::find(kLogColumns.begin(), kLogColumns.end(), name) == kLogColumns.end())
    throw Error(ExitCode::usage, fmt::format("--column: a log has no column {}; there are {}", shown(name),
                                             fmt::join(kLogColumns, ", ")));
  return {std::string(name), std::string(text.substr(equals + 1))};
}

std::int64_t parse_utc_offset(std::string_view text) {
  const auto offset = utc_offset(text);
  if (!offset)
    throw Error(
        ExitCode::usage,
        fmt::format("--time-zone must be an offset from UTC such as +02:00 (got {}); with daylight saving, split "
                    "the log or write its times with offsets",
                    shown(text)));
  return *offset;
}

}  // namespace marketmimic
