#pragma once

#include <cstdint>

#include "marketmimic/entry_signal.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/menu_item.hpp"

namespace marketmimic {

/// Why a position was first reduced. Append only.
enum class ExitCause : std::uint32_t {
  own = 0,     ///< on a market event, or when the trader saw fit
  stop = 1,    ///< the loss reached the stop
  target = 2,  ///< the gain reached the target
  signal = 3,  ///< the opposite entry signal
};
inline constexpr std::uint32_t kExitCauses = 4;

/// A distance at which positions are left.
struct ExitDistance {
  float distance = 0;           ///< [log price, or volatilities of a bar at the entry]; 0: there is none
  float half_life = 0;          ///< of that volatility [bars]; 0: in log price
  std::uint32_t from_best = 0;  ///< 1: from the position's best price (a trailing stop) instead of its mean entry price
};

/// The rules a demonstration shows: when it enters, and where it leaves.
struct TradingRules {
  EntrySignal entry;               ///< family none: the primitives' own triggers open positions
  ExitDistance stop, target;       ///< target: from the entry
  std::uint32_t flips = 0;         ///< 1: the opposite signal opens the opposite position at once
  MenuItem entries[2];             ///< closed cycles that were long, short
  MenuItem exits[2][kExitCauses];  ///< of them those left for each reason

  MARKETMIMIC_HD bool any() const { return entry.family != 0u || stop.distance > 0.0f || target.distance > 0.0f; }
  /// Whether the entry signal opens positions on a side.
  MARKETMIMIC_HD bool opens(std::int32_t side) const { return (entry.sides >> place(side) & 1u) != 0u; }
  MARKETMIMIC_HD static std::uint32_t place(std::int32_t side) { return side > 0 ? 0u : 1u; }
};

/// Volatility of a bar as an exit distance measures it: variance of log returns, remembered with a half-life.
struct Yardsticks {
  float stop = 0, target = 0;  ///< variances of a bar

  MARKETMIMIC_HD void update(const TradingRules& rules, float log_return) {
    const float squared = log_return * log_return;
    stop += weight(rules.stop) * (squared - stop);
    target += weight(rules.target) * (squared - target);
  }
  /// Distances as log prices.
  MARKETMIMIC_HD static float in_log_price(const ExitDistance& d, float variance) {
    return d.distance * (d.half_life > 0.0f ? exact::sqrt(exact::max(variance, 1.0e-16f)) : 1.0f);
  }

 private:
  MARKETMIMIC_HD static float weight(const ExitDistance& d) {
    return d.half_life > 0.0f ? 1.0f - exact::half_life_decay(1.0f, d.half_life) : 0.0f;
  }
};

/// Stop and target of the position held, in log price.
struct ProtectiveLevels {
  float built = 0;    ///< largest |exposure| so far
  float entry = 0;    ///< mean price of what built it
  float best = 0;     ///< best price by the end of the last bar
  float extreme = 0;  ///< best price up to now
  float stop = 0, target = 0;

  /// The exposure's magnitude has become `held` by trades at `price`.
  MARKETMIMIC_HD void build(const TradingRules& rules, const Yardsticks& yard, float held, float price) {
    const bool grows = held > built;
    const float share = grows ? (held - built) / held : 0.0f;
    entry += share * (price - entry);
    best = grows ? entry : best;
    extreme = grows ? entry : extreme;
    stop = grows ? Yardsticks::in_log_price(rules.stop, yard.stop) : stop;
    target = grows ? Yardsticks::in_log_price(rules.target, yard.target) : target;
    built = grows ? held : built;
  }
  /// Whether prices from `low` to `high` reached a level of a position on `side`; where both, the stop.
  MARKETMIMIC_HD ExitCause reached(const TradingRules& rules, std::int32_t side, float low, float high) const {
    const float worst = side > 0 ? low : -high, finest = side > 0 ? high : -low;
    const float sign = static_cast<float>(side);
    const float from = sign * (rules.stop.from_best != 0u ? best : entry);
    const bool stopped = rules.stop.distance > 0.0f && built > 0.0f && worst <= from - stop;
    const bool gained = rules.target.distance > 0.0f && built > 0.0f && finest >= sign * entry + target;
    return stopped ? ExitCause::stop : (gained ? ExitCause::target : ExitCause::own);
  }
  /// Prices from `low` to `high` were seen; levels move when a bar ends.
  MARKETMIMIC_HD void trail(std::int32_t side, float low, float high, bool bar_ended) {
    extreme = side > 0 ? exact::max(extreme, high) : exact::min(extreme, low);
    best = bar_ended ? extreme : best;
  }
};

}  // namespace marketmimic
