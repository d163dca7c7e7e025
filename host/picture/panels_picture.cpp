#include "host/picture/panels_picture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "host/picture/chart.hpp"
#include "host/picture/colours.hpp"

namespace marketmimic {
namespace {

std::string_view colour(Shown shown) {
  switch (shown) {
    case Shown::judged:
      return colours::target;
    case Shown::reference:
      return colours::held;
    case Shown::shuffled:
      return colours::quiet;
  }
  return colours::ink;
}

std::vector<LegendEntry> legend_of(std::span<const Panel> panels, const std::string& judged,
                                   const std::string& reference) {
  std::vector<LegendEntry> legend = {{colour(Shown::judged), judged}};
  if (!reference.empty()) legend.push_back({colour(Shown::reference), reference});
  const bool mixed = std::any_of(panels.begin(), panels.end(), [](const Panel& p) { return p.lines.size() > 2; });
  if (mixed) legend.push_back({colour(Shown::shuffled), "shuffled"});
  return legend;
}

class PanelsDrawing {
 public:
  PanelsDrawing(std::span<const Panel> panels, Chart chart) : panels_(panels), chart_(std::move(chart)) {
    for (std::size_t i = 0; i < panels_.size(); ++i) add_tables(i);
  }

  /// All panels, on a grid.
  const Chart& page(const std::vector<LegendEntry>& legend) {
    const std::size_t columns = panels_.size() > 4 ? 3 : 2, rows = (panels_.size() + columns - 1) / columns;
    const double width = (Chart::right - 0.045 + 0.03) / static_cast<double>(columns);
    const double height = 0.9 / static_cast<double>(rows);
    for (std::size_t i = 0; i < panels_.size(); ++i) {
      const double from = 0.045 + static_cast<double>(i % columns) * width;
      const double top = 0.925 - static_cast<double>(i / columns) * height;
      begin(i, {from, from + width - 0.04, top - height + 0.075, top});
      if (i == 0) chart_.legend(legend, 0.966);
      plot(i);
    }
    return chart_;
  }
  /// The only panel.
  const Chart& figure(const std::vector<LegendEntry>& legend) {
    begin(0, Chart::only);
    chart_.legend(legend, 0.95, Chart::only.to);
    plot(0);
    return chart_;
  }

 private:
  static bool drawable(const Panel& panel, double x, double y) {
    return (!panel.log_x || x > 0) && (!panel.log_y || y > 0) && std::isfinite(x + y);
  }
  static bool empty(const Panel& panel) {
    return std::none_of(panel.lines.begin(), panel.lines.end(), [&](const PanelLine& line) {
      return std::any_of(line.points.begin(), line.points.end(),
                         [&](const auto& point) { return drawable(panel, point.first, point.second); });
    });
  }

  static std::string table(std::size_t panel, std::size_t line) { return fmt::format("p{}_{}", panel, line); }

  void add_tables(std::size_t i) {
    const Panel& panel = panels_[i];
    for (std::size_t l = 0; l < panel.lines.size(); ++l)
      chart_.table(table(i, l), [&] {
        for (const auto& [x, y] : panel.lines[l].points) {
          if (drawable(panel, x, y)) chart_.add("{:.8g} {:.8g}", x, y);
        }
      });
    chart_.table(fmt::format("b{}", i), [&] {
      for (const PanelBand& b : panel.band) chart_.add("{:.8g} {:.8g} {:.8g}", b.x, b.lower, b.upper);
    });
  }

  /// From the least to the largest value shown; something where there is none.
  static std::pair<double, double> x_range(const Panel& panel) {
    double first = std::numeric_limits<double>::infinity(), last = -first;
    for (const PanelLine& line : panel.lines) {
      for (const auto& [x, y] : line.points) {
        if (!std::isfinite(x) || (panel.log_x && x <= 0)) continue;
        first = std::min(first, x);
        last = std::max(last, x);
      }
    }
    if (!(first <= last)) return {1, 10};
    if (first == last) return {0.9 * first, first == 0 ? 1 : 1.1 * std::abs(first)};
    return {first, last};
  }

  void begin(std::size_t i, const Place& place) {
    const Panel& panel = panels_[i];
    const auto [first, last] = x_range(panel);
    chart_.panel(place.bottom, place.top, first, last, place.from, place.to);
    chart_.add(
        "set xtics format '%g'\nset label 1 {} at graph 0, graph 1 offset 0,0.7 font 'DejaVu Sans:Bold,11' tc rgb '{}'",
        literal(panel.name), colours::ink);
    chart_.add("set xlabel {} offset 0,0.5 font ',10' tc rgb '{}'", literal(panel.x_label), colours::quiet);
    if (panel.log_x) chart_.add("set logscale x");
    if (panel.log_y) chart_.add("set logscale y\nset ytics format '%g'");
    chart_.add("set offsets 0,0,graph 0.05,graph 0.05");
  }

  void plot(std::size_t i) {
    const Panel& panel = panels_[i];
    if (empty(panel)) {
      chart_.add(
          "set yrange [0:1]\nset label 2 'too little data' at graph 0.5, graph 0.5 center tc rgb '{}'\nplot NaN "
          "notitle",
          colours::quiet);
      return chart_.add("unset label");
    }
    std::string plot = "plot ";
    if (!panel.band.empty())
      plot += fmt::format("$b{} using 1:2:3 with filledcurves fc rgb '{}' fs transparent solid 0.15 notitle, ", i,
                          colour(Shown::reference));
    for (std::size_t l = 0; l < panel.lines.size(); ++l)
      plot += fmt::format("{}${} using 1:2 with lines lc rgb '{}' lw 2 notitle", l == 0 ? "" : ", ", table(i, l),
                          colour(panel.lines[l].shown));
    chart_.add("{}\nunset label", plot);
  }

  std::span<const Panel> panels_;
  Chart chart_;
};

}  // namespace

std::string panels_png(const std::vector<Panel>& panels, const std::string& title, const std::string& judged,
                       const std::string& reference) {
  return PanelsDrawing(panels, Chart(title, colours::ink, "")).page(legend_of(panels, judged, reference)).png();
}

std::string panel_svg(const Panel& panel, const std::string& judged, const std::string& reference) {
  const std::span<const Panel> alone(&panel, 1);
  return PanelsDrawing(alone, Chart()).figure(legend_of(alone, judged, reference)).svg();
}

}  // namespace marketmimic
