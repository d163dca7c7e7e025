#include "host/decomposition/trading_hours.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace marketmimic {
namespace {

constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;
constexpr std::int64_t kMonday = 1'735'516'800'000;  ///< 2024-12-30

std::vector<int> hours_in(const TradingHours& hours, std::int64_t day) {
  std::vector<int> in;
  for (int hour = 0; hour < 24; ++hour)
    if (hours.contain(day + hour * kHour)) in.push_back(hour);
  return in;
}

TEST(TradingHours, AreAllButTheLongestTimeWithoutATrade) {
  const TradingHours day({kMonday + 9 * kHour, kMonday + 12 * kHour, kMonday + 17 * kHour + kHour / 2});
  EXPECT_EQ(hours_in(day, kMonday), (std::vector{9, 10, 11, 12, 13, 14, 15, 16, 17})) << "the pauses among them count";
  EXPECT_TRUE(day.contain(kMonday + 18 * kHour - 1));
  const TradingHours night({kMonday + 23 * kHour, kMonday + 4 * kHour});
  EXPECT_EQ(hours_in(night, kMonday), (std::vector{0, 1, 2, 3, 4, 23})) << "round midnight";
  std::vector<std::int64_t> whole;
  for (int hour = 0; hour < 24; ++hour) whole.push_back(kMonday + hour * kHour);
  EXPECT_EQ(hours_in(TradingHours(whole), kMonday).size(), 24u);
}

TEST(TradingHours, AreOnDaysOfTheWeekOnWhichThereWasATrade) {
  std::vector<std::int64_t> times;
  for (int day = 0; day < 5; ++day) times.push_back(kMonday + day * kDay + 12 * kHour);
  const TradingHours hours(times);
  for (int day = 0; day < 14; ++day) EXPECT_EQ(hours.contain(kMonday + day * kDay + 12 * kHour), day % 7 < 5) << day;
  EXPECT_FALSE(TradingHours({}).contain(kMonday)) << "of nobody";
}

}  // namespace
}  // namespace marketmimic
