#include "host/picture/demonstration_picture.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <vector>

#include "host/config/names.hpp"
#include "host/picture/chart.hpp"
#include "host/picture/colours.hpp"

namespace marketmimic {
namespace {

using Segment = DemonstrationPicture::Segment;
using Exposure = DemonstrationPicture::Exposure;

/// Seconds since 1970, gnuplot's time axis.
double seconds(std::int64_t time_ms) { return static_cast<double>(time_ms) / 1000; }

std::string date(std::int64_t time_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(time_ms)};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

/// A stretch of the log.
struct Span {
  std::int64_t begin_ms, end_ms;
  std::uint32_t cycle;

  std::int64_t length() const { return end_ms - begin_ms; }
};

std::vector<Span> cycles_of(const DemonstrationPicture& picture) {
  std::vector<Span> cycles;
  for (const Segment& s : picture.segments) {
    if (cycles.empty() || cycles.back().cycle != s.cycle) cycles.push_back({s.begin_ms, s.end_ms, s.cycle});
    cycles.back().end_ms = std::max(cycles.back().end_ms, s.end_ms);
  }
  return cycles;
}

/// Up to `count` cycles with the most segments, in the order of time.
std::vector<Span> richest(const DemonstrationPicture& picture, std::size_t count) {
  std::vector<Span> cycles = cycles_of(picture);
  const auto segments = [&](const Span& cycle) {
    return std::count_if(picture.segments.begin(), picture.segments.end(),
                         [&](const Segment& s) { return s.cycle == cycle.cycle; });
  };
  std::stable_sort(cycles.begin(), cycles.end(),
                   [&](const Span& a, const Span& b) { return segments(a) > segments(b); });
  cycles.resize(std::min(count, cycles.size()));
  std::sort(cycles.begin(), cycles.end(), [](const Span& a, const Span& b) { return a.begin_ms < b.begin_ms; });
  return cycles;
}

class DemonstrationDrawing {
 public:
  explicit DemonstrationDrawing(const DemonstrationPicture& picture)
      : picture_(picture),
        chart_(title(), colours::ink,
               fmt::format("{} cycles, {} primitives", cycles_of(picture).size(), picture.segments.size())) {
    chart_.add("set xdata time\nset timefmt '%s'");
    chart_.table("price", [&] {
      for (const auto& p : thinned_prices()) chart_.add("{:.3f} {:.10g}", seconds(p.time_ms), p.close);
    });
    chart_.table("exposure", [&] {
      for (const Exposure& e : picture_.exposures)
        chart_.add("{:.3f} {:.5f} {:.5f}", seconds(e.time_ms), e.demonstrated, e.reproduced);
    });
  }

  std::string png() {
    const Span whole = log_span();
    price(whole, 0.69, 0.925);
    primitives(whole, 0.655, 0.678, Chart::left, Chart::right, false);
    exposure(whole, 0.455, 0.647, Chart::left, Chart::right, "exposure over the whole log", true);
    const std::vector<Span> details = richest(picture_, 4);
    const double room =
        (Chart::right - Chart::left + 0.035) / static_cast<double>(std::max<std::size_t>(details.size(), 1));
    for (std::size_t i = 0; i < details.size(); ++i) {
      const double from = Chart::left + static_cast<double>(i) * room;
      detail(details[i], from, from + room - 0.035);
    }
    return chart_.png();
  }

 private:
  std::string title() const {
    return picture_.symbol.empty() ? "Demonstration" : fmt::format("Demonstration: {}", picture_.symbol);
  }
  Span log_span() const {
    if (picture_.prices.empty()) return {0, 1, 0};
    return {picture_.prices.front().time_ms,
            std::max(picture_.prices.back().time_ms, picture_.prices.front().time_ms + 1), 0};
  }
  /// At most a few thousand points: more than the picture has columns.
  std::vector<DemonstrationPicture::Price> thinned_prices() const {
    const std::size_t every = std::max<std::size_t>(1, picture_.prices.size() / 12'000);
    std::vector<DemonstrationPicture::Price> prices;
    for (std::size_t i = 0; i < picture_.prices.size(); i += every) prices.push_back(picture_.prices[i]);
    return prices;
  }

  void panel(const Span& span, double bottom, double top, double from, double to) {
    chart_.panel(bottom, top, seconds(span.begin_ms), seconds(span.end_ms), from, to);
  }
  void show_time(const Span& span, std::size_t most) {
    constexpr double day = 86400;
    const double length = seconds(span.length());
    double step = 60;
    for (const double candidate : {60., 300., 600., 900., 1800., 3600., 7200., 10800., 21600., 43200., day, 2 * day,
                                   7 * day, 14 * day, 30 * day, 90 * day, 180 * day, 365 * day}) {
      step = candidate;
      if (length / step <= static_cast<double>(most)) break;
    }
    const char* format = step >= 30 * day ? "%Y-%m" : step >= day ? "%b %d" : length > day ? "%b %d %H:%M" : "%H:%M";
    chart_.add("set xtics format '{}' {}", format, step);
  }

  void price(const Span& span, double bottom, double top) {
    panel(span, bottom, top, Chart::left, Chart::right);
    chart_.name_panel("price");
    shade_events(span, 0.13);
    show_time(span, 12);
    chart_.add("set xtics format ''\nset offsets 0,0,graph 0.16,graph 0.05");
    legend();
    chart_.legend({{"#e6ddf0", "volatility break"}, {"#ecc5c9", "crash"}}, top - 0.016);
    chart_.add("plot $price using 1:2 with lines lc rgb '{}' lw 1.3 notitle\nunset label", colours::ink);
  }

  /// Crashes, breaks and stops; trends and ranges would cover everything.
  void shade_events(const Span& span, double opacity) {
    for (const auto& e : picture_.events) {
      const auto kind = static_cast<MarketEvent>(e.event);
      if (kind != MarketEvent::crash && kind != MarketEvent::volatility_break) continue;
      const std::int64_t begin = std::max(e.begin_ms, span.begin_ms), end = std::min(e.end_ms, span.end_ms);
      if (begin < end) chart_.shade(seconds(begin), seconds(end), colours::event[e.event], opacity);
    }
  }

  void primitives(const Span& span, double bottom, double top, double from, double to, bool edges) {
    panel(span, bottom, top, from, to);
    chart_.add("set yrange [0:1]\nunset grid\nunset ytics\nset border 0\nset xtics scale 0");
    for (const Segment& s : picture_.segments) {
      const std::int64_t begin = std::max(s.begin_ms, span.begin_ms), end = std::min(s.end_ms, span.end_ms);
      if (begin >= end) continue;
      chart_.add("set object rectangle from {:.3f},0 to {:.3f},1 fc rgb '{}' fs solid {}", seconds(begin), seconds(end),
                 colours::primitive(s.kind), edges ? "border rgb '#ffffff' lw 0.5" : "noborder");
    }
    chart_.add("plot $price using 1:(NaN) notitle\nunset label");
  }

  void legend() {
    std::vector<LegendEntry> entries;
    for (std::uint32_t kind = 0; kind < picture_.kind_names.size(); ++kind) {
      const bool seen = std::any_of(picture_.segments.begin(), picture_.segments.end(),
                                    [&](const Segment& s) { return s.kind == kind; });
      if (seen) entries.push_back({colours::primitive(kind), readable_name(picture_.kind_names[kind])});
    }
    chart_.legend(entries, 0.94);
  }

  void exposure(const Span& span, double bottom, double top, double from, double to, std::string_view name, bool key) {
    panel(span, bottom, top, from, to);
    chart_.name_panel(name);
    show_time(span, static_cast<std::size_t>(12 * (to - from) / (Chart::right - Chart::left)) + 1);
    chart_.add("set offsets 0,0,graph 0.14,graph 0.05\nset ytics 0.5");
    if (key)
      chart_.add("set key at graph 0.994, graph 0.97 right top horizontal samplen 1.6 font ',10' tc rgb '{}'",
                 colours::ink);
    chart_.add(
        "plot 0 with lines lc rgb '{2}' lw 1 notitle, "
        "$exposure using 1:2 with fillsteps fc rgb '{0}' fs transparent solid 0.16 notitle, "
        "$exposure using 1:2 with steps lc rgb '{0}' lw {3} title 'traded', "
        "$exposure using 1:3 with steps lc rgb '{1}' lw {3} dt (8,4) title 'reproduced by the primitives'",
        colours::held, colours::target, colours::quiet, key ? 1.0 : 1.8);
    chart_.add("unset label");
  }

  /// One cycle: price, primitives, exposure.
  void detail(const Span& cycle, double from, double to) {
    const std::int64_t margin = std::max<std::int64_t>(cycle.length() / 25, 60'000);
    const Span span{cycle.begin_ms - margin, cycle.end_ms + margin, cycle.cycle};
    panel(span, 0.285, 0.385, from, to);
    chart_.name_panel(fmt::format("cycle {}, {}", cycle.cycle, date(cycle.begin_ms)));
    shade_events(span, 0.13);
    show_time(span, 3);
    chart_.add("set xtics format ''");
    const auto [low, high] = price_range(span);
    chart_.add("set yrange [{}:{}]", low, high);
    chart_.few_ticks(low, high);
    chart_.add("plot $price using 1:2 with lines lc rgb '{}' lw 1.3 notitle\nunset label", colours::ink);
    primitives(span, 0.258, 0.276, from, to, true);
    exposure(span, 0.06, 0.25, from, to, "", false);
  }
  std::pair<double, double> price_range(const Span& span) const {
    const auto& prices = picture_.prices;
    const std::int64_t bar = prices.size() < 2 ? 0 : prices[1].time_ms - prices[0].time_ms;
    double low = 1e300, high = 0;
    for (const auto& p : prices) {
      if (p.time_ms < span.begin_ms - bar || p.time_ms > span.end_ms + bar) continue;
      low = std::min(low, p.close);
      high = std::max(high, p.close);
    }
    if (low >= high) return {0.99 * high, 1.01 * high + 1};
    return {low - 0.05 * (high - low), high + 0.4 * (high - low)};
  }

  const DemonstrationPicture& picture_;
  Chart chart_;
};

}  // namespace

std::string demonstration_png(const DemonstrationPicture& picture) { return DemonstrationDrawing(picture).png(); }

}  // namespace marketmimic
