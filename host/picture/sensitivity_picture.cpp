#include "host/picture/sensitivity_picture.hpp"

#include <algorithm>

#include "host/picture/chart.hpp"
#include "host/picture/colours.hpp"
#include "host/statistics/proportion.hpp"

namespace marketmimic {
namespace {

class SensitivityDrawing {
 public:
  SensitivityDrawing(const Sensitivity& found, const std::vector<std::string>& names)
      : found_(found),
        axis_(found.axis == SensitivityAxis::severity ? "severity" : "variation"),
        chart_("What primitives tolerate", colours::ink,
               fmt::format("{} scenarios at each {}", found.scenarios, axis_)) {
    lines_.push_back({"whole plan", colours::ink, &found.plan});
    for (const KindSensitivity& kind : found.kinds)
      lines_.push_back({readable_name(names[*kind.kind]), colours::primitive(*kind.kind), &kind});
  }

  std::string png() {
    failures();
    tolerances();
    return chart_.png();
  }

 private:
  struct Line {
    std::string name;
    std::string_view colour;
    const KindSensitivity* about;
  };

  void failures() {
    const double first = found_.levels.front(), last = found_.levels.back();
    for (std::size_t i = 0; i < lines_.size(); ++i)
      chart_.table(fmt::format("failures{}", i), [&] {
        for (std::size_t level = 0; level < found_.levels.size(); ++level) {
          const Tally& tally = lines_[i].about->at[level];
          if (tally.scenarios == 0) continue;
          const Interval interval = wilson_interval(tally.scenarios - tally.successes, tally.scenarios);
          chart_.add("{} {} {} {}", found_.levels[level], 100 * (1 - tally.rate()), 100 * interval.lower,
                     100 * interval.upper);
        }
      });
    chart_.panel(0.52, 0.88, first, last);
    chart_.add(
        "set yrange [0:*]\nset ylabel 'failed while it ran, %' offset 1.2,0 tc rgb '{}'\nset xtics format '%g'\nset "
        "xlabel '{}' offset 0,0.4 tc rgb '{}'",
        colours::quiet, axis_, colours::quiet);
    std::string plots;
    for (std::size_t i = 0; i < lines_.size(); ++i)
      plots += fmt::format(
          "{}$failures{} using 1:3:4 with filledcurves fc rgb '{}' fs transparent solid 0.12 noborder notitle, "
          "$failures{} using 1:2 with linespoints pt 7 ps 0.8 lw {} lc rgb '{}' notitle",
          i == 0 ? "" : ", ", i, lines_[i].colour, i, i == 0 ? 3 : 2, lines_[i].colour);
    std::vector<LegendEntry> legend;
    for (const Line& line : lines_) legend.push_back({line.colour, line.name});
    chart_.legend(legend, 0.915);
    chart_.add("plot {}\nunset label\nunset xlabel\nunset ylabel\nunset object", plots);
  }

  /// One bar each, as far as it tolerates; a whisker for its interval.
  void tolerances() {
    const double first = found_.levels.front(), last = found_.levels.back();
    const auto rows = static_cast<double>(lines_.size());
    chart_.panel(0.07, 0.42, first, last + 0.12 * (last - first), 0.24);
    chart_.add(
        "set yrange [0:{}]\nunset ytics\nset xtics format '%g'\nset xlabel 'tolerated {}: until {:g} points more fail "
        "than "
        "at {:g}' "
        "offset 0,0.4 tc rgb '{}'",
        rows, axis_, 100 * found_.margin, first, colours::quiet);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const double middle = rows - static_cast<double>(i) - 0.5;
      const Tolerance& t = lines_[i].about->tolerated;
      chart_.add("set object rectangle from {},{} to {},{} fc rgb '{}' fs solid {} noborder", first, middle - 0.3,
                 t.level, middle + 0.3, lines_[i].colour, t.beyond ? 0.45 : 0.85);
      chart_.add("set arrow from {},{} to {},{} heads size screen 0.003,90 lw 1.5 lc rgb '{}' front", t.interval.lower,
                 middle, t.interval.upper, middle, colours::ink);
      chart_.add("set label {} at graph 0, first {} right offset -0.8,0 tc rgb '{}'", literal(lines_[i].name), middle,
                 colours::ink);
      chart_.add("set label '{}{:.2f}' at {},{} left offset 0.8,0 tc rgb '{}' front", t.beyond ? "≥ " : "", t.level,
                 std::max(t.level, t.interval.upper), middle, colours::quiet);
    }
    chart_.add("plot NaN notitle");
  }

  const Sensitivity& found_;
  std::string_view axis_;
  Chart chart_;
  std::vector<Line> lines_;
};

}  // namespace

std::string sensitivity_png(const Sensitivity& found, const std::vector<std::string>& kind_names) {
  return SensitivityDrawing(found, kind_names).png();
}

}  // namespace marketmimic
