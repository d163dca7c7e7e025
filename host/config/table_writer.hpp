#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "host/config/comments.hpp"
#include "host/config/limits.hpp"
#include "marketmimic/schedule.hpp"

namespace marketmimic {

/// Visits a described configuration and writes it as TOML, every key. Numbers are the shortest that read back the same.
class TableWriter {
 public:
  explicit TableWriter(Comments comments) : comments_(comments) {}

  const std::string& text() const { return text_; }

  template <class Number>
  void number(std::string_view key, const Number& value, const LimitsOf<Number>& limits, std::string_view meaning) {
    if constexpr (std::is_same_v<Number, float>)
      line(key, real(value, same_unit), meaning, limits.text());
    else if constexpr (std::is_same_v<Number, double>)
      line(key, pointed(fmt::format("{}", value)), meaning, limits.text());
    else
      line(key, fmt::format("{}", value), meaning, limits.text());
  }
  void numbers(std::string_view key, std::span<const float> values, const RealLimits& limits, std::string_view meaning);
  void numbers(std::string_view key, std::span<const std::int32_t> values, const WholeLimits& limits,
               std::string_view meaning);
  void rows(std::string_view key, std::span<const float> values, std::size_t columns, const RealLimits& limits,
            std::string_view meaning);
  void rows(std::string_view key, std::span<const std::int32_t> values, std::size_t columns, const WholeLimits& limits,
            std::string_view meaning);
  void square(std::string_view key, const std::vector<double>& values, const WholeLimits& sides,
              const RealLimits& limits, std::string_view meaning);
  void range(std::string_view key, const Range& value, const RealLimits& limits, std::string_view meaning,
             const Unit& unit = same_unit);
  void flag(std::string_view key, const bool& value, std::string_view meaning);
  void text(std::string_view key, const std::string& value, std::size_t longest, std::string_view meaning);
  void texts(std::string_view key, const std::vector<std::string>& values, const WholeLimits& count,
             std::string_view meaning);
  void choice(std::string_view key, const std::uint32_t& value, Names names, std::string_view meaning);
  void set(std::string_view key, const std::uint32_t& bits, Names names, std::string_view meaning);
  /// The key in use: `other` where `is_other`.
  bool alternative(std::string_view, std::string_view, bool is_other) const { return is_other; }
  bool any_of(Names, bool held) const { return held; }
  void require(bool, std::string_view, std::string_view) const {}

  template <class Body>
  void table(std::string_view key, std::string_view meaning, const Body& body) {
    enter(key, "[", "]", meaning, body);
  }
  template <class Body>
  std::size_t tables(std::string_view key, std::size_t size, const WholeLimits&, std::string_view meaning,
                     const Body& body) {
    for (std::size_t i = 0; i < size; ++i) enter(key, "[[", "]]", meaning, [&] { body(i); });
    return size;
  }

 private:
  template <class Body>
  void enter(std::string_view key, std::string_view open, std::string_view close, std::string_view meaning,
             const Body& body) {
    const std::string outer = path_;
    path_ += (path_.empty() ? "" : ".") + std::string(key);
    header(open, close, meaning);
    body();
    path_ = outer;
  }
  void header(std::string_view open, std::string_view close, std::string_view meaning);
  void line(std::string_view key, std::string_view value, std::string_view meaning, std::string_view allowed);
  static std::string real(float value, const Unit& unit);
  /// With a decimal point, so that TOML reads a real number.
  static std::string pointed(std::string digits);

  Comments comments_;
  std::string path_, text_;
};

}  // namespace marketmimic
