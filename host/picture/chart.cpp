#include "host/picture/chart.hpp"

#include <algorithm>
#include <cmath>

#include "host/picture/colours.hpp"
#include "host/picture/embedded_svg.hpp"
#include "host/picture/gnuplot.hpp"

namespace marketmimic {

std::string literal(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'')
      result += "\u2019";  // gnuplot misreads its own escape where a text begins with a quote
    else
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
  add("set label 1000 {} at screen {},0.966 font 'DejaVu Sans:Bold,17' tc rgb '{}'", literal(title), left,
      title_colour);
  add("set label 1001 {} at screen {},0.966 right font 'DejaVu Sans,11' tc rgb '{}'", literal(subtitle), right,
      colours::quiet);
}

Chart::Chart(int width, int height) : width_(width), height_(height) {}

void Chart::panel(double bottom, double top, double first, double last, double from, double to) {
  add("unset object\nunset key\nunset xlabel\nunset logscale\nset xtics format ''\nset autoscale y\nset autoscale "
      "yfix\nset offsets "
      "0,0,0,0");
  add("set lmargin at screen {}\nset rmargin at screen {}\nset bmargin at screen {}\nset tmargin at screen {}", from,
      to, bottom, top);
  add("set border 3 lc rgb '{}' lw 1", colours::frame);
  add("set tics nomirror scale 0.4 font ',10' tc rgb '{}'", colours::quiet);
  add("set ytics autofreq\nset grid x y lc rgb '{}' lw 1 lt 1", colours::grid);
  add("set xrange [{}:{}]", first, last);
}

void Chart::name_panel(std::string_view name) {
  add("set label 1 {} at graph 0, graph 1 offset 0.8,-0.9 front font 'DejaVu Sans:Bold,10' tc rgb '{}'", literal(name),
      colours::quiet);
}

void Chart::legend(const std::vector<LegendEntry>& entries, double y, double to) {
  const double pixel = 1.0 / width_, letter = 7.0 * pixel, swatch = 15.0 * pixel, gap = 18.0 * pixel;
  const auto length = [&](const LegendEntry& entry) {
    return swatch + letter * static_cast<double>(entry.text.size()) + gap;
  };
  double total = -gap;
  for (const LegendEntry& entry : entries) total += length(entry);
  const double scale = std::min(1.0, (to - left) / total);  // smaller letters where there is much to tell
  double x = to - scale * total;
  for (const LegendEntry& entry : entries) {
    add("set object rectangle from screen {:.4f},{:.4f} to screen {:.4f},{:.4f} fc rgb '{}' fs solid noborder front", x,
        y - 6.0 / height_, x + 10.4 * pixel, y + 6.0 / height_, entry.colour);
    add("set label {} at screen {:.4f},{:.4f} font ',{:.1f}' tc rgb '{}' front", literal(entry.text), x + swatch, y,
        10 * scale, colours::ink);
    x += scale * length(entry);
  }
}

void Chart::few_ticks(double low, double high) {
  const double wanted = std::max(high - low, 1e-12) / 2.5, decade = std::pow(10.0, std::floor(std::log10(wanted)));
  const double digit = wanted / decade;
  add("set ytics {:g}", decade * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : 5));
}

void Chart::shade(double first, double last, std::string_view colour, double opacity) {
  add("set object rectangle from {},graph 0 to {},graph 1 fc rgb '{}' fs transparent solid {} noborder behind", first,
      last, colour, opacity);
}

std::string Chart::png() const { return drawn("pngcairo", "background '#ffffff'"); }

std::string Chart::svg() const { return embedded_svg(drawn("svg", "dynamic")); }

std::string Chart::drawn(std::string_view terminal, std::string_view options) const {
  return run_gnuplot(
      fmt::format("set terminal {} noenhanced size {},{} font 'DejaVu Sans,11' {}\nset encoding utf8\nset multiplot\n",
                  terminal, width_, height_, options) +
      script_ + "unset multiplot\n");
}

}  // namespace marketmimic
