#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace marketmimic {

/// Text as gnuplot reads it literally; quotes become typographic ones, control characters spaces.
std::string literal(std::string_view text);
/// `flash_crash` as people read it.
std::string readable_name(std::string_view name);

/// A colour and what it means.
struct LegendEntry {
  std::string_view colour;
  std::string text;
};

/// Where a panel stands on a chart.
struct Place {
  double from, to, bottom, top;
};

/// A picture made of panels; builds the gnuplot script for it. Positions are shares of the picture, from the lower
/// left.
class Chart {
 public:
  static constexpr double left = 0.075, right = 0.985;

  /// A page of 1600 x 1000 pixels with a headline, and a quieter line beside it.
  Chart(std::string_view title, std::string_view title_colour, std::string_view subtitle);
  /// A figure within a text that says what it is [pixels]; with one panel, it stands at `only`.
  explicit Chart(int width = 560, int height = 380);
  static constexpr Place only = {0.1, 0.97, 0.15, 0.86};

  int width() const { return width_; }
  int height() const { return height_; }

  /// Adds lines to the script.
  template <class... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(script_), format, std::forward<Arguments>(arguments)...);
    script_ += '\n';
  }
  /// A named table of numbers to plot from; `fill` adds its lines. An empty one gets a line that plots nothing.
  template <class Fill>
  void table(std::string_view name, const Fill& fill) {
    add("${} << EOD", name);
    const std::size_t empty = script_.size();
    fill();
    if (script_.size() == empty) add("NaN NaN NaN NaN NaN NaN");
    add("EOD");
  }

  /// Where the next panel stands; forgets everything about the last one but the tables.
  void panel(double bottom, double top, double first, double last, double from = left, double to = right);
  /// Its name, within its upper left corner.
  void name_panel(std::string_view name);
  /// Tells colours in a line at height `y` that ends at `to`. Belongs to the panel, like all that stands above.
  void legend(const std::vector<LegendEntry>& entries, double y, double to = right);
  /// Some round ticks for a low panel with values in [low, high].
  void few_ticks(double low, double high);
  /// Shades [first, last] over the panel's height.
  void shade(double first, double last, std::string_view colour, double opacity);

  /// The finished PNG. Error(io).
  std::string png() const;
  /// The same as an element of an HTML page, see embedded_svg(). Error(io).
  std::string svg() const;

 private:
  std::string drawn(std::string_view terminal, std::string_view options) const;

  int width_ = 1600, height_ = 1000;
  std::string script_;
};

}  // namespace marketmimic
