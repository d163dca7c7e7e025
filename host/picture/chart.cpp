#include "host/picture/chart.hpp"

#include <algorithm>

#include "host/picture/colours.hpp"
#include "host/picture/gnuplot.hpp"

namespace marketmimic {

std::string literal(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\'';
    result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return result + "'";
}

std::string readable_name(std::string_view name) {
  std::string result(name);
  std::replace(result.begin(), result.end(), '_', ' ');
  return result;
}

Chart::Chart(std::string_view title, std::string_view title_colour, std::string_view subtitle) {
  add("set terminal pngcairo noenhanced size {},{} font 'DejaVu Sans,11' background '#ffffff'", width, height);
  add("set encoding utf8");
  add("set multiplot");
  add("set label 1000 {} at screen {},0.966 font 'DejaVu Sans:Bold,17' tc rgb '{}'", literal(title), left,
      title_colour);
  add("set label 1001 {} at screen {},0.966 right font 'DejaVu Sans,11' tc rgb '{}'", literal(subtitle), right,
      colours::quiet);
}

void Chart::panel(double bottom, double top, double first, double last, double from, double to) {
  add("unset object\nunset key\nunset xlabel\nunset logscale\nset xtics format ''\nset autoscale y");
  add("set lmargin at screen {}\nset rmargin at screen {}\nset bmargin at screen {}\nset tmargin at screen {}", from,
      to, bottom, top);
  add("set border 3 lc rgb '{}' lw 1", colours::frame);
  add("set tics nomirror scale 0.4 font ',10' tc rgb '{}'", colours::quiet);
  add("set ytics autofreq\nset grid x y lc rgb '{}' lw 1 lt 1", colours::grid);
  add("set xrange [{}:{}]", first, last);
}

void Chart::name_panel(std::string_view name) {
  add("set label 1 {} at graph 0.006, graph 1 offset 0,-0.9 front font 'DejaVu Sans:Bold,10' tc rgb '{}'",
      literal(name), colours::quiet);
}

void Chart::legend(const std::vector<LegendEntry>& entries, double y) {
  constexpr double letter = 7.0 / width, swatch = 16.0 / width, gap = 16.0 / width;
  double total = 0;
  for (const LegendEntry& entry : entries) total += swatch + gap + letter * static_cast<double>(entry.text.size());
  double x = right - total + gap;
  int tag = 100;
  for (const LegendEntry& entry : entries) {
    add("set object {} rectangle from screen {:.4f},{:.4f} to screen {:.4f},{:.4f} fc rgb '{}' fs solid noborder front",
        tag, x, y - 0.006, x + 0.0065, y + 0.006, entry.colour);
    add("set label {} {} at screen {:.4f},{:.4f} font ',10' tc rgb '{}'", tag++, literal(entry.text), x + 0.0095, y,
        colours::ink);
    x += swatch + gap + letter * static_cast<double>(entry.text.size());
  }
}

void Chart::shade(double first, double last, std::string_view colour, double opacity) {
  add("set object rectangle from {},graph 0 to {},graph 1 fc rgb '{}' fs transparent solid {} noborder behind", first,
      last, colour, opacity);
}

std::string Chart::png() const { return run_gnuplot(script_ + "unset multiplot\n"); }

}  // namespace marketmimic
