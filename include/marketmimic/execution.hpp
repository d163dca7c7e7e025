#pragma once

#include <cstdint>

#include "marketmimic/account.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// Slippage of a market order without limit.
inline constexpr std::int32_t kAnySlippage = 1000000000;

/// What a strategy sends for the next step. Positive lots buy. What is not filled in that step is cancelled.
struct Orders {
  std::int32_t market = 0;               ///< takes the book at once [lots]
  std::int32_t passive = 0;              ///< rests at the best quote of its own side for one step [lots]
  std::int32_t slippage = kAnySlippage;  ///< market: ticks behind the best price it may go; a marketable limit order
};

struct ExecutionParameters {
  std::int32_t taker_fee = 0;  ///< [2^-24 of notional], 0 to 65,535
  std::int32_t maker_fee = 0;  ///< [2^-24 of notional], 0 to 65,535
  float latency = 0;           ///< order book: until orders reach the market [s], 0 up to the step
  float passive_share =
      0.2f;  ///< diffusion: share of a step's volume that a resting order at a touched quote receives, 0 to 1
};

/// A market order on its way through the book, level by level.
struct Taking {
  std::int32_t left = 0;   ///< still wanted [lots], >= 0
  std::int32_t taken = 0;  ///< [lots], >= 0
  std::int64_t notional = 0;

  MARKETMIMIC_HD static Taking of(std::int32_t lots) { return {lots < 0 ? -lots : lots, 0, 0}; }

  /// Takes what one level offers. Levels are visited best first; `shape` as ParametricBook.
  /// Book is any type with bid/ask_price(level) and bid/ask_size(level, shape).
  template <class Book>
  MARKETMIMIC_HD void visit(const Book& book, std::uint32_t level, float shape, bool buys) {
    const std::int32_t ask_lots = book.ask_size(level, shape), bid_lots = book.bid_size(level, shape);
    const std::int32_t ask_price = book.ask_price(level), bid_price = book.bid_price(level);
    const std::int32_t size = buys ? ask_lots : bid_lots;
    const std::int32_t price = buys ? ask_price : bid_price;
    const std::int32_t part = left < size ? left : size;
    notional += static_cast<std::int64_t>(price) * part;
    taken += part;
    left -= part;
  }
  /// The trade once every level was visited; what the book could not give stays unfilled.
  MARKETMIMIC_HD Trade finish(bool buys, std::int32_t fee_rate) const {
    return {buys ? taken : -taken, notional, fee_of(notional, fee_rate)};
  }
};

/// What a passive order resting at `price` [ticks] gets in a step whose mid ranged over [low, high] half ticks: all of
/// it where the mid went through the price, a share of the volume where it came to within the half spread, else none.
/// A parametric book has no queue; position in it is what `passive_share` stands for.
MARKETMIMIC_HD Trade rest(std::int32_t lots, std::int32_t price, std::int32_t half_spread_half_ticks, std::int32_t low,
                          std::int32_t high, std::int32_t volume, const ExecutionParameters& p) {
  const bool buys = lots > 0;
  const std::int32_t size = buys ? lots : -lots;
  const std::int32_t reached = buys ? 2 * price - low : high - 2 * price;  // > 0: the mid went through
  const float offered = exact::min(static_cast<float>(volume) * p.passive_share, 1.0e9f);
  const std::int32_t share = exact::round_to_int(offered);
  const std::int32_t whole = size < volume ? size : volume;  // nobody gets more than was traded
  const std::int32_t partial = whole < share ? whole : share;
  const std::int32_t filled = reached > 0 ? whole : (reached + half_spread_half_ticks > 0 ? partial : 0);
  const std::int64_t notional = static_cast<std::int64_t>(price) * filled;
  return {buys ? filled : -filled, notional, fee_of(notional, p.maker_fee)};
}

}  // namespace marketmimic
