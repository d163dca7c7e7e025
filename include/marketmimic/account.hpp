#pragma once

#include <cstdint>

#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// One lot bought or sold at one tick is the unit of money, so that every balance is an exact integer.
/// Fees are `(notional * rate) >> 24`, where `rate` is the fee rate in units of 2^-24 (6e-8).
inline constexpr int kFeeShift = 24;

/// Trades of one step, one sign throughout: lots > 0 bought, lots < 0 sold.
struct Trade {
  std::int32_t lots = 0;
  std::int64_t notional = 0;  ///< sum of price x |lots| [tick lots], >= 0
  std::int64_t fee = 0;       ///< [tick lots]

  /// Change of cash: what selling brings or buying costs, less the fee.
  MARKETMIMIC_HD std::int64_t cash() const { return (lots > 0 ? -notional : notional) - fee; }
};

/// Exact for every notional >= 0 and rate < 2^24: in two parts, since the product need not fit 64 bits.
MARKETMIMIC_HD std::int64_t fee_of(std::int64_t notional, std::int32_t rate) {
  const std::int64_t whole = notional >> kFeeShift, rest = notional & ((std::int64_t{1} << kFeeShift) - 1);
  return whole * rate + ((rest * rate) >> kFeeShift);
}

/// A trader's exact balance. Conservation: cash == sum of Trade::cash(), inventory == sum of lots.
struct Account {
  std::int64_t cash = 0;         ///< [tick lots]
  std::int64_t fees = 0;         ///< paid so far [tick lots]; already out of `cash`
  std::int64_t inventory = 0;    ///< [lots], signed
  std::int64_t traded_lots = 0;  ///< bought plus sold

  MARKETMIMIC_HD void book(const Trade& fill) {
    cash += fill.cash();
    fees += fill.fee;
    inventory += fill.lots;
    traded_lots += fill.lots < 0 ? -static_cast<std::int64_t>(fill.lots) : static_cast<std::int64_t>(fill.lots);
  }
  /// Worth in half units of money, so that a mid between ticks stays an integer.
  MARKETMIMIC_HD std::int64_t value_half(std::int32_t mid_half_ticks) const {
    return 2 * cash + inventory * mid_half_ticks;
  }
};

}  // namespace marketmimic
