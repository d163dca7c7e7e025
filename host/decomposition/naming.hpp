#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "marketmimic/strategy.hpp"

namespace marketmimic {

/// What a segment of the demonstration did, and in which market; all that naming looks at. Everything was known when
/// the segment began, but its own exposure change and price. Moves of the price are in units of the usual volatility of
/// a bar times sqrt(extreme_half_life), as the detectors measure them.
struct Movement {
  float from = 0, to = 0;    ///< exposure before and after, in units of the cycle's peak
  bool oscillates = false;   ///< it is a rhythm: up and down about `to`, and in the end where it began
  bool flips = false;        ///< its order closes one position and opens the opposite one
  std::uint32_t events = 0;  ///< market events that held when it began
  float profit = 0;          ///< of its own price over the mean entry price, in the position's favour
  float fall = 0;            ///< from the recent high, >= 0
  float rise = 0;            ///< from the recent low, >= 0
  float trend = 0;           ///< t-statistic of the mean return
  float burst = 1;           ///< recent over usual variance
  bool stop_known = false;   ///< the log shows where the trader's stop is (ExitRules) ...
  bool at_stop = false;      ///< ... and the price got there in the bar of this reduction
  bool target_known = false, at_target = false;  ///< the same of the trader's target

  float side() const { return from + to < 0 ? -1.0f : 1.0f; }            ///< of the position
  float direction() const { return to < from ? -1.0f : 1.0f; }           ///< of its orders
  bool builds() const { return !oscillates && direction() == side(); }   ///< the position up
  bool reduces() const { return !oscillates && direction() != side(); }  ///< it
  float size() const { return to < from ? from - to : to - from; }       ///< exposure it changes
};

/// One kind of primitive: its definition, frozen before any demonstration was looked at, and the market events that can
/// have called it.
struct KindRule {
  PrimitiveKind kind;
  std::string_view definition;
  bool (*matches)(const Movement&);
  std::uint32_t (*triggers)(const Movement&);  ///< mask of MarketEvent
  /// What another market has to show for the same to be of this kind there; null: any of the triggers that held here.
  std::uint32_t (*asks)(const Movement&) = nullptr;

  /// Mask of MarketEvent, of which one has to hold; 0: the market may be as it likes.
  std::uint32_t condition(const Movement& movement) const {
    return asks != nullptr ? asks(movement) : triggers(movement) & movement.events;
  }
};

/// In the order of precedence; the last matches everything.
std::span<const KindRule> kind_rules();

/// The first rule that matches.
const KindRule& rule_of(const Movement& movement);

}  // namespace marketmimic
