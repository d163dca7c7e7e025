#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/report/fan.hpp"

namespace marketmimic {

/// What a fan is called and drawn in.
struct FanLook {
  std::string name, unit;
  std::string_view colour;
};

/// Median, middle half and 5 to 95 % over the steps, as an element of an HTML page. Error(io) as run_gnuplot().
std::string fan_svg(const Fan& fan, const std::vector<std::uint32_t>& steps, double step_seconds, const FanLook& look);

}  // namespace marketmimic
