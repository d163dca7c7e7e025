#include "host/config/default_market.hpp"

#include <array>

namespace marketmimic {

MarketFile default_market() {
  MarketFile market;
  market.tick = 0.1;
  market.lot = 0.001;
  market.currency = "USD";
  market.asset = "EXAMPLE";
  market.bar_seconds = 300;
  market.provenance = "an example of our own making, fitted to no data";

  DiffusionParameters& p = market.diffusion;
  p.volatility = 4.8e-5f;
  p.slow_rate = 6.0e-6f;  // remembers for two days
  p.slow_sd = 0.4f;
  p.fast_rate = 4.0e-4f;  // ... and for forty minutes
  p.fast_sd = 0.4f;
  p.leverage = -0.1f;
  p.memory = 0.02f;
  p.jump_rate = 8.0e-6f;  // 0.7 a day, and as many again in their wake
  p.jump_sd = 3.0e-3f;
  p.jump_branching = 0.5f;
  p.volume_rate = 60.0f;
  p.volume_gamma = 0.3f;
  p.trade_lots = 40.0f;
  p.book.spread_ticks = 2.0f;
  p.book.depth_lots = 800.0f;
  p.book.level_gap_ticks = 5;
  p.initial_mid_half_ticks = 1'000'000;  // 50,000

  // cos(2 pi (hour - 15) / 24)
  constexpr std::array<float, kHoursOfDay> day = {
      -0.7071f, -0.8660f, -0.9659f, -1.0f, -0.9659f, -0.8660f, -0.7071f, -0.5f, -0.2588f, 0.0f, 0.2588f,  0.5f,
      0.7071f,  0.8660f,  0.9659f,  1.0f,  0.9659f,  0.8660f,  0.7071f,  0.5f,  0.2588f,  0.0f, -0.2588f, -0.5f};
  for (std::uint32_t hour = 0; hour < kHoursOfDay; ++hour) {
    p.season_log_volatility[hour] = 0.25f * day[hour];
    p.season_log_volume[hour] = 0.4f * day[hour];
  }
  return market;
}

}  // namespace marketmimic
