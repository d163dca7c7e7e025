#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace marketmimic {

/// Milliseconds since 1970-01-01 UTC of a time as market data files write it, or nothing when it is none of these:
/// - `YYYY-MM-DD`, `YYYYMMDD` or the US `M/D/YYYY`, alone or followed by a space or `T` and `HH:MM[:SS[.fraction]]`,
///   then optionally `Z` or an offset `+HH`, `+HHMM`, `+HH:MM`; `local_ms` ahead of UTC where none is given;
/// - seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size: below 1e11, 1e14 and 1e17.
///   Less than 1e8 (March 1973) is no time: it would rather be a row number or a year. Exactly eight digits are a date.
/// Rounded to a millisecond. Years 1 to 9999.
std::optional<std::int64_t> parse_time(std::string_view text, std::int64_t local_ms = 0);

/// Milliseconds ahead of UTC of `Z`, `UTC` or an offset as parse_time takes it, or nothing when it is none.
std::optional<std::int64_t> utc_offset(std::string_view text);

/// First and last time that has a year of 1 to 9999.
inline constexpr std::int64_t kFirstTime = -62'135'596'800'000, kLastTime = 253'402'300'799'999;

/// `2025-03-16T23:18:00Z`, with `.mmm` where the time is not a whole second.
std::string format_time(std::int64_t time_ms);

/// A duration in its largest whole unit: `5 min`, `1 h`, `1 d`, `90 s`, `1500 ms`.
std::string format_duration(std::int64_t duration_ms);

}  // namespace marketmimic
