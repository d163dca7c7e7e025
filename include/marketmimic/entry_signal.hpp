#pragma once

#include <cstdint>

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// Most closes that a signal may look back upon.
inline constexpr std::uint32_t kHistoryBars = 256;

/// Families of entry signals, as technical analysis knows them. Append only.
enum class SignalFamily : std::uint32_t {
  none = 0,
  breakout = 1,  ///< a close beyond all of the `slow` closes before it (Donchian's channel)
  crossing = 2,  ///< the mean of the last `fast` closes crosses that of the last `slow`
};
inline constexpr std::uint32_t kSignalFamilies = 3;

/// Tells after every bar whether a position is to be opened, and on which side.
struct EntrySignal {
  std::uint32_t family = 0;    ///< a SignalFamily
  std::uint32_t fast = 1;      ///< bars, 1 to slow - 1; for crossings alone
  std::uint32_t slow = 2;      ///< bars, 2 to kHistoryBars - 1
  std::int32_t direction = 1;  ///< 1: a rise calls for a long position; -1: for a short one
  std::uint32_t sides = 3;     ///< that it opens positions on: bit 1 << TradingRules::place(side)

  /// 1 buy, -1 sell, 0 nothing. `close(k)` is that of the bar k bars ago, in any unit; k at most `slow`.
  template <class Closes>
  MARKETMIMIC_HD std::int32_t read(const Closes& close) const {
    const auto kind = static_cast<SignalFamily>(family);
    std::int32_t rise = 0;
    if (kind == SignalFamily::breakout) {
      auto high = close(1u), low = high;
      for (std::uint32_t k = 2; k <= slow; ++k) {
        const auto c = close(k);
        high = c > high ? c : high;
        low = c < low ? c : low;
      }
      rise = close(0u) > high ? 1 : (close(0u) < low ? -1 : 0);
    } else if (kind == SignalFamily::crossing) {
      auto quick = close(0u) - close(0u), all = quick;
      for (std::uint32_t k = 0; k < slow; ++k) {
        all += close(k);
        if (k + 1u == fast) quick = all;
      }
      // What the sums were a bar before, from the same numbers.
      const auto quick_before = quick - close(0u) + close(fast), all_before = all - close(0u) + close(slow);
      const auto f = static_cast<float>(fast), s = static_cast<float>(slow);
      const bool above = quick * s > all * f, before = quick_before * s > all_before * f;
      rise = above == before ? 0 : (above ? 1 : -1);
    }
    return direction * rise;
  }
};

}  // namespace marketmimic
