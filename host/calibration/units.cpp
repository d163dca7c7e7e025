#include "host/calibration/units.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/statistics/estimators.hpp"

namespace marketmimic {
namespace {

constexpr double kTradesPerMinute = 300.0;
constexpr double kMostTicks = 1e7, kFewestTicks = 100;  // half of what initial_mid_half_ticks may be
constexpr std::uint32_t kBookLevels = 10;

bool on_grid(const Bars& bars, double tick) {
  return std::all_of(bars.bars.begin(), bars.bars.end(), [&](const Bar& bar) {
    const double ticks = bar.close / tick;
    return std::abs(ticks - std::round(ticks)) < 1e-3 + 1e-9 * ticks;
  });
}

/// The coarsest grid all closes lie on, down to 1e-10 of the last one.
double step_of_closes(const Bars& bars) {
  const double price = bars.bars.back().close;
  const int coarsest = static_cast<int>(std::floor(std::log10(price)));
  for (int exponent = coarsest; exponent > coarsest - 10; --exponent)
    for (const double digit : {5.0, 1.0})
      if (const double tick = digit * std::pow(10.0, exponent); on_grid(bars, tick)) return tick;
  return std::pow(10.0, coarsest - 10);
}

double power_of_ten_below(double value) { return std::pow(10.0, std::floor(std::log10(value))); }

/// Median over the bars that traded [units of the asset], 0 if none did.
double median_volume(const Bars& bars) {
  std::vector<double> volumes;
  for (const Bar& bar : bars.bars)
    if (bar.volume > 0) volumes.push_back(bar.volume);
  return volumes.empty() ? 0.0 : upper_median(std::move(volumes));
}

}  // namespace

void set_units(MarketFile& market, const Bars& bars) {
  DiffusionParameters& p = market.diffusion;
  const double price = bars.bars.back().close;
  market.tick = step_of_closes(bars);
  while (price / market.tick > kMostTicks) market.tick *= 10.0;
  while (price / market.tick < kFewestTicks) market.tick /= 10.0;
  p.initial_mid_half_ticks = static_cast<std::int32_t>(std::lround(2.0 * price / market.tick));

  const double minute = static_cast<double>(p.volatility) * std::sqrt(60.0) * price / market.tick;  // [ticks]
  const double spread = std::max(1.5 * minute / std::sqrt(kTradesPerMinute), 1.0);
  p.book.spread_ticks = static_cast<float>(std::min(spread, 1e6));
  p.book.level_gap_ticks = static_cast<std::int32_t>(std::clamp(0.05 * minute, 1.0, 1e6));

  const double bar_volume = median_volume(bars);
  if (bar_volume <= 0) return;
  const double bar_seconds = static_cast<double>(bars.interval_ms) / 1000.0;
  const double minute_volume = bar_volume * 60.0 / bar_seconds;
  market.lot = std::max(power_of_ten_below(minute_volume / 1e4), 10.0 * power_of_ten_below(bar_volume / 1e7));
  market.lot = std::clamp(market.lot, 1e-12, 1e9);
  const double lots = minute_volume / market.lot;
  p.volume_rate = static_cast<float>(lots / 60.0);
  p.trade_lots = static_cast<float>(std::max(lots / kTradesPerMinute, 1.0));
  double levels = 0;
  for (std::uint32_t l = 0; l < kBookLevels; ++l) levels += std::pow(l + 1.0, static_cast<double>(p.book.depth_slope));
  p.book.depth_lots = static_cast<float>(std::max(lots / levels, 1.0));
}

}  // namespace marketmimic
