#pragma once

#include <cstdint>

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// Most book levels a market shows on one side.
inline constexpr std::uint32_t kMaxLevels = 50;

/// Shape of a limit-order book that is not simulated order by order but follows the market's state: the spread widens
/// and the depth thins with volatility, and what a trader takes refills at a finite rate (resilience).
struct BookParameters {
  float spread_ticks = 2.0f;           ///< mean spread at normal volatility [ticks], >= 1
  float spread_exponent = 0.5f;        ///< spread ~ volatility^this, 0 to 2
  float depth_lots = 100.0f;           ///< mean size of the best level at normal volatility [lots], >= 1
  float depth_exponent = 0.5f;         ///< depth ~ volatility^-this, 0 to 2
  float depth_slope = 0.5f;            ///< size of level l ~ (1 + l)^this, -2 to 2
  std::int32_t level_gap_ticks = 1;    ///< distance between levels [ticks], >= 1
  float resilience_half_life = 30.0f;  ///< half of the taken depth is back after this [s], > 0
};

/// A book in a few words: level sizes are a pure function of it, so no lane carries 4 L integers from step to step.
struct ParametricBook {
  std::int32_t bid = 0, ask = 0;       ///< best quotes [ticks], bid < ask
  std::int32_t gap = 1;                ///< distance between levels [ticks]
  float depth_bid = 0, depth_ask = 0;  ///< size of the best level before noise [lots]
  std::uint32_t noise = 0;             ///< seeds the sizes

  MARKETMIMIC_HD std::int32_t bid_price(std::uint32_t level) const {
    return bid - static_cast<std::int32_t>(level) * gap;
  }
  MARKETMIMIC_HD std::int32_t ask_price(std::uint32_t level) const {
    return ask + static_cast<std::int32_t>(level) * gap;
  }

  /// Size of a level [lots]; `shape` is (1 + level)^slope. At least 1, but 0 where a bid would lie below one tick.
  MARKETMIMIC_HD std::int32_t bid_size(std::uint32_t level, float shape) const {
    const std::int32_t lots = size(depth_bid, 2u * level, shape);
    return bid_price(level) < 1 ? 0 : lots;
  }
  MARKETMIMIC_HD std::int32_t ask_size(std::uint32_t level, float shape) const {
    return size(depth_ask, 2u * level + 1u, shape);
  }
  /// Mid in half ticks: bid + ask.
  MARKETMIMIC_HD std::int32_t mid_half_ticks() const { return bid + ask; }

 private:
  /// Mean times a factor uniform in [0.5, 1.5), hashed from the noise word (multiply and xor-shift rounds).
  MARKETMIMIC_HD std::int32_t size(float depth, std::uint32_t index, float shape) const {
    std::uint32_t x = noise + index * 0x9E3779B9u;
    x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
    x = (x ^ (x >> 13)) * 0xC2B2AE35u;
    const float factor = 0.5f + static_cast<float>(x >> 8) * 5.9604644775390625e-8f;  // 2^-24
    const float lots = exact::clamp(depth * shape * factor, 1.0f, 1.0e9f);
    return exact::round_to_int(lots);
  }
};

}  // namespace marketmimic
