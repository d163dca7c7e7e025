#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "host/input/bars.hpp"
#include "host/tape/tape.hpp"

namespace marketmimic {

/// What must never happen on a tape.
enum class TapeRule {
  time_order,     ///< a message before the one above it
  message_size,   ///< a size that is not above 0, or a price that is not (halts aside)
  negative,       ///< a level with a negative size, or with a size but no price above 0
  crossed,        ///< best ask not above best bid
  level_order,    ///< a level not farther from the mid than the one before it, or there while that is missing
  book_step,      ///< a book that differs from the one before by something else than its message
  order_history,  ///< an order submitted twice, or more taken from it than was left, for orders whose submission is
                  ///< there
};
inline constexpr std::size_t kTapeRules = 7;

std::string_view name(TapeRule rule);
std::string_view description(TapeRule rule);

/// How many messages or rows break each rule.
struct TapeViolations {
  std::array<std::size_t, kTapeRules> count{};

  std::size_t operator[](TapeRule rule) const { return count[static_cast<std::size_t>(rule)]; }
  std::size_t total() const;
};

/// Checks every row. A book of L levels shows prices only up to its last level, so steps are checked as far as both the
/// book before and the one after reach.
TapeViolations check_tape(const TapeView& tape);

/// Candles that are none: high below open or close, low above one, high below low, a price not above 0, a negative
/// volume.
std::size_t check_bars(const Bars& bars);

}  // namespace marketmimic
