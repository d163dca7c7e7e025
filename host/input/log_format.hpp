#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace marketmimic {

/// A column of a log by our name, and what its header calls it.
struct ColumnName {
  std::string name, header;
};

/// What a log's file does not say itself.
struct LogFormat {
  std::optional<std::string> symbol = std::nullopt;  ///< to read where a file holds several
  std::vector<ColumnName> columns = {};              ///< headings that are none of those read_fills knows
  std::int64_t utc_offset_ms = 0;                    ///< local time less UTC, of times that state no zone
};

/// `name=header`, such as `price=Avg. Fill Price`. Throws Error (usage) where it is not that, or read_fills knows no
/// column of the name.
ColumnName parse_column(std::string_view text);

/// `+02:00`, `-0530`, `+09`, `Z` or `UTC` as milliseconds ahead of UTC. Throws Error (usage) for anything else: a place
/// has no fixed offset.
std::int64_t parse_utc_offset(std::string_view text);

}  // namespace marketmimic
