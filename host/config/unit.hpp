#pragma once

namespace marketmimic {

/// How a number of a file becomes the float that is stored, and back; both increase. The way back need only be near:
/// the writer searches the shortest number that leads to the stored one.
struct Unit {
  float (*stored)(double);
  double (*written)(float);
};

/// Size in log price of a fall by a share of the price, 0 to 0.9: -log(1 - fall). In operations that every machine
/// rounds alike, since a job is part of a run's identity.
float size_of_fall(double fall);
/// The share that a fall of this size in log price takes off the price.
double fall_of_size(float size);

/// The file holds what is stored.
inline constexpr Unit same_unit = {[](double value) { return static_cast<float>(value); },
                                   [](float value) { return static_cast<double>(value); }};
/// The file counts a percent, stored is one.
inline constexpr Unit percent_unit = {[](double value) { return static_cast<float>(100 * value); },
                                      [](float value) { return static_cast<double>(value) / 100; }};
/// The file counts a day, stored is a second.
inline constexpr Unit day_unit = {[](double value) { return static_cast<float>(value / 86400); },
                                  [](float value) { return static_cast<double>(value) * 86400; }};
/// The file holds a fall, stored is its size in log price.
inline constexpr Unit fall_unit = {size_of_fall, fall_of_size};

}  // namespace marketmimic
