#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "host/decomposition/exit_level.hpp"
#include "host/decomposition/ledger.hpp"
#include "marketmimic/trading_rules.hpp"

namespace marketmimic {

struct Bars;

/// From where, and in what, a distance is measured.
struct Yardstick {
  bool from_best = false;  ///< from the position's best price instead of its mean entry price
  ExitUnit unit = ExitUnit::log_price;
  double memory = 0;      ///< of the unit [bars], as ExitDistance has it
  bool at_close = false;  ///< closes are looked at, and a position is left right after one; else all prices
};

struct ExitRule {
  Yardstick yardstick;
  ExitLevel level;
};

/// The stop and the target that a trader's exits show, if any.
struct ExitRules {
  std::optional<ExitRule> stop, target;
};

/// Positions from when they were built (and swung, where they oscillate) to their first reduction, in the bars that
/// held them; what follows it plays no part. One never reduced
/// is known up to the log's end only, which is its last change: what the bars tell of later says nothing about it.
class HeldPositions {
 public:
  /// `time_resolution_ms` is how finely the log tells times: where that is finer than a bar, what trades at the very
  /// start of a bar has seen nothing of it.
  HeldPositions(const Ledger& ledger, const Bars& bars, double time_resolution_ms);

  std::size_t size() const { return held_.size(); }
  /// Losses (`sign` -1) or gains (1) of every position. Prices are those of the bars but for the mean entry price.
  std::vector<Excursion> excursions(double sign, const Yardstick& yardstick) const;
  /// The unit's size at the start of each bar, known from the bars before it; of the first ones, from as many as it
  /// remembers.
  std::vector<double> sizes(ExitUnit unit, double memory) const;

 private:
  struct Held {
    int side;                 ///< 1 long, -1 short
    double entry;             ///< log of the mean entry price
    std::size_t first, last;  ///< bars that held it: [first, last]
    bool sees_last;           ///< false: left at the start of the last one, or the log ends in it
    bool ended;
    std::size_t closed;  ///< bars that had closed when it was left, the one about to close among them
    bool prompt;         ///< it was left right after the last of these closed
  };
  std::vector<double> low_, high_, close_;  ///< [bars] log prices
  std::vector<double> squared_, range_;     ///< [bars] of the log return; true range in log price; 0 in the first
  std::vector<Held> held_;
};

/// Learns the rules from a whole log; exit prices and reasons play no part. Tried are stops from the entry and from the
/// best price and targets from the entry, in every unit, as prices go and as bars close; a unit's memory is searched
/// for, from three bars to kLongestWindow. Each way to look at prices shows one where there is none once in 10,000
/// times at most.
ExitRules learn_exit_rules(const HeldPositions& positions);

/// Which positions ended by which rule; what fits both counts as the stop's.
struct RuledExits {
  bool stop_known = false, target_known = false;
  std::vector<bool> at_stop, at_target;  ///< [cycles of the ledger]
};
RuledExits ruled_exits(const ExitRules& rules, const HeldPositions& positions);

}  // namespace marketmimic
