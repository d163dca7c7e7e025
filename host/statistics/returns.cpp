#include "host/statistics/returns.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace marketmimic {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

std::int64_t day_of(std::int64_t time_ms) { return time_ms >= 0 ? time_ms / kDayMs : (time_ms - kDayMs + 1) / kDayMs; }

std::int32_t month_of(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return static_cast<int>(date.year()) * 12 + static_cast<std::int32_t>(static_cast<unsigned>(date.month()));
}

Calendar calendar_of_times(const std::vector<std::int64_t>& times) {
  Calendar calendar;
  if (times.empty()) return calendar;
  const std::int64_t first_day = day_of(times.front());
  const std::int32_t first_month = month_of(first_day);
  for (const std::int64_t time : times) {
    const std::int64_t day = day_of(time);
    calendar.second.push_back(static_cast<std::int32_t>((time - day * kDayMs) / 1000));
    calendar.day.push_back(static_cast<std::int32_t>(day - first_day));
    calendar.month.push_back(month_of(day) - first_month);
  }
  return calendar;
}

}  // namespace

Calendar Calendar::regular(std::int64_t start_ms, std::int64_t interval_ms, std::size_t count) {
  std::vector<std::int64_t> times(count);
  for (std::size_t i = 0; i < count; ++i) times[i] = start_ms + static_cast<std::int64_t>(i) * interval_ms;
  return calendar_of_times(times);
}

Returns log_returns(const Bars& bars) {
  const auto n = static_cast<Eigen::Index>(bars.bars.size()) - 1;
  const std::int64_t longest =
      bars.interval_ms < kDayMs ? bars.interval_ms : std::max(bars.interval_ms, kClosedDays * kDayMs);
  Returns returns;
  returns.bar_seconds = static_cast<double>(bars.interval_ms) / 1000.0;
  returns.value.setZero(n);
  returns.valid.setOnes(n);
  returns.volume.setZero(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const Bar& before = bars.bars[static_cast<std::size_t>(i)];
    const Bar& bar = bars.bars[static_cast<std::size_t>(i) + 1];
    returns.volume[i] = bar.volume;
    if (bar.time_ms - before.time_ms > longest)
      returns.valid[i] = 0;
    else
      returns.value[i] = std::log(bar.close / before.close);
  }
  if (!(returns.volume > 0).any()) returns.volume.resize(0);
  return returns;
}

Calendar calendar_of(const Bars& bars) {
  std::vector<std::int64_t> times;
  for (std::size_t i = 1; i < bars.bars.size(); ++i) times.push_back(bars.bars[i].time_ms);
  return calendar_of_times(times);
}

}  // namespace marketmimic
