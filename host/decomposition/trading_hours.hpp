#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace marketmimic {

/// When a trader is at the desk: all hours of the day (UTC) but the longest time in which nothing was ever traded, on
/// the days of the week on which something was. What the market does meanwhile goes unanswered and means nothing.
class TradingHours {
 public:
  /// At `times_ms` [ms since 1970] the trader traded.
  explicit TradingHours(const std::vector<std::int64_t>& times_ms);

  bool contain(std::int64_t time_ms) const { return hours_.test(hour(time_ms)) && days_.test(day(time_ms)); }

 private:
  static constexpr std::size_t kHours = 24, kDays = 7;
  static constexpr std::int64_t kHourMs = 3'600'000, kDayMs = 24 * kHourMs;
  /// Which of `count` parts of so many milliseconds each a time lies in, over and over.
  static std::size_t part(std::int64_t time_ms, std::int64_t length, std::int64_t count) {
    return static_cast<std::size_t>((time_ms / length % count + count) % count);
  }
  static std::size_t hour(std::int64_t time_ms) { return part(time_ms, kHourMs, kHours); }
  static std::size_t day(std::int64_t time_ms) { return part(time_ms, kDayMs, kDays); }

  std::bitset<kHours> hours_;
  std::bitset<kDays> days_;
};

}  // namespace marketmimic
