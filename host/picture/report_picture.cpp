#include "host/picture/report_picture.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "host/config/names.hpp"
#include "host/picture/chart.hpp"
#include "host/picture/colours.hpp"
#include "host/statistics/estimators.hpp"
#include "host/statistics/proportion.hpp"

namespace marketmimic {
namespace {

/// What a line of rates is about.
struct Rated {
  std::string name;
  Tally tally;
  std::string_view colour;
};

/// 3 digits and a prefix: what a cell has room for.
std::string brief(std::uint64_t number) {
  const auto n = static_cast<double>(number);
  if (number < 1000) return fmt::format("{}", number);
  if (n < 999.5e3) return fmt::format("{:.3g}k", 1e-3 * n);
  return fmt::format("{:.3g}M", 1e-6 * n);
}

/// More of the colour of success for a higher rate, on whatever the background is.
std::string shade_of(double rate) {
  const double part = 0.1 + 0.9 * std::clamp(rate, 0.0, 1.0);
  return fmt::format("0x{:02x}{}", std::lround(255 * (1 - part)), colours::up.substr(1));
}

/// One of two rows of three.
Place on_page(int number) {
  const double from = 0.055 + 0.325 * (number % 3), top = number < 3 ? 0.875 : 0.4;
  return {from, from + 0.265, top - 0.32, top};
}
constexpr const char* kNever = "0xc0d1495b";  // of attempts, no success

std::string title_of(const RunReport& report) {
  if (!report.executed) return fmt::format("{} markets", report.part.scenarios);
  return fmt::format("{} attempts, {:.1f} % successes", report.part.scenarios, 100 * report.summary.all.rate());
}
std::string subtitle_of(const Simulation& simulation, const RunReport& report) {
  const Job& job = simulation.job;
  std::string text = fmt::format("{}, {} steps of {} s", simulation.market.asset, job.steps, job.step_seconds);
  if (report.executed)
    text += fmt::format("  ·  mode {}  ·  {} of {} shards",
                        kPlanFidelityNames[static_cast<std::size_t>(job.adaptation.fidelity)], report.part.shards,
                        report.part.planned);
  return text;
}

class ReportDrawing {
 public:
  ReportDrawing(const RunReport& report, Chart chart) : report_(report), chart_(std::move(chart)) {}

  const Chart& chart() const { return chart_; }

  void draw(ReportPanel panel, const Place& place) {
    place_ = place;
    switch (panel) {
      case ReportPanel::volatility:
        return cells(0, 2);
      case ReportPanel::move:
        return cells(1, 2);
      case ReportPanel::sources:
        return sources();
      case ReportPanel::rates:
        return rates();
      case ReportPanel::reasons:
        return reasons();
      case ReportPanel::shapes:
        return shapes();
    }
  }

 private:
  /// Begins the panel at `place_`; `indent` leaves room for names at its left [pixels].
  void begin(const std::string& name, double first, double last, double indent = 0) {
    if (begun_) chart_.add("unset label");  // drawn with the panel before
    begun_ = true;
    chart_.panel(place_.bottom, place_.top, first, last, place_.from + indent / chart_.width(), place_.to);
    chart_.add("set label 1 {} at screen {:.4f},{:.4f} font 'DejaVu Sans:Bold,11' tc rgb '{}'", literal(name),
               place_.from, place_.top + 36.0 / chart_.height(), colours::ink);
  }
  void legend(const std::vector<LegendEntry>& entries) {
    chart_.legend(entries, place_.top + 12.0 / chart_.height(), place_.to);
  }
  void blank(const std::string& why) {
    chart_.add(
        "unset tics\nset yrange [0:1]\nset label 2 {} at graph 0.5, graph 0.5 center tc rgb '{}'\nplot NaN "
        "notitle\nset ytics",
        literal(why), colours::quiet);
  }

  static std::string edges(const CoverageAxis& axis) {
    std::string ticks;
    for (std::size_t i = 0; i < axis.edges.size(); ++i)
      ticks += fmt::format("{}'{:g}' {}", i == 0 ? "" : ", ", axis.edges[i], i + 1);
    return ticks;
  }

  /// Attempts and successes over two of the axes.
  void cells(std::size_t across, std::size_t up) {
    const CoverageAxis &x = coverage_axes()[across], &y = coverage_axes()[up];
    begin(fmt::format("{} by {} and {}", report_.executed ? "success" : "scenarios", x.name, y.name), 0,
          static_cast<double>(x.bins()));
    if (!report_.coverage) return blank("the run did not record its market");
    std::map<std::pair<std::size_t, std::size_t>, Tally> sums;
    for (const auto& [bin, tally] : report_.coverage->cells()) {
      Tally& sum = sums[{bin[across], bin[up]}];
      sum.scenarios += tally.scenarios;
      sum.successes += tally.successes;
    }
    const std::string table = fmt::format("cells{}", across);
    chart_.table(table, [&] {
      for (const auto& [bin, tally] : sums) {
        const bool never = report_.executed && tally.successes == 0;
        const double shown = report_.executed
                                 ? tally.rate()
                                 : static_cast<double>(tally.scenarios) / static_cast<double>(report_.part.scenarios);
        const std::string rate = report_.executed ? fmt::format("{:.3g} %", 100 * tally.rate()) : "";
        chart_.add("{} {} {} {} {} {} {} \"{}\" \"{}\"", bin.first + 0.5, bin.second + 0.5, bin.first + 0.02,
                   bin.first + 0.98, bin.second + 0.03, bin.second + 0.97, never ? kNever : shade_of(shown), rate,
                   brief(tally.scenarios));
      }
    });
    chart_.add("unset grid\nset yrange [0:{}]\nset xtics ({})\nset ytics ({})", y.bins(), edges(x), edges(y));
    chart_.add("set xlabel {} offset 0,0.4 font ',10' tc rgb '{}'",
               literal(fmt::format("{} [{}]; upwards: {} [{}]", x.name, x.unit, y.name, y.unit)), colours::quiet);
    chart_.add(
        "plot ${0} using 1:2:3:4:5:6:7 with boxxyerror fc rgb variable fs solid noborder notitle, '' using "
        "1:($2+{1}):8 with labels font ',9' tc rgb '{2}' notitle, '' using 1:($2-{1}):9 with labels font ',8' tc rgb "
        "'{3}' notitle\nset ytics autofreq",
        table, report_.executed ? 0.17 : 0.0, colours::ink, colours::held);
  }

  void sources() {
    constexpr std::size_t most = 40;
    std::vector<Tally> cycles = report_.cycles;
    std::stable_sort(cycles.begin(), cycles.end(),
                     [](const Tally& a, const Tally& b) { return a.scenarios > b.scenarios; });
    while (!cycles.empty() && cycles.back().scenarios == 0) cycles.pop_back();
    const std::size_t shown = std::min(most, cycles.size());
    begin(shown < cycles.size() ? fmt::format("the {} sources used most, of {}", shown, cycles.size())
                                : "sources, most used first",
          0.4, static_cast<double>(std::max<std::size_t>(shown, 1)) + 0.6);
    chart_.table("sources", [&] {
      for (std::size_t i = 0; i < shown; ++i) chart_.add("{} {} {}", i + 1, cycles[i].scenarios, cycles[i].successes);
    });
    chart_.add(
        "set yrange [0:*]\nset boxwidth 0.8\nset format y '%.0s%c'\nset xtics autofreq format '%g'\nset xlabel "
        "'cycle of the demonstration, by rank' offset 0,0.4 font ',10' tc rgb '{}'",
        colours::quiet);
    legend({{colours::frame, "attempts"}, {colours::up, "successes"}});
    chart_.add(
        "plot $sources using 1:2 with boxes fc rgb '{}' fs solid noborder notitle, '' using 1:3 with boxes fc rgb '{}' "
        "fs solid noborder notitle\nset format y '%g'\nset autoscale y",
        colours::frame, colours::up);
  }

  /// Names at the left of a panel whose lines go down from the top.
  void names(const std::vector<std::string>& lines) {
    std::string ticks;
    for (std::size_t i = 0; i < lines.size(); ++i)
      ticks += fmt::format("{}{} {}", i == 0 ? "" : ", ", literal(readable_name(lines[i])), i);
    chart_.add("set yrange [{}:-0.6]\nset ytics ({})", static_cast<double>(lines.size()) - 0.4, ticks);
  }

  void rates() {
    std::vector<Rated> lines = {{"all", report_.summary.all, colours::ink},
                                {"undisturbed", report_.summary.undisturbed, colours::ink}};
    for (std::uint32_t k = 0; k < kPerturbationKinds; ++k)
      lines.push_back({std::string(kPerturbationNames[k]), report_.summary.perturbation[k], colours::perturbation[k]});
    for (std::uint32_t k = 0; report_.events && k < kMarketEvents; ++k)
      lines.push_back({std::string(kMarketEventNames[k]), (*report_.events)[k], colours::event[k]});
    lines.erase(std::remove_if(lines.begin(), lines.end(), [](const Rated& l) { return l.tally.scenarios == 0; }),
                lines.end());
    std::vector<std::string> labels;
    double lowest = 1, highest = 0;
    begin("success where it acted or held [%]", 0, 1, 104);
    chart_.table("rates", [&] {
      for (std::size_t i = 0; i < lines.size(); ++i) {
        const Interval interval = wilson_interval(lines[i].tally.successes, lines[i].tally.scenarios);
        labels.push_back(lines[i].name);
        lowest = std::min(lowest, interval.lower);
        highest = std::max(highest, interval.upper);
        chart_.add("{} {} {} {} 0x{}", 100 * lines[i].tally.rate(), i, 100 * interval.lower, 100 * interval.upper,
                   lines[i].colour.substr(1));
      }
    });
    names(labels);
    const double room = 0.05 * (highest - lowest) + 0.005;
    chart_.add("set xrange [{}:{}]\nset xtics autofreq format '%g'", 100 * std::max(0.0, lowest - room),
               100 * std::min(1.0, highest + room));
    chart_.add(
        "plot $rates using 1:2:3:4:5 with xerrorbars pt 7 ps 1.2 lw 2 lc rgb variable notitle\nset ytics autofreq\nset "
        "autoscale y");
  }

  void reasons() {
    std::vector<std::pair<std::string, std::uint64_t>> lines;
    for (std::uint32_t k = 1; k < kFailures; ++k)
      if (report_.summary.failure[k] != 0) lines.emplace_back(kFailureNames[k], report_.summary.failure[k]);
    const std::size_t reasons = lines.size();
    for (std::size_t k = 0; k < report_.kind_names.size(); ++k)
      if (report_.summary.failed_in[k] != 0) lines.emplace_back(report_.kind_names[k], report_.summary.failed_in[k]);
    begin("failures", 0, 1, 152);
    if (lines.empty()) return blank("none failed");
    std::vector<std::string> labels;
    chart_.table("reasons", [&] {
      for (std::size_t i = 0; i < lines.size(); ++i) {
        labels.push_back(lines[i].first);
        const auto y = static_cast<double>(i);
        chart_.add("0 {} 0 {} {} {} 0x{}", y, lines[i].second, y - 0.38, y + 0.38,
                   (i < reasons ? colours::down : colours::held).substr(1));
      }
    });
    names(labels);
    legend({{colours::down, "by reason"}, {colours::held, "by primitive"}});
    chart_.add(
        "set xrange [0:*]\nset format x '%.0s%c'\nset xtics autofreq\nset xlabel 'attempts' offset 0,0.4 font "
        "',10' tc rgb '{}'",
        colours::quiet);
    chart_.add(
        "plot $reasons using 1:2:3:4:5:6:7 with boxxyerror fc rgb variable fs solid noborder notitle\nset ytics "
        "autofreq\nset autoscale y\nset format x '%g'");
  }

  /// Percentiles of each column of `shapes`.
  void band_table(const std::string& name, const Shapes& shapes) {
    chart_.table(name, [&] {
      const Eigen::ArrayXd weight = Eigen::ArrayXd::Ones(shapes.rows());
      for (Eigen::Index k = 0; k < kShapePoints && shapes.rows() > 0; ++k) {
        const Eigen::ArrayXd values = shapes.col(k).cast<double>();
        chart_.add("{:.4f} {:.5g} {:.5g} {:.5g}", (static_cast<double>(k) + 0.5) / kShapePoints,
                   quantile(values, weight, 0.05), quantile(values, weight, 0.5), quantile(values, weight, 0.95));
      }
    });
  }

  void shapes() {
    constexpr Eigen::Index most = 60;
    begin("exposure in relative time", 0, 1);
    if (!report_.diversity) return blank("the run did not record its strategy");
    const Diversity& d = *report_.diversity;
    if (d.sample.rows() == 0) return blank("nothing was ever held");
    band_table("executions", d.sample);
    band_table("copied", d.sources);
    chart_.table("single", [&] {
      const Eigen::Index apart = std::max<Eigen::Index>(1, d.sample.rows() / most);
      for (Eigen::Index i = 0; i < d.sample.rows(); i += apart) {
        for (Eigen::Index k = 0; k < kShapePoints; ++k)
          chart_.add("{:.4f} {:.4f}", (static_cast<double>(k) + 0.5) / kShapePoints, d.sample(i, k));
        chart_.add("");
      }
    });
    chart_.add(
        "set offsets 0,0,graph 0.03,graph 0.03\nset xtics autofreq format '%g'\nset xlabel 'from the first to the last "
        "step with a position' offset "
        "0,0.4 font ',10' tc rgb '{}'",
        colours::quiet);
    legend({{colours::target, "executions, 5-50-95 %"}, {colours::held, "their sources"}});
    chart_.add(
        "plot $single using 1:2 with lines lw 0.5 lc rgb '#c0b9a8a0' notitle, $executions using 1:2:4 with "
        "filledcurves "
        "fc rgb '{0}' fs transparent solid 0.2 notitle, '' using 1:3 with lines lw 2.5 lc rgb '{0}' notitle, $copied "
        "using 1:2 with lines lw 1.5 dt 2 lc rgb '{1}' notitle, '' using 1:3 with lines lw 2.5 lc rgb '{1}' notitle, "
        "'' using 1:4 with lines lw 1.5 dt 2 lc rgb '{1}' notitle",
        colours::target, colours::held);
  }

  const RunReport& report_;
  Chart chart_;
  Place place_{};
  bool begun_ = false;
};

}  // namespace

std::vector<ReportPanel> panels_about(const RunReport& report) {
  if (!report.executed) return {ReportPanel::volatility, ReportPanel::move};
  return {ReportPanel::volatility, ReportPanel::move,    ReportPanel::sources,
          ReportPanel::rates,      ReportPanel::reasons, ReportPanel::shapes};
}

std::string report_png(const Simulation& simulation, const RunReport& report) {
  ReportDrawing drawing(report, Chart(title_of(report), colours::ink, subtitle_of(simulation, report)));
  int number = 0;
  for (const ReportPanel panel : panels_about(report)) drawing.draw(panel, on_page(number++));
  return drawing.chart().png();
}

std::string report_svg(const RunReport& report, ReportPanel panel) {
  ReportDrawing drawing(report, Chart());
  drawing.draw(panel, Chart::only);
  return drawing.chart().svg();
}

}  // namespace marketmimic
