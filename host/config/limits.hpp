#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "host/config/unit.hpp"

namespace marketmimic {

/// Smallest and largest value of a real number, both allowed; finite.
struct RealLimits {
  double low, high;

  bool hold(double value) const { return low <= value && value <= high; }  // false for NaN
  std::string text() const { return fmt::format("{} to {}", low, high); }
};

/// Smallest and largest value of a whole number, both allowed. Files hold whole numbers of 64 bits with sign.
struct WholeLimits {
  std::int64_t low, high;

  template <class Integer>
  bool hold(Integer value) const {
    return std::cmp_less_equal(low, value) && std::cmp_less_equal(value, high);
  }
  std::string text() const { return fmt::format("{} to {}", low, high); }
};

/// Longest name that a configuration holds where it isn't one of ours.
inline constexpr std::size_t kLongestName = 64;
/// Whether a text is 1 to kLongestName printable ASCII characters.
inline bool is_name(std::string_view text) {
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  return !text.empty() && text.size() <= kLongestName && std::all_of(text.begin(), text.end(), printable);
}

template <class Number>
using LimitsOf = std::conditional_t<std::is_floating_point_v<Number>, RealLimits, WholeLimits>;

/// Words a key may hold; the index is what is stored.
using Names = std::span<const std::string_view>;

/// Whether a stored number lies where reading one within `limits` can lead.
inline bool holds_stored(const RealLimits& limits, float value, const Unit& unit) {
  return unit.stored(limits.low) <= value && value <= unit.stored(limits.high);
}

}  // namespace marketmimic
