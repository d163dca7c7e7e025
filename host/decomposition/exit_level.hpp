#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace marketmimic {

/// How far the price went in a position that was held for `bars` bars, the last of them that of its first reduction.
struct Excursion {
  std::vector<double> records;  ///< ascending, > 0: the distance in each bar that went farther than all before it
  std::size_t bars = 1;
  bool ended = true;            ///< false: not reduced before the log's end
  bool left_at_record = false;  ///< the first reduction came in the bar of the last record
};

/// A distance at which a trader leaves positions as soon as the price gets there. It is known but for a factor that
/// differs from position to position, since the trader measures in other units than we: its logarithm is normal.
struct ExitLevel {
  double distance = 0;          ///< median
  double spread = 0;            ///< standard deviation of the logarithm; near 0 for a level kept to the tick
  double elsewhere = 0;         ///< chance of leaving in a bar for other reasons
  double likelihood_ratio = 0;  ///< twice the gain of log-likelihood over exits that know no level

  /// Chance that the level lies between the last record and the one before it, given that it was not passed before.
  double chance(const Excursion& e) const;
  /// Whether a position was more likely left at the level than for another reason.
  bool ended(const Excursion& e) const { return e.left_at_record && chance(e) > elsewhere; }
};

/// The least likelihood ratio that chance does not give the best of `tried` levels once in 10,000 times.
double least_evidence(std::size_t tried);

/// The level that explains the exits best, by maximum likelihood: each position has a level (lognormal,
/// interval-censored by the records: Turnbull, 1976), passing it ends the position, and what else ends it does so in
/// any bar with the same chance. Nothing where the likelihood ratio is below least_evidence(tried), or where a spread
/// of 22 % explains more than any below: such exits grow likelier with distance, but know no level.
std::optional<ExitLevel> find_exit_level(std::span<const Excursion> excursions, std::size_t tried);

/// The likelihood ratio of the best level of a coarse search that looks at some of the positions for all: enough to
/// tell which of several measures of distance a trader uses. Minus infinity where no position was left at a record, or
/// where it is no level, as above.
double exit_level_evidence(std::span<const Excursion> excursions);

}  // namespace marketmimic
