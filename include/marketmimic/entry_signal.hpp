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
  bands = 3,     ///< a close more than `level` standard deviations of the last `slow` from their mean (Bollinger)
  /// The relative strength index of `fast` changes is within `level` of its ends, 0 and 100 (Wilder 1978): over the
  /// last `slow` changes, of which the first `fast` count alike; all of them where they are no more (Cutler).
  strength = 4,
};
inline constexpr std::uint32_t kSignalFamilies = 5;

/// Tells after every bar whether a position is to be opened, and on which side.
struct EntrySignal {
  std::uint32_t family = 0;    ///< a SignalFamily
  std::uint32_t fast = 1;      ///< bars, 1 to slow; of crossings and strengths
  std::uint32_t slow = 2;      ///< bars, 2 to kHistoryBars - 1
  std::int32_t direction = 1;  ///< 1: a rise calls for a long position; -1: for a short one
  std::uint32_t sides = 3;     ///< that it opens positions on: bit 1 << TradingRules::place(side)
  float level = 0;             ///< of bands, > 0; of strengths, 0 to 50

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
    } else if (kind == SignalFamily::bands) {
      const auto now = close(0u);
      auto sum = now - now, squares = sum;
      for (std::uint32_t k = 0; k < slow; ++k) {
        const auto from = close(k) - now;
        sum += from;
        squares += from * from;
      }
      // In units of slow squared, without a root.
      const auto variance = squares * static_cast<float>(slow) - sum * sum;
      const bool far = sum * sum > level * level * variance;
      rise = far ? (sum < 0.0f ? 1 : -1) : 0;
    } else if (kind == SignalFamily::strength) {
      const float weight = 1.0f / static_cast<float>(fast);
      auto gains = close(0u) - close(0u), losses = gains;
      for (std::uint32_t k = slow; k > 0u; --k) {
        const auto change = close(k - 1u) - close(k);
        const auto gain = change > 0.0f ? change : 0.0f * change, loss = gain - change;
        const bool alike = slow - k < fast;
        gains = alike ? gains + gain * weight : gains + (gain - gains) * weight;
        losses = alike ? losses + loss * weight : losses + (loss - losses) * weight;
      }
      const float rest = 100.0f - level;
      rise = level * gains > rest * losses ? 1 : (level * losses > rest * gains ? -1 : 0);
    }
    return direction * rise;
  }
};

}  // namespace marketmimic
