#pragma once

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "host/input/bars.hpp"

namespace marketmimic {

inline std::filesystem::path shared_data() {
  if (const char* const named = std::getenv("MARKETMIMIC_SHARED_DATA")) return named;
  return std::filesystem::path(MARKETMIMIC_SOURCE_DIR) / "../shared/data";
}

inline Eigen::ArrayXd ones(Eigen::Index n) { return Eigen::ArrayXd::Ones(n); }

inline Eigen::ArrayXd normals(Eigen::Index n, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal;
  return Eigen::ArrayXd::NullaryExpr(n, [&] { return normal(engine); });
}

/// x_t = phi x_(t-1) + noise, from its stationary law.
inline Eigen::ArrayXd autoregression(Eigen::Index n, double phi, unsigned seed) {
  Eigen::ArrayXd x = normals(n, seed);
  x[0] /= std::sqrt(1.0 - phi * phi);
  for (Eigen::Index t = 1; t < n; ++t) x[t] += phi * x[t - 1];
  return x;
}

/// Bars of `interval_ms` whose volatility wanders, with volume tied to it, without the bars of [gap, gap + lost).
inline Bars made_bars(std::size_t count, std::int64_t interval_ms, unsigned seed, std::size_t gap, std::size_t lost) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal;
  Bars bars;
  bars.interval_ms = interval_ms;
  bars.source = "made bars";
  double price = 100, level = 0;
  for (std::size_t i = 0; i < count; ++i) {
    level = 0.98 * level + 0.15 * normal(engine);
    const double z = normal(engine), before = price;
    price *= std::exp(0.002 * std::exp(level) * z);
    const double volume = std::round(1000.0 * std::exp(level + 0.3 * std::abs(z) + 0.4 * normal(engine)));
    const double high = std::max(before, price), low = std::min(before, price);
    if (i >= gap && i < gap + lost) continue;
    bars.bars.push_back({1'600'000'000'000 + static_cast<std::int64_t>(i) * interval_ms, before, high, low, price,
                         i % 97 == 0 ? 0.0 : volume});
  }
  return bars;
}

}  // namespace marketmimic
