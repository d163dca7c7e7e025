#pragma once

#include <cstdint>
#include <string_view>

#include "host/input/lines.hpp"

namespace marketmimic {

/// One value of a row as text, read as what it should be. Every reader throws Error (input_data) naming file, line,
/// column and text when it is something else.
struct Field {
  /// Bounds far outside any market, which keep later sums and squares finite.
  static constexpr double least_price = 1e-12, most_price = 1e12, most_volume = 1e20;

  const LineReader& at;
  std::string_view name;
  std::string_view text;

  std::int64_t time(std::int64_t local_ms = 0) const;  ///< [ms since 1970-01-01 UTC], see parse_time
  double number() const;                               ///< finite, magnitude at most `most_volume`
  double price() const;                                ///< `least_price` to `most_price`
  double volume() const;                               ///< 0 to `most_volume`
  double size() const;                                 ///< above 0, to `most_volume`
  std::int64_t integer() const;                        ///< a whole number
  bool flag() const;                                   ///< true/false in any case, or 1/0

  /// The error for a value that should be `expected`.
  Error error(std::string_view expected) const;
};

}  // namespace marketmimic
