#include "host/calibration/units.hpp"

#include "tests/calibration/support.hpp"

namespace marketmimic {
namespace {

Bars bars_with(const std::vector<double>& closes, double volume) {
  Bars bars;
  bars.interval_ms = kHourMs;
  for (std::size_t i = 0; i < closes.size(); ++i)
    bars.bars.push_back(
        {kStartMs + static_cast<std::int64_t>(i) * kHourMs, closes[i], closes[i], closes[i], closes[i], volume});
  return bars;
}

MarketFile units_of(const Bars& bars) {
  MarketFile market;
  market.diffusion.volatility = 1.0e-4f;
  set_units(market, bars);
  return market;
}

TEST(Units, TakeTheTickFromTheGridOfTheCloses) {
  EXPECT_DOUBLE_EQ(units_of(bars_with({100.01, 100.07, 103.12}, 1)).tick, 0.01);
  EXPECT_DOUBLE_EQ(units_of(bars_with({100.05, 100.10, 103.15}, 1)).tick, 0.05);
  EXPECT_DOUBLE_EQ(units_of(bars_with({1.23456, 1.234565, 1.23457}, 1)).tick, 5e-6);
  EXPECT_DOUBLE_EQ(units_of(bars_with({12000, 12500, 13000}, 1)).tick, 50);  // 500 would leave 26 ticks
}

TEST(Units, KeepTheMarketsStartInRange) {
  for (const double price : {1e-7, 0.0123, 1.0, 99999.99, 3.3e9, 1.23456789e5}) {
    const MarketFile market = units_of(bars_with({0.9 * price, 1.1 * price, price}, 1));
    EXPECT_GE(market.diffusion.initial_mid_half_ticks, 200) << price;
    EXPECT_LE(market.diffusion.initial_mid_half_ticks, 20'000'000) << price;
    EXPECT_NEAR(0.5 * market.tick * market.diffusion.initial_mid_half_ticks, price, 0.005 * price);
  }
}

TEST(Units, FollowTheRulesForVolumeAndBook) {
  const MarketFile market = units_of(bars_with({100.01, 100.02, 100.03}, 6000));  // 100 a minute
  EXPECT_DOUBLE_EQ(market.lot, 0.01);
  EXPECT_NEAR(market.diffusion.volume_rate, 10000.0 / 60.0, 1e-3);
  EXPECT_NEAR(market.diffusion.trade_lots, 10000.0 / 300.0, 1e-3);
  const double minute_ticks = 1.0e-4 * std::sqrt(60.0) * 10003;
  EXPECT_NEAR(market.diffusion.book.spread_ticks, std::max(1.0, 1.5 * minute_ticks / std::sqrt(300.0)), 1e-4);
  EXPECT_EQ(market.diffusion.book.level_gap_ticks, 1);
  double held = 0;
  for (int level = 0; level < 10; ++level) held += market.diffusion.book.depth_lots * std::sqrt(level + 1.0);
  EXPECT_NEAR(held, 10000.0, 1.0);
}

TEST(Units, LeaveVolumeAloneWhereNoneIsKnown) {
  const MarketFile market = units_of(bars_with({100.01, 100.02, 100.03}, 0));
  EXPECT_EQ(market.diffusion.volume_rate, DiffusionParameters{}.volume_rate);
  EXPECT_EQ(market.lot, MarketFile{}.lot);
}

TEST(Units, KeepTheLotsOfLongBarsCountable) {
  Bars bars = bars_with({100.01, 100.02, 100.03}, 3e9);
  bars.interval_ms = 24 * kHourMs;
  const MarketFile market = units_of(bars);
  EXPECT_LE(3e9 / market.lot, 1.0e8);
  EXPECT_GE(3e9 / market.lot, 1.0e6);
}

}  // namespace
}  // namespace marketmimic
