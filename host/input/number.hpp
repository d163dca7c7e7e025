#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <system_error>

namespace marketmimic {

/// The finite number that fills the whole text, whatever the locale; nothing for anything else, `nan` and `inf` too.
/// Number is double or an integer type; integers take no fraction or exponent.
template <class Number = double>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc() || stopped != end || !std::isfinite(static_cast<double>(value))) return std::nullopt;
  return value;
}

}  // namespace marketmimic
