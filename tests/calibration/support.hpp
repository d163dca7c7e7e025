#pragma once

#include <cmath>
#include <vector>

#include "host/calibration/calibrate.hpp"
#include "host/calibration/simulation.hpp"
#include "host/input/bars.hpp"
#include "kernels/cpu/market_launcher.hpp"
#include "marketmimic/diffusion.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {

inline constexpr std::int64_t kHourMs = 3'600'000;
inline constexpr std::int64_t kStartMs = 1'600'041'600'000;  // 2020-09-14 00:00

/// A market of hourly bars like a coin's.
inline DiffusionParameters coin() {
  DiffusionParameters p;
  const float hour = 3600.0f;
  p.volatility = 1.0e-4f;
  p.slow_rate = 0.69315f / (200 * hour);
  p.slow_sd = 0.5f;
  p.fast_rate = 0.69315f / (6 * hour);
  p.fast_sd = 0.35f;
  p.memory = 0.05f;
  p.memory_rate = 1.0f / hour;
  p.jump_rate = 0.004f / hour;
  p.jump_sd = 0.03f;
  p.jump_branching = 0.3f;
  p.jump_decay = 0.2f / hour;
  p.volume_rate = 50.0f;
  p.volume_beta = 0.8f;
  p.volume_gamma = 0.4f;
  p.volume_move_rate = 2.0f / hour;
  p.volume_factor_rate = 0.1f / hour;
  p.volume_factor_sd = 0.4f;
  p.volume_noise_sd = 0.2f;
  for (std::uint32_t h = 0; h < kHoursOfDay; ++h) {
    p.season_log_volatility[h] = 0.3f * std::cos(static_cast<float>(h) * 0.2618f);
    p.season_log_volume[h] = 0.4f * std::sin(static_cast<float>(h) * 0.2618f);
  }
  return p;
}

/// A small fit, seconds of work.
inline CalibrationOptions quick() {
  CalibrationOptions options;
  options.iterations = 1;
  options.series = 16;
  options.replicates = 10;
  return options;
}

/// `count` bars of lane `lane` of `model`, made of short steps, with closes from `price` on, on a grid of 0.01.
inline Bars bars_of(const DiffusionParameters& model, std::uint32_t count, std::int64_t interval_ms, std::uint64_t seed,
                    std::size_t lane = 0, double price = 3000.0) {
  const std::uint32_t steps = steps_of_bar(interval_ms, 12);
  std::vector<float> log_price(std::size_t{count} * steps * kLanes);
  std::vector<std::int32_t> volume(log_price.size());
  MarketPaths paths;
  paths.log_price = log_price.data();
  paths.volume = volume.data();
  run_market(DiffusionStep::of(model, static_cast<float>(interval_ms / 1000 / steps), 1), seed, 0, count * steps, false,
             0, paths, best_instruction_set());
  Bars bars;
  bars.interval_ms = interval_ms;
  bars.symbol = "MADE";
  bars.source = "made bars";
  for (std::size_t t = 0; t < count; ++t) {
    const std::size_t last = ((t + 1) * steps - 1) * kLanes + lane;
    const double close = std::round(100.0 * price * std::exp(static_cast<double>(log_price[last]))) / 100.0;
    double traded = 0;
    for (std::size_t step = t * steps; step < (t + 1) * steps; ++step) traded += volume[step * kLanes + lane];
    const double open = t == 0 ? price : bars.bars.back().close;
    bars.bars.push_back({kStartMs + static_cast<std::int64_t>(t) * interval_ms, open, std::max(open, close),
                         std::min(open, close), close, 0.01 * traded});
  }
  return bars;
}

}  // namespace marketmimic
