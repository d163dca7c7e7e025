#include "host/picture/fan_picture.hpp"

#include "host/picture/chart.hpp"
#include "host/picture/colours.hpp"
#include "host/picture/time_axis.hpp"

namespace marketmimic {

std::string fan_svg(const Fan& fan, const std::vector<std::uint32_t>& steps, double step_seconds, const FanLook& look) {
  const TimeAxis axis = TimeAxis::of(steps.back(), step_seconds);
  const auto time = [&](std::size_t k) { return axis.step * steps[k]; };
  Chart chart;
  chart.table("fan", [&] {
    for (std::size_t k = 0; k < fan.size(); ++k) {
      const auto& [lowest, low, median, high, highest] = fan[k];
      chart.add("{:.8g} {:.8g} {:.8g} {:.8g} {:.8g} {:.8g}", time(k), lowest, low, median, high, highest);
    }
  });
  constexpr Place place = Chart::only;
  const double first = steps.size() > 1 ? time(0) : 0.0;
  chart.panel(place.bottom, place.top, first, time(steps.size() - 1), place.from, place.to);
  chart.add("set label 1 {} at screen {},0.955 font 'DejaVu Sans:Bold,11' tc rgb '{}'",
            literal(fmt::format("{} [{}]", look.name, look.unit)), place.from, colours::ink);
  chart.add("set xtics autofreq format '%g'\nset xlabel '{}' offset 0,0.4 font ',10' tc rgb '{}'", axis.label,
            colours::quiet);
  chart.add("set format y '%g'\nset offsets 0,0,graph 0.05,graph 0.05");
  chart.add(
      "plot $fan using 1:2:6 with filledcurves fc rgb '{0}' fs transparent solid 0.18 noborder notitle, '' using 1:3:5 "
      "with filledcurves fc rgb '{0}' fs transparent solid 0.34 noborder notitle, '' using 1:4 with lines lw 2.5 lc "
      "rgb '{0}' notitle",
      look.colour);
  return chart.svg();
}

}  // namespace marketmimic
