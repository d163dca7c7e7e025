#pragma once

#include <cstdint>

#include "marketmimic/entry_signal.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/menu_item.hpp"

namespace marketmimic {

/// Why a position was first reduced. Append only.
enum class ExitCause : std::uint32_t {
  own = 0,     ///< when the trader saw fit
  stop = 1,    ///< the loss reached the stop
  target = 2,  ///< the gain reached the target
  signal = 3,  ///< the opposite entry signal
  event = 4,   ///< a market event that the trader answers
};
inline constexpr std::uint32_t kExitCauses = 5;

/// What a distance counts, as of the entry. Append only.
enum class ExitUnit : std::uint32_t {
  log_price = 0,
  smoothed = 1,    ///< root mean square of a bar's log return, forgotten with a half-life (RiskMetrics, 1996)
  window = 2,      ///< the same of the last returns alone, all alike
  true_range = 3,  ///< average true range in log price, smoothed as Wilder does (1978): by 1 / n
};
inline constexpr std::uint32_t kExitUnits = 4;
/// Most returns of a window.
inline constexpr std::uint32_t kLongestWindow = kHistoryBars - 2;

/// A distance at which positions are left.
struct ExitDistance {
  float distance = 0;           ///< [units]; 0: there is none
  std::uint32_t unit = 0;       ///< an ExitUnit
  float memory = 0;             ///< [bars]: half-life, window (1 to kLongestWindow) or n; 0 in log price
  std::uint32_t from_best = 0;  ///< 1: from the position's best price (a trailing stop) instead of its mean entry price
  std::uint32_t at_close = 0;   ///< 1: bars are looked at when they close, not while they go on; best prices are closes

  MARKETMIMIC_HD ExitUnit counts() const { return static_cast<ExitUnit>(unit); }
  /// Returns of its window; of other units 0.
  MARKETMIMIC_HD std::uint32_t window() const {
    return counts() == ExitUnit::window ? static_cast<std::uint32_t>(memory) : 0u;
  }
};

/// The rules a demonstration shows: when it enters, and where it leaves.
struct TradingRules {
  EntrySignal entry;               ///< family none: the primitives' own triggers open positions
  ExitDistance stop, target;       ///< target: from the entry
  std::uint32_t flips = 0;         ///< 1: the opposite signal opens the opposite position at once
  std::uint32_t exits_on[2] = {};  ///< masks of market events on which long, short positions are left ...
  std::uint32_t turns_on[2] = {};  ///< ... and, of these, those on which the opposite one is opened at once
  MenuItem entries[2];             ///< closed cycles that were long, short; left by rules, where nearly all were
  MenuItem exits[2][kExitCauses];  ///< of them those left for each reason

  /// How many bars before the last one its closes are asked for.
  MARKETMIMIC_HD std::uint32_t looks_back() const {
    const std::uint32_t signal = entry.family != 0u ? entry.slow : 0u;
    const std::uint32_t window = stop.window() > target.window() ? stop.window() : target.window();
    return signal > window ? signal : window;
  }
  MARKETMIMIC_HD bool any() const {
    const bool levels = stop.distance > 0.0f || target.distance > 0.0f;
    return entry.family != 0u || levels || (exits_on[0] | exits_on[1]) != 0u;
  }
  /// Whether stop or target counts a unit.
  MARKETMIMIC_HD bool counts(ExitUnit unit) const { return stop.counts() == unit || target.counts() == unit; }
  /// Whether the entry signal opens positions on a side.
  MARKETMIMIC_HD bool opens(std::int32_t side) const { return (entry.sides >> place(side) & 1u) != 0u; }
  MARKETMIMIC_HD static std::uint32_t place(std::int32_t side) { return side > 0 ? 0u : 1u; }
};

/// Sizes of the units that stop and target count, bar by bar.
struct Yardsticks {
  float stop = 0, target = 0;  ///< variance of a bar's log return; of a true range, its mean
  float low = 0, high = 0;     ///< prices since the last bar's close, that included [half ticks]

  /// Of bars of so much variance, as in the usual state; of windows, before their returns are known.
  MARKETMIMIC_HD static Yardsticks usual(const TradingRules& rules, float variance, float price) {
    return {usual(rules.stop, variance), usual(rules.target, variance), price, price};
  }
  /// Prices from `low` to `high` were seen.
  MARKETMIMIC_HD void see(float bar_low, float bar_high) {
    low = exact::min(low, bar_low);
    high = exact::max(high, bar_high);
  }
  /// A bar has ended, so much higher than the one before.
  MARKETMIMIC_HD void update(const TradingRules& rules, float log_return) {
    measure(rules.stop, log_return, stop);
    measure(rules.target, log_return, target);
  }
  /// The windows' after a bar, apart from update(): lanes can't do so abreast. `close(k)` is the log price at the end
  /// of the bar k bars ago, 0 the last one; k at most what the rules look back.
  template <class Closes>
  MARKETMIMIC_HD void look_back(const TradingRules& rules, const Closes& close) {
    look_back(rules.stop, close, stop);
    look_back(rules.target, close, target);
  }
  /// Distances as log prices.
  MARKETMIMIC_HD static float in_log_price(const ExitDistance& d, float size) {
    if (d.counts() == ExitUnit::log_price) return d.distance;
    const float least = exact::max(size, 1.0e-16f);
    return d.distance * (d.counts() == ExitUnit::true_range ? least : exact::sqrt(least));
  }

 private:
  MARKETMIMIC_HD static float usual(const ExitDistance& d, float variance) {
    constexpr float mean_range = 1.5957691f;  // of a Brownian path, in its standard deviations: sqrt(8 / pi)
    return d.counts() == ExitUnit::true_range ? mean_range * exact::sqrt(variance) : variance;
  }
  MARKETMIMIC_HD void measure(const ExitDistance& d, float log_return, float& size) const {
    if (d.counts() == ExitUnit::smoothed)
      size += (1.0f - exact::half_life_decay(1.0f, d.memory)) * (log_return * log_return - size);
    else if (d.counts() == ExitUnit::true_range)
      size += (exact::log(high / low) - size) / d.memory;
  }
  template <class Closes>
  MARKETMIMIC_HD static void look_back(const ExitDistance& d, const Closes& close, float& variance) {
    const std::uint32_t returns = d.window();
    if (returns == 0u) return;
    float sum = 0;
    for (std::uint32_t k = 0; k < returns; ++k) {
      const float log_return = close(k) - close(k + 1u);
      sum += log_return * log_return;
    }
    variance = sum / static_cast<float>(returns);
  }
};

/// Log prices of the last step.
struct PricesSeen {
  float low = 0, high = 0, close = 0;
  bool bar_ended = false;  ///< with it

  /// The least favourable to a position on `side` that a rule looks at, times the side; out of reach where it looks at
  /// none.
  MARKETMIMIC_HD float worst(const ExitDistance& d, std::int32_t side) const {
    const float sign = static_cast<float>(side);
    if (d.at_close != 0u) return bar_ended ? sign * close : 1.0e30f;
    return side > 0 ? low : -high;
  }
  /// The most favourable likewise.
  MARKETMIMIC_HD float finest(const ExitDistance& d, std::int32_t side) const {
    const float sign = static_cast<float>(side);
    if (d.at_close != 0u) return bar_ended ? sign * close : -1.0e30f;
    return side > 0 ? high : -low;
  }
};

/// Stop and target of the position held, in log price.
struct ProtectiveLevels {
  float built = 0;    ///< largest |exposure| so far, or since the last swing
  float entry = 0;    ///< mean price of what built it
  float best = 0;     ///< best price by the end of the last bar
  float extreme = 0;  ///< best price up to now
  float stop = 0, target = 0;
  bool young = false;  ///< no bar has ended since the position began: what completes it forgets no extreme

  /// The exposure's magnitude has become `held` by trades at `price`. What an oscillation (`swings`) takes from it and
  /// gives back builds it anew; else a position is built until it is larger than ever before. Below 0, on the other
  /// side, `held` counts as none.
  MARKETMIMIC_HD void build(const TradingRules& rules, const Yardsticks& yard, float held, float price,
                            bool swings = false) {
    held = exact::max(held, 0.0f);
    const bool grows = held > built;
    const float share = grows ? (held - built) / held : 0.0f;
    entry += share * (price - entry);
    young = young || (grows && built == 0.0f);
    best = grows ? entry : best;
    extreme = grows && (built == 0.0f || !young) ? entry : extreme;
    stop = grows ? Yardsticks::in_log_price(rules.stop, yard.stop) : stop;
    target = grows ? Yardsticks::in_log_price(rules.target, yard.target) : target;
    built = grows || swings ? held : built;
  }
  /// Whether the prices seen reached a level of a position on `side`; where both, the stop.
  MARKETMIMIC_HD ExitCause reached(const TradingRules& rules, std::int32_t side, const PricesSeen& seen) const {
    const float sign = static_cast<float>(side);
    const float from = sign * (rules.stop.from_best != 0u ? best : entry);
    const bool stopped = rules.stop.distance > 0.0f && built > 0.0f && seen.worst(rules.stop, side) <= from - stop;
    const bool gained =
        rules.target.distance > 0.0f && built > 0.0f && seen.finest(rules.target, side) >= sign * entry + target;
    return stopped ? ExitCause::stop : (gained ? ExitCause::target : ExitCause::own);
  }
  /// Prices were seen; levels move when a bar ends.
  MARKETMIMIC_HD void trail(const TradingRules& rules, std::int32_t side, const PricesSeen& seen) {
    const float sign = static_cast<float>(side);
    extreme = sign * exact::max(sign * extreme, seen.finest(rules.stop, side));
    best = seen.bar_ended ? extreme : best;
    young = young && !seen.bar_ended;
  }
};

}  // namespace marketmimic
