// Planted seasons come back.

#include "host/calibration/season.hpp"

#include <numeric>

#include "tests/calibration/support.hpp"

namespace marketmimic {
namespace {

void expect_planted(std::int64_t interval_ms, std::uint32_t count, double error) {
  DiffusionParameters planted = coin();
  planted.jump_rate = 0;  // jumps do not follow the hours
  const Bars bars = bars_of(planted, count, interval_ms, 3);
  const Returns returns = log_returns(bars);
  const Season volatility = volatility_season(returns, calendar_of(bars));
  const Season volume = volume_season(returns, calendar_of(bars));
  for (std::size_t h = 0; h < kHoursOfDay; ++h) {
    EXPECT_NEAR(volatility[h], planted.season_log_volatility[h], error) << h;
    EXPECT_NEAR(volume[h], planted.season_log_volume[h], error) << h;
  }
}

TEST(Season, ComesBackFromHours) { expect_planted(kHourMs, 40'000, 0.08); }
TEST(Season, ComesBackFromFiveMinutesBetweenTheFullHours) { expect_planted(300'000, 60'000, 0.11); }

TEST(Season, HasMeanZeroAndNoneForLongBars) {
  const Bars hours = bars_of(coin(), 5000, kHourMs, 4);
  const Season season = volatility_season(log_returns(hours), calendar_of(hours));
  EXPECT_NEAR(std::accumulate(season.begin(), season.end(), 0.0), 0.0, 1e-4);
  const Bars days = bars_of(coin(), 600, 24 * kHourMs, 4);
  EXPECT_EQ(volatility_season(log_returns(days), calendar_of(days)), Season{});
  EXPECT_EQ(volume_season(log_returns(days), calendar_of(days)), Season{});
}

TEST(Season, StaysFiniteWhereHoursHaveNoBars) {
  Bars bars = bars_of(coin(), 9000, kHourMs, 5);
  std::erase_if(bars.bars, [](const Bar& bar) { return bar.time_ms / kHourMs % 24 < 8; });
  const Season season = volatility_season(log_returns(bars), calendar_of(bars));
  for (const float value : season) EXPECT_LT(std::abs(value), 1.0f);
}

}  // namespace
}  // namespace marketmimic
