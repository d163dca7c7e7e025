#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "host/decomposition/ledger.hpp"
#include "host/decomposition/market_clock.hpp"

namespace marketmimic {

struct Bars;

/// How far the price went in a position that was held for `bars` bars, the last of them that of its first reduction.
struct Excursion {
  double before = 0;   ///< the farthest in all bars but the last
  double reached = 0;  ///< the farthest in all, >= before
  std::size_t bars = 1;
  bool ended = true;  ///< false: still open where the log ends
};

/// A distance at which a trader leaves positions as soon as the price gets there.
struct ExitLevel {
  double distance = 0;
  std::size_t reached = 0;      ///< positions in which the price got there
  std::size_t obeyed = 0;       ///< of them, those left in that very bar
  double likelihood_ratio = 0;  ///< twice the gain of log-likelihood over exits at times that know no level

  /// Whether a position was left in the bar in which the price got there.
  bool ended(const Excursion& e) const { return e.ended && e.before < distance && distance <= e.reached; }
};

/// The level that explains the exits best: a position ends in a bar with one chance where the level is first passed,
/// with another elsewhere (a hazard in discrete time), both by maximum likelihood, the level by profile likelihood. Nothing
/// where fewer than half of the positions that got there ended there, or where the likelihood ratio is less than chance
/// gives one in 10,000 times to the best of all levels tried (`alternatives` times as many as there are positions).
std::optional<ExitLevel> find_exit_level(std::span<const Excursion> excursions, std::size_t alternatives);

/// From where, and in what, a distance is measured.
struct Yardstick {
  bool from_best = false;      ///< from the position's best price instead of its mean entry price
  bool in_volatility = false;  ///< in usual volatilities of a bar at the entry instead of log price
};

struct ExitRule {
  Yardstick yardstick;
  ExitLevel level;
};

/// The stop and the target that a trader's exits show, if any: learned from times, sides and sizes of the whole log, bars
/// and mean entry prices; exit prices and reasons play no part. Only the first reduction of a position counts.
class ExitLevels {
 public:
  /// `time_resolution_ms` is how finely the log tells times: where that is finer than a bar, what trades at the very
  /// start of a bar has seen nothing of it.
  ExitLevels(const Ledger& ledger, const Bars& bars, const MarketClock& market, double time_resolution_ms);

  const std::optional<ExitRule>& stop() const { return stop_.rule; }
  const std::optional<ExitRule>& target() const { return target_.rule; }
  /// Whether the first reduction of a cycle (index in the ledger) came at that level. A bar that passes both counts as
  /// the stop's.
  bool at_stop(std::size_t cycle) const { return stop_.ended[cycle]; }
  bool at_target(std::size_t cycle) const { return target_.ended[cycle] && !stop_.ended[cycle]; }

 private:
  struct Found {
    std::optional<ExitRule> rule;
    std::vector<bool> ended;  ///< [cycles]
  };
  template <class Measure>
  static Found find(std::size_t cycles, std::span<const Yardstick> yardsticks, const Measure& measure);

  Found stop_, target_;
};

}  // namespace marketmimic
