#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "host/config/limits.hpp"
#include "host/error.hpp"
#include "marketmimic/schedule.hpp"

namespace marketmimic {

/// Visits a described configuration made by code or changed by flags; throws Error(`code`) naming the key of the first
/// value that a file could not hold.
class LimitChecker {
 public:
  explicit LimitChecker(ExitCode code) : code_(code) {}

  template <class Number>
  void number(std::string_view key, const Number& value, const LimitsOf<Number>& limits, std::string_view) const {
    if constexpr (std::is_same_v<Number, float>)
      within(key, holds_stored(limits, value, same_unit), limits.text(), value);
    else
      within(key, limits.hold(value), limits.text(), value);
  }
  void numbers(std::string_view key, std::span<const float> values, const RealLimits& limits, std::string_view) const {
    for (const float value : values) within(key, holds_stored(limits, value, same_unit), limits.text(), value);
  }
  void numbers(std::string_view key, std::span<const std::int32_t> values, const WholeLimits& limits,
               std::string_view) const {
    for (const std::int32_t value : values) within(key, limits.hold(value), limits.text(), value);
  }
  template <class Number>
  void rows(std::string_view key, std::span<Number> values, std::size_t, const LimitsOf<Number>& limits,
            std::string_view meaning) const {
    numbers(key, values, limits, meaning);
  }
  void square(std::string_view key, const std::vector<double>& values, const WholeLimits& sides,
              const RealLimits& limits, std::string_view) const {
    std::size_t side = 0;
    while (side * side < values.size()) ++side;
    require(side * side == values.size() && sides.hold(side), key, fmt::format("must be {} rows", sides.text()));
    for (const double value : values) within(key, limits.hold(value), limits.text(), value);
  }
  void range(std::string_view key, const Range& value, const RealLimits& limits, std::string_view,
             const Unit& unit = same_unit) const {
    for (const float end : {value.low, value.high})
      within(key, holds_stored(limits, end, unit), limits.text(), unit.written(end));
    require(value.low <= value.high, key, "must be [low, high]");
  }
  void flag(std::string_view, const bool&, std::string_view) const {}
  void text(std::string_view key, const std::string& value, std::size_t longest, std::string_view) const {
    require(value.size() <= longest, key, fmt::format("must be at most {} characters", longest));
  }
  void texts(std::string_view key, const std::vector<std::string>& values, const WholeLimits& count,
             std::string_view) const {
    require(count.hold(values.size()), key, fmt::format("must be {} texts (got {})", count.text(), values.size()));
    for (const std::string& value : values)
      require(is_name(value), key, fmt::format("must hold texts of 1 to {} printable ASCII characters", kLongestName));
  }
  void choice(std::string_view key, const std::uint32_t& value, Names names, std::string_view) const {
    require(value < names.size(), key, fmt::format("must be one of {}", fmt::join(names, ", ")));
  }
  void set(std::string_view key, const std::uint32_t& bits, Names names, std::string_view) const {
    require(bits >> names.size() == 0, key, fmt::format("must hold only {}", fmt::join(names, ", ")));
  }
  bool alternative(std::string_view, std::string_view, bool is_other) const { return is_other; }
  bool any_of(Names, bool held) const { return held; }
  void require(bool holds, std::string_view key, std::string_view rule) const {
    if (!holds) throw Error(code_, fmt::format("{}{} {}", prefix_, key, rule));
  }

  template <class Body>
  void table(std::string_view key, std::string_view, const Body& body) {
    enter(std::string(key), body);
  }
  template <class Body>
  std::size_t tables(std::string_view key, std::size_t size, const WholeLimits& limits, std::string_view,
                     const Body& body) {
    require(limits.hold(size), key, fmt::format("must be {} tables (got {})", limits.text(), size));
    for (std::size_t i = 0; i < size; ++i) enter(fmt::format("{}[{}]", key, i), [&] { body(i); });
    return size;
  }

 private:
  template <class Body>
  void enter(const std::string& key, const Body& body) {
    const std::string outer = prefix_;
    prefix_ += key + '.';
    body();
    prefix_ = outer;
  }
  template <class Value>
  void within(std::string_view key, bool holds, const std::string& limits, Value value) const {
    if (!holds) require(false, key, fmt::format("must be {} (got {})", limits, value));
  }

  ExitCode code_;
  std::string prefix_;
};

}  // namespace marketmimic
