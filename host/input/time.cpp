#include "host/input/time.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "host/input/number.hpp"

namespace marketmimic {
namespace {

constexpr std::int64_t second_ms = 1000, minute_ms = 60 * second_ms, hour_ms = 60 * minute_ms, day_ms = 24 * hour_ms;

/// Reads a text from its front; every function takes nothing when it finds no match.
struct Cursor {
  std::string_view text;

  bool skip(char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
  }

  /// A run of digits, `least` to `most` of them.
  std::optional<int> digits(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    int value = 0;
    while (count < most && count < text.size() && text[count] >= '0' && text[count] <= '9')
      value = 10 * value + (text[count++] - '0');
    if (count < least) return std::nullopt;
    text.remove_prefix(count);
    return value;
  }
};

std::size_t leading_digits(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos ? text.size() : end;
}

std::optional<std::int64_t> day_start(std::optional<int> year, std::optional<int> month, std::optional<int> day) {
  if (!year || !month || !day || *year < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * day_ms;
}

std::optional<std::int64_t> take_date(Cursor& in) {
  const std::size_t width = leading_digits(in.text);
  if (width == 8) {
    const auto year = in.digits(4, 4), month = in.digits(2, 2), day = in.digits(2, 2);
    return day_start(year, month, day);
  }
  if (width == 4) {
    const auto year = in.digits(4, 4);
    if (!in.skip('-')) return std::nullopt;
    const auto month = in.digits(2, 2);
    if (!in.skip('-')) return std::nullopt;
    return day_start(year, month, in.digits(2, 2));
  }
  const auto month = in.digits(1, 2);
  if (!in.skip('/')) return std::nullopt;
  const auto day = in.digits(1, 2);
  if (!in.skip('/')) return std::nullopt;
  return day_start(in.digits(4, 4), month, day);
}

/// `HH:MM[:SS[.fraction]]` as milliseconds of the day.
std::optional<std::int64_t> take_clock(Cursor& in) {
  const auto hour = in.digits(1, 2);
  if (!hour || *hour > 23 || !in.skip(':')) return std::nullopt;
  const auto minute = in.digits(2, 2);
  if (!minute || *minute > 59) return std::nullopt;
  std::int64_t time = *hour * hour_ms + *minute * minute_ms;
  if (!in.skip(':')) return time;
  const auto second = in.digits(2, 2);
  if (!second || *second > 59) return std::nullopt;
  time += *second * second_ms;
  if (!in.skip('.')) return time;
  const std::size_t places = leading_digits(in.text);
  if (places == 0) return std::nullopt;
  std::int64_t unit = 100;
  for (std::size_t i = 0; i < places && i < 3; ++i, unit /= 10) time += (in.text[i] - '0') * unit;
  if (places > 3 && in.text[3] >= '5') ++time;
  in.text.remove_prefix(places);
  return time;
}

/// `Z` or an offset from UTC as milliseconds ahead of UTC.
std::optional<std::int64_t> take_zone(Cursor& in) {
  if (in.skip('Z')) return 0;
  const std::int64_t sign = in.text.starts_with('-') ? -1 : 1;
  if (!in.skip('+') && !in.skip('-')) return std::nullopt;
  const auto hours = in.digits(2, 2);
  if (!hours || *hours > 23) return std::nullopt;
  if (in.text.empty()) return sign * *hours * hour_ms;
  in.skip(':');
  const auto minutes = in.digits(2, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return sign * (*hours * hour_ms + *minutes * minute_ms);
}

std::optional<std::int64_t> calendar_time(std::string_view text, std::int64_t local_ms) {
  Cursor in{text};
  const auto day = take_date(in);
  if (!day) return std::nullopt;
  if (in.text.empty()) return *day - local_ms;
  if (!in.skip('T') && !in.skip(' ')) return std::nullopt;
  const auto clock = take_clock(in);
  if (!clock) return std::nullopt;
  const auto zone = in.text.empty() ? local_ms : take_zone(in);
  if (!zone || !in.text.empty()) return std::nullopt;
  return *day + *clock - *zone;
}

std::optional<std::int64_t> epoch_time(std::string_view text) {
  const auto value = parse_number(text);
  constexpr double earliest_s = 1e8;
  if (!value || *value < earliest_s || *value >= 1e20) return std::nullopt;
  const double time = std::round(*value < 1e11   ? *value * 1e3
                                 : *value < 1e14 ? *value
                                 : *value < 1e17 ? *value / 1e3
                                                 : *value / 1e6);
  return static_cast<std::int64_t>(time);
}

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text, std::int64_t local_ms) {
  const std::size_t width = leading_digits(text);
  const bool epoch = width > 0 && width != 8 && (width == text.size() || text[width] == '.' || text[width] == 'e');
  return epoch ? epoch_time(text) : calendar_time(text, local_ms);
}

std::optional<std::int64_t> utc_offset(std::string_view text) {
  if (text == "UTC") return 0;
  Cursor in{text};
  const auto offset = take_zone(in);
  return in.text.empty() ? offset : std::nullopt;
}

std::string format_time(std::int64_t time_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(time_ms)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::string result = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                   clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() != 0) result += fmt::format(".{:03}", clock.subseconds().count());
  return result + "Z";
}

std::string format_duration(std::int64_t duration_ms) {
  if (duration_ms % day_ms == 0) return fmt::format("{} d", duration_ms / day_ms);
  if (duration_ms % hour_ms == 0) return fmt::format("{} h", duration_ms / hour_ms);
  if (duration_ms % minute_ms == 0) return fmt::format("{} min", duration_ms / minute_ms);
  if (duration_ms % second_ms == 0) return fmt::format("{} s", duration_ms / second_ms);
  return fmt::format("{} ms", duration_ms);
}

}  // namespace marketmimic
