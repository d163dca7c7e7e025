#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

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

template <class Number>
using LimitsOf = std::conditional_t<std::is_floating_point_v<Number>, RealLimits, WholeLimits>;

/// How a number of a file becomes the float that is stored, and back; both increase. The way back need only be near:
/// writers search the shortest number that leads to the stored one.
struct Unit {
  float (*stored)(double);
  double (*written)(float);
};

/// The file holds what is stored.
inline constexpr Unit same_unit = {[](double value) { return static_cast<float>(value); },
                                   [](float value) { return static_cast<double>(value); }};

/// The file holds a fall as a share of the price, 0 to 0.99; stored is its size in log price, -log(1 - fall).
/// By the atanh series, in operations that every machine rounds alike, since a job is part of a run's identity.
inline constexpr Unit fall_unit = {[](double fall) {
                                     const double z = fall / (2.0 - fall);
                                     double power = 2.0 * z, sum = 0.0;
                                     for (int k = 1; k < 4000; k += 2) {
                                       sum += power / k;
                                       power *= z * z;
                                     }
                                     return static_cast<float>(sum);
                                   },
                                   [](float size) { return -std::expm1(-static_cast<double>(size)); }};

/// Whether a stored number lies where reading one within `limits` can lead.
inline bool holds_stored(const RealLimits& limits, float value, const Unit& unit) {
  return unit.stored(limits.low) <= value && value <= unit.stored(limits.high);
}

}  // namespace marketmimic
