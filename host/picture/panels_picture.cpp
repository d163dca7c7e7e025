#include "host/picture/panels_picture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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

class Drawing {
 public:
  Drawing(const std::vector<Panel>& panels, const std::string& title, const std::string& judged,
          const std::string& reference)
      : panels_(panels), chart_(title, colours::ink, ""), columns_(panels.size() > 4 ? 3 : 2) {
    for (std::size_t i = 0; i < panels_.size(); ++i) add_tables(i);
    const bool mixed = std::any_of(panels_.begin(), panels_.end(), [](const Panel& p) { return p.lines.size() > 2; });
    legend_ = {{colour(Shown::judged), judged}};
    if (!reference.empty()) legend_.push_back({colour(Shown::reference), reference});
    if (mixed) legend_.push_back({colour(Shown::shuffled), "shuffled"});
  }

  std::string png() {
    for (std::size_t i = 0; i < panels_.size(); ++i) draw(i);
    return chart_.png();
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

  void draw(std::size_t i) {
    const Panel& panel = panels_[i];
    const std::size_t rows = (panels_.size() + columns_ - 1) / columns_;
    const double width = (Chart::right - 0.045 + 0.03) / static_cast<double>(columns_);
    const double height = 0.9 / static_cast<double>(rows);
    const double from = 0.045 + static_cast<double>(i % columns_) * width;
    const double top = 0.925 - static_cast<double>(i / columns_) * height;
    const auto [first, last] = x_range(panel);
    chart_.panel(top - height + 0.075, top, first, last, from, from + width - 0.04);
    chart_.add(
        "set xtics format '%g'\nset label 1 {} at graph 0, graph 1 offset 0,0.7 font 'DejaVu Sans:Bold,11' tc rgb '{}'",
        literal(panel.name), colours::ink);
    chart_.add("set xlabel {} offset 0,0.5 font ',10' tc rgb '{}'", literal(panel.x_label), colours::quiet);
    if (panel.log_x) chart_.add("set logscale x");
    if (panel.log_y) chart_.add("set logscale y\nset ytics format '%g'");
    chart_.add("set offsets 0,0,graph 0.05,graph 0.05");
    if (i == 0) chart_.legend(legend_, 0.966);
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

  const std::vector<Panel>& panels_;
  Chart chart_;
  std::size_t columns_;
  std::vector<LegendEntry> legend_;
};

}  // namespace

std::string panels_png(const std::vector<Panel>& panels, const std::string& title, const std::string& judged,
                       const std::string& reference) {
  return Drawing(panels, title, judged, reference).png();
}

}  // namespace marketmimic
