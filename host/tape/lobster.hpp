#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "host/tape/tape.hpp"

namespace marketmimic {

/// Reads a LOBSTER pair (lobsterdata.com), plain or gzip, without headers, row i of one belonging to row i of the
/// other:
/// - message: seconds after midnight, type 1 to 7, order number, size, price, direction;
/// - orderbook: ask price, ask size, bid price, bid size, for each level from the best.
/// Prices are whole numbers of 1e-4 currency units. The tick is the greatest step that all visible prices share, at
/// most what the data tells; hidden trades are left out, since they may lie between ticks. Blank lines are skipped.
///
/// Throws Error: io when a file can't be read, input_data (file, line, what to do) where it can't be used: rows without
/// partner, a header, a wrong number of columns, unknown types or directions, sizes that are not above 0, times going
/// back, prices that are decimal or of another scale, a crossed book, levels missing or in the wrong order.
Tape read_lobster(const std::filesystem::path& message, const std::filesystem::path& orderbook);

/// As read_lobster, from text in memory; the names stand for the paths.
Tape parse_lobster(std::string_view message, std::string_view orderbook, const std::string& message_name,
                   const std::string& orderbook_name);

/// What LOBSTER's file names tell.
struct LobsterName {
  std::string ticker;              ///< letters, digits, `-` and `.`
  std::string date;                ///< `YYYY-MM-DD`
  std::int64_t start_ms = 0;       ///< after midnight
  std::int64_t end_ms = 86400000;  ///< after midnight, > start
};

/// Where a pair lies.
struct LobsterFiles {
  std::filesystem::path message, orderbook;
};

/// `TICKER_DATE_START_END_message_L.csv` and `..._orderbook_L.csv` in `folder`. Error(usage) for a name that can't be
/// one.
LobsterFiles lobster_files(const std::filesystem::path& folder, const LobsterName& name, std::uint32_t levels);

/// Writes a pair with these names, each whole or not at all. Times count from the midnight (UTC) before the first
/// message, always with nine decimals. Error(io).
LobsterFiles write_lobster(const Tape& tape, const std::filesystem::path& folder, const LobsterName& name);

}  // namespace marketmimic
