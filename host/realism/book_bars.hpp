#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/input/bars.hpp"

namespace marketmimic {

/// Candles and quotes of recorded order flow, on the clock of a trade log: a LOBSTER pair (two files, in any order) or
/// an order log (one). LOBSTER counts from midnight: of `date` (`YYYY-MM-DD`), else of the date in the message file's
/// name, taken as UTC as times without a zone are in trade logs. Error(usage) where the files are neither or no date is
/// known; else as read_source() and bars_of().
/// `notices` gets what was noticed on reading.
Bars read_book_bars(const std::vector<std::string>& files, std::int64_t interval_ms,
                    const std::optional<std::string>& date, std::vector<std::string>& notices);

}  // namespace marketmimic
