#pragma once

#include <cstdint>

namespace marketmimic {

/// Most lots that a step can report.
inline constexpr std::int32_t kMostVolume = 2147483647;

/// Mid and volume within one step.
struct Candle {
  std::int32_t open = 0, high = 0, low = 0, close = 0;  ///< the mid [half ticks]; low <= open, close <= high
  std::int32_t volume = 0;  ///< [lots], the strategy's trades included; kMostVolume where it was more
  std::int32_t trades = 0;
};

/// What a market shows after a step, whatever model made it. Strategy, detectors and recorder see this and the book's
/// levels, nothing else.
struct MarketView {
  Candle candle;
  std::int32_t mid = 0;                     ///< [half ticks] best bid plus best ask
  std::int32_t spread = 0;                  ///< [ticks] >= 1
  std::int32_t bid_size = 0, ask_size = 0;  ///< at the best quotes [lots]
};

}  // namespace marketmimic
