#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "host/input/bars.hpp"
#include "host/input/fills.hpp"

namespace marketmimic {

/// A trader whose every reason is known. Goes with the crossing of two moving averages of the close, or with a close
/// beyond the extremes of the last bars, always at the next bar's open; leaves at a stop or a target as soon as a bar
/// gets there, or at the open after the opposite signal (which it follows). Or it goes by market events alone: with a
/// trend that holds, until the price ranges or moves as far against the position as a drawdown stop, or until the
/// opposite trend, with which it then goes, at the next open.
struct KnownRule {
  enum class Entry { crossing, breakout, events };
  enum class Unit {
    log_price,
    volatility,  ///< standard deviation of the last `unit_bars` returns
    smoothed,    ///< the same of all, forgotten with a half-life of `unit_bars`
    true_range   ///< Wilder's average over `unit_bars`
  };
  Entry entry = Entry::crossing;
  std::size_t fast = 12, slow = 48;   ///< bars of the averages; `slow` also of the extremes
  double stop = 0.03, target = 0.05;  ///< from the entry price [units at the entry]
  bool trailing = false;              ///< the stop is measured from the best price so far
  bool at_close = false;              ///< both are looked at as bars close, and met at the next one's open
  Unit unit = Unit::log_price;
  std::size_t unit_bars = 100;
  double fee = 0.0005;  ///< of the value traded
  bool turns = false;   ///< events: with every trend until the opposite one
  double variance = 0;  ///< events: usual, of a bar's log return, as the bars begin; 0: that of the first 288
  bool minutes = true;  ///< the log tells minutes, drawn at random for what trades inside a bar; else bars
};

enum class ExitReason : std::uint32_t { stop, target, signal };
inline constexpr std::string_view kExitReasons[] = {"stop", "target", "signal"};

struct KnownLog {
  Fills fills;                      ///< two a round trip, of size 1
  std::vector<ExitReason> reasons;  ///< [round trips]
  std::optional<Fill> open;         ///< entry of a position still held at the end, which is not among the fills
};

/// Trades the bars (of some minutes to an hour or so) from bar `first` or the first that the averages allow.
KnownLog trade(const KnownRule& rule, const Bars& bars, std::size_t first = 0);

}  // namespace marketmimic
