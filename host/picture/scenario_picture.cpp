#include "host/picture/scenario_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "host/config/names.hpp"
#include "host/picture/chart.hpp"
#include "host/picture/colours.hpp"
#include "host/picture/runs.hpp"
#include "host/picture/time_axis.hpp"
#include "host/readable.hpp"

namespace marketmimic {
namespace {

/// Steps drawn as one candle.
struct Candle {
  double time;  ///< its middle
  double open, high, low, close, volume;
};

constexpr std::size_t kMostCandles = 320, kMostMoments = 1600;  // that a picture can tell apart

class ScenarioDrawing {
 public:
  /// On `chart`, below `top`.
  ScenarioDrawing(const Simulation& simulation, const ReplayedScenario& scenario, Chart chart, double top)
      : simulation_(simulation),
        scenario_(scenario),
        steps_(simulation.job.steps),
        axis_(TimeAxis::of(simulation.job.steps, simulation.job.step_seconds)),
        together_((steps_ + kMostMoments - 1) / kMostMoments),
        perturbation_(moments_of("/labels/perturbation")),
        events_(moments_of("/labels/market_event")),
        chart_(std::move(chart)) {
    group_candles();
    draw(top);
  }

  const Chart& chart() const { return chart_; }

 private:
  void draw(double top) {
    const bool strategy = simulation_.strategy != nullptr;
    const std::vector<std::uint32_t> kinds = event_kinds();
    const double event_height = 0.017 * static_cast<double>(kinds.size());
    const double bottom = 0.065;
    const double exposure_top = strategy ? bottom + 0.235 : bottom;
    const double strip_top = strategy ? exposure_top + 0.045 : bottom;
    const double events_bottom = strategy ? strip_top + 0.028 : bottom;
    const double events_top = events_bottom + event_height;
    const double volume_bottom = events_top + (kinds.empty() ? 0.0 : 0.012);
    const double volume_top = volume_bottom + 0.085;
    const double book_top = volume_top + 0.012 + (strategy ? 0.11 : 0.16);

    price(book_top + 0.012, top);
    book(volume_top + 0.012, book_top);
    volume(volume_bottom, volume_top, !strategy && kinds.empty());
    if (!kinds.empty()) events(kinds, events_bottom, events_top, !strategy);
    if (strategy) {
      primitives(exposure_top + 0.008, strip_top - 0.006);
      exposure(bottom, exposure_top);
    }
  }

  double tick() const { return simulation_.market.tick; }
  double end() const { return steps_ * axis_.step; }

  void group_candles() {
    const auto open = scenario_.column("/market/open_half_ticks").values<std::int32_t>();
    const auto high = scenario_.column("/market/high_half_ticks").values<std::int32_t>();
    const auto low = scenario_.column("/market/low_half_ticks").values<std::int32_t>();
    const auto close = scenario_.column("/market/close_half_ticks").values<std::int32_t>();
    const auto volume = scenario_.column("/market/volume_lots").values<std::int32_t>();
    group_ = (steps_ + kMostCandles - 1) / kMostCandles;
    const double half = 0.5 * tick();
    for (std::size_t first = 0; first < steps_; first += group_) {
      const std::size_t last = std::min<std::size_t>(first + group_, steps_);
      Candle c{
          0.5 * static_cast<double>(first + last) * axis_.step, half * open[first], 0, 0, half * close[last - 1], 0};
      c.high = half * *std::max_element(high.begin() + static_cast<std::ptrdiff_t>(first),
                                        high.begin() + static_cast<std::ptrdiff_t>(last));
      c.low = half * *std::min_element(low.begin() + static_cast<std::ptrdiff_t>(first),
                                       low.begin() + static_cast<std::ptrdiff_t>(last));
      for (std::size_t t = first; t < last; ++t) c.volume += simulation_.market.lot * volume[t];
      candles_.push_back(c);
    }
  }

  /// Steps are drawn `together_` at a time; where a moment begins.
  double at(std::size_t moment) const { return std::min(static_cast<double>(moment * together_) * axis_.step, end()); }
  std::size_t moments() const { return (steps_ + together_ - 1) / together_; }
  std::size_t last_step(std::size_t moment) const {
    return std::min<std::size_t>((moment + 1) * together_, steps_) - 1;
  }
  /// Bits that were set at some step of each moment.
  std::vector<std::uint32_t> moments_of(const char* labels) const {
    const auto steps = scenario_.column(labels).values<std::uint32_t>();
    std::vector<std::uint32_t> masks(moments());
    for (std::size_t t = 0; t < steps.size(); ++t) masks[t / together_] |= steps[t];
    return masks;
  }

  void begin_panel(double bottom, double top, std::string_view name) {
    chart_.panel(bottom, top, 0, end());
    chart_.name_panel(name);
  }
  void show_time() {
    chart_.add("set xtics format '%g'");
    chart_.add("set xlabel '{}' offset 0,0.4 font ',10' tc rgb '{}'", axis_.label, colours::quiet);
  }
  void shade_perturbations(double opacity) {
    for (std::uint32_t kind = 0; kind < kPerturbationKinds; ++kind) {
      for (const StepRun& run : runs_of_bit(perturbation_, kind))
        chart_.shade(at(run.first), at(run.end), colours::perturbation[kind], opacity);
    }
  }

  /// Their names above the price, in rows so that none covers another.
  void name_perturbations() {
    std::vector<StepRun> all;
    for (std::uint32_t kind = 0; kind < kPerturbationKinds; ++kind) {
      const auto runs = runs_of_bit(perturbation_, kind);
      all.insert(all.end(), runs.begin(), runs.end());
    }
    std::sort(all.begin(), all.end(), [](const StepRun& a, const StepRun& b) { return a.first < b.first; });
    const double letter = 8.5 / (chart_.width() * (Chart::right - Chart::left)) * end();
    std::array<double, 2> taken{};  // end of the last name in each row
    for (const StepRun& run : all) {
      const std::string name = readable_name(kPerturbationNames[run.value]);
      const double length = letter * static_cast<double>(name.size());
      const double x = std::max(std::min(at(run.first), end() - length), 0.0);
      const auto row = std::find_if(taken.begin(), taken.end(), [&](double until) { return until <= x; });
      if (row == taken.end()) continue;  // the colour still tells
      *row = x + length + 2 * letter;
      chart_.add("set label {} at {:.6g},graph 1 offset 0,{} font 'DejaVu Sans:Bold,10' tc rgb '{}'", literal(name), x,
                 0.7 + 1.1 * static_cast<double>(row - taken.begin()), colours::perturbation[run.value]);
    }
  }

  void price(double bottom, double top) {
    chart_.table("up", [&] { add_candles(true); });
    chart_.table("down", [&] { add_candles(false); });
    add_executions();
    begin_panel(bottom, top, fmt::format("price [{}]", simulation_.market.currency));
    shade_perturbations(0.10);
    name_perturbations();
    const double body = 0.7 * static_cast<double>(group_) * axis_.step;
    chart_.add("set boxwidth {} absolute\nset style fill solid 1.0 noborder\nset offsets 0,0,graph 0.16,graph 0.05",
               body);
    if (simulation_.strategy != nullptr)
      chart_.legend({{colours::held, "bought"}, {colours::target, "sold"}}, top - 0.016);
    chart_.add(
        "plot $up using 1:2:4:3:5 with candlesticks lc rgb '{}' lw 1 notitle, "
        "$down using 1:2:4:3:5 with candlesticks lc rgb '{}' lw 1 notitle, "
        "$bought using 1:2:3 with points pt 7 ps variable lc rgb '#99{}' notitle, "
        "$sold using 1:2:3 with points pt 7 ps variable lc rgb '#99{}' notitle",
        colours::up, colours::down, colours::held.substr(1), colours::target.substr(1));
    chart_.add("unset label");
  }

  void add_candles(bool up) {
    for (const Candle& c : candles_) {
      if ((c.close >= c.open) == up)
        chart_.add("{:.6f} {:.10g} {:.10g} {:.10g} {:.10g}", c.time, c.open, c.high, c.low, c.close);
    }
  }

  struct Execution {
    std::int64_t lots = 0, notional = 0;
  };

  /// Fills of a moment at their mean price; the area of the point is the size.
  void add_executions() {
    std::map<std::size_t, Execution> bought, sold;
    std::int64_t largest = 1;
    for (const OrderRow& o : scenario_.orders) {
      if (o.filled_lots == 0) continue;
      Execution& e = (o.filled_lots > 0 ? bought : sold)[o.step / together_];
      e.lots += std::abs(std::int64_t{o.filled_lots});
      e.notional += std::abs(o.notional);
      largest = std::max(largest, e.lots);
    }
    const auto add = [&](const std::map<std::size_t, Execution>& executions) {
      for (const auto& [moment, e] : executions) {
        const double price = tick() * static_cast<double>(e.notional) / static_cast<double>(e.lots);
        const double share = static_cast<double>(e.lots) / static_cast<double>(largest);
        chart_.add("{:.6f} {:.10g} {:.3f}", 0.5 * (at(moment) + at(moment + 1)), price, 0.35 + 1.4 * std::sqrt(share));
      }
    };
    chart_.table("bought", [&] { add(bought); });
    chart_.table("sold", [&] { add(sold); });
  }

  /// Depth by level, asks above bids, as an image: full colour where the level is deep, none where it is thin.
  void book(double bottom, double top) {
    const std::uint32_t levels = simulation_.job.levels;
    const auto bids = scenario_.column("/market/bid_size_lots").values<std::int32_t>();
    const auto asks = scenario_.column("/market/ask_size_lots").values<std::int32_t>();
    const double full = deep_level(bids, asks);
    chart_.table("book", [&] {
      for (std::size_t k = 0; k < candles_.size(); ++k) {
        for (std::uint32_t l = levels; l-- > 0;) add_level(k, -(l + 0.5), bids, l, full, colours::up);
        for (std::uint32_t l = 0; l < levels; ++l) add_level(k, l + 0.5, asks, l, full, colours::down);
      }
    });
    begin_panel(bottom, top, "");
    chart_.add("set yrange [-{0}:{0}]\nunset grid\nunset ytics", levels);
    const auto name = [&](const char* text, double y, std::string_view colour) {
      chart_.add("set label '{}' at graph 0, graph {} right offset -0.8,0 font ',10' tc rgb '{}'", text, y, colour);
    };
    name("asks", 0.85, colours::down);
    name("depth by level", 0.5, colours::quiet);
    name("bids", 0.15, colours::up);
    chart_.add("plot $book using 1:2:3:4:5:6 with rgbalpha notitle, 0 with lines lc rgb '#ffffff' lw 2 notitle");
    chart_.add("unset label");
  }
  /// Size that counts as deep: nine of ten are smaller.
  static double deep_level(std::vector<std::int32_t> sizes, const std::vector<std::int32_t>& more) {
    sizes.insert(sizes.end(), more.begin(), more.end());
    const auto at = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() * 9 / 10);
    std::nth_element(sizes.begin(), at, sizes.end());
    return std::max(1.0, double(*at));
  }
  void add_level(std::size_t candle, double y, const std::vector<std::int32_t>& sizes, std::uint32_t level, double full,
                 std::string_view colour) {
    const std::uint32_t levels = simulation_.job.levels;
    const std::size_t first = candle * group_, last = std::min<std::size_t>(first + group_, steps_);
    double mean = 0;
    for (std::size_t t = first; t < last; ++t) mean += sizes[t * levels + level];
    mean /= static_cast<double>(last - first);
    const double share = std::min(1.0, mean / full);
    const double x = (static_cast<double>(candle) + 0.5) * static_cast<double>(group_) * axis_.step;
    const auto channel = [&](std::size_t i) {
      return std::stoi(std::string(colour.substr(1 + 2 * i, 2)), nullptr, 16);
    };
    chart_.add("{:.6f} {} {} {} {} {}", x, y, channel(0), channel(1), channel(2), std::lround(255 * share));
  }

  void volume(double bottom, double top, bool lowest) {
    const auto rows = [&](bool up) {
      for (const Candle& c : candles_) {
        if ((c.close >= c.open) == up) chart_.add("{:.6f} {:.6g}", c.time, c.volume);
      }
    };
    chart_.table("volume_up", [&] { rows(true); });
    chart_.table("volume_down", [&] { rows(false); });
    begin_panel(bottom, top, fmt::format("volume [{}]", simulation_.market.asset));
    shade_perturbations(0.10);
    if (lowest) show_time();
    const auto more = [](const Candle& a, const Candle& b) { return a.volume < b.volume; };
    const double most = std::max_element(candles_.begin(), candles_.end(), more)->volume;
    chart_.add("set yrange [0:{}]", 1.2 * most);
    chart_.few_ticks(0, most);
    chart_.add(
        "plot $volume_up using 1:2 with boxes lc rgb '{}' notitle, $volume_down using 1:2 with boxes lc rgb '{}' "
        "notitle",
        colours::up, colours::down);
    chart_.add("unset label");
  }

  std::vector<std::uint32_t> event_kinds() const {
    std::uint32_t seen = 0;
    for (const std::uint32_t mask : events_) seen |= mask;
    std::vector<std::uint32_t> kinds;
    for (std::uint32_t kind = 0; kind < kMarketEvents; ++kind) {
      if ((seen >> kind & 1u) != 0) kinds.push_back(kind);
    }
    return kinds;
  }

  /// A row for each kind of event that occurred.
  void events(const std::vector<std::uint32_t>& kinds, double bottom, double top, bool lowest) {
    begin_panel(bottom, top, "");
    const auto rows = static_cast<double>(kinds.size());
    chart_.add("set yrange [0:{}]\nunset grid\nunset ytics\nset border 0\nset xtics scale 0", rows);
    if (lowest) show_time();
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const double y = rows - 1 - static_cast<double>(i);
      chart_.add("set label {} {} at graph 0, first {} right offset -0.8,0 font ',9' tc rgb '{}'", i + 1,
                 literal(readable_name(kMarketEventNames[kinds[i]])), y + 0.5, colours::quiet);
      chart_.add("set object rectangle from 0,{} to {},{} fc rgb '#f3f5f7' fs solid noborder behind", y + 0.12, end(),
                 y + 0.88);
      for (const StepRun& run : runs_of_bit(events_, kinds[i])) bar(run, y + 0.12, y + 0.88, colours::event[kinds[i]]);
    }
    chart_.add("plot NaN notitle\nunset label");
  }
  void bar(const StepRun& run, double low, double high, std::string_view colour, const char* border = "noborder") {
    chart_.add("set object rectangle from {},{} to {},{} fc rgb '{}' fs solid {}", at(run.first), low, at(run.end),
               high, colour, border);
  }

  /// Primitives one after the other; where two of a kind follow, the phase begins anew.
  std::vector<StepRun> primitive_runs(const std::vector<std::uint8_t>& kinds) const {
    const auto phase = scenario_.column("/strategy/phase").values<float>();
    std::vector<StepRun> runs;
    for (std::size_t m = 0, before = 0; m < moments(); before = last_step(m++)) {
      const std::size_t t = last_step(m);
      if (runs.empty() || runs.back().value != kinds[t] || phase[t] < phase[before]) runs.push_back({m, m, kinds[t]});
      runs.back().end = m + 1;
    }
    return runs;
  }

  void primitives(double bottom, double top) {
    const ReplayedColumn& primitive = scenario_.column("/strategy/primitive");
    const auto kinds = primitive.values<std::uint8_t>();
    const std::vector<std::string>& names = primitive.column.quantity.labels;
    begin_panel(bottom, top, "");
    chart_.add("set yrange [0:1]\nunset grid\nunset ytics\nset border 0\nset xtics scale 0");
    chart_.add("set label 1 'primitive' at graph 0, graph 0.5 right offset -0.8,0 font ',10' tc rgb '{}'",
               colours::quiet);
    std::uint32_t seen = 0;
    for (const StepRun& run : primitive_runs(kinds)) {
      if (run.value >= names.size()) continue;
      seen |= 1u << run.value;
      bar(run, 0.0, 1.0, colours::primitive(run.value), "border rgb '#ffffff' lw 1");
    }
    std::vector<LegendEntry> legend;
    for (std::uint32_t kind = 0; kind < names.size(); ++kind) {
      if ((seen >> kind & 1u) != 0) legend.push_back({colours::primitive(kind), readable_name(names[kind])});
    }
    chart_.legend(legend, top + 0.014);
    chart_.add("plot NaN notitle\nunset label");
  }

  void exposure(double bottom, double top) {
    const auto target = scenario_.column("/strategy/target").values<float>();
    const auto lots = scenario_.column("/strategy/exposure_lots").values<std::int64_t>();
    const double peak = simulation_.settings().adaptation.peak_lots;
    chart_.table("exposure", [&] {
      for (std::size_t m = 0; m < moments(); ++m) {
        const std::size_t t = last_step(m);
        chart_.add("{:.6f} {:.5f} {:.5f}", static_cast<double>(t + 1) * axis_.step, target[t],
                   static_cast<double>(lots[t]) / peak);
      }
    });
    begin_panel(bottom, top, "exposure, in units of the largest position");
    shade_perturbations(0.07);
    show_time();
    chart_.add("set offsets 0,0,graph 0.2,graph 0.06\nset ytics 0.5");
    chart_.add("set key at graph 0.994, graph 0.96 right top horizontal samplen 1.6 font ',10' tc rgb '{}'",
               colours::ink);
    chart_.add(
        "plot $exposure using 1:3 with fillsteps fc rgb '{0}' fs transparent solid 0.16 notitle, "
        "0 with lines lc rgb '{2}' lw 1 notitle, "
        "$exposure using 1:3 with steps lc rgb '{0}' lw 2 title 'held', "
        "$exposure using 1:2 with steps lc rgb '{1}' lw 2 dt (12,5) title 'target'",
        colours::held, colours::target, colours::quiet);
    chart_.add("unset label");
  }

  const Simulation& simulation_;
  const ReplayedScenario& scenario_;
  std::uint32_t steps_;
  TimeAxis axis_;
  std::size_t together_;   ///< steps a moment
  std::size_t group_ = 1;  ///< steps a candle
  std::vector<Candle> candles_;
  std::vector<std::uint32_t> perturbation_, events_;
  Chart chart_;
};

}  // namespace

std::string scenario_title(const Simulation& simulation, const ScenarioRow& outcome) {
  if (simulation.strategy == nullptr) return fmt::format("Scenario {}", outcome.id);
  if (outcome.success != 0) return fmt::format("Scenario {}: success", outcome.id);
  return fmt::format("Scenario {}: failed, {}", outcome.id,
                     readable_name(kFailureNames[static_cast<std::size_t>(outcome.failure)]));
}

std::string scenario_subtitle(const Simulation& simulation, const ScenarioRow& outcome) {
  std::string text =
      fmt::format("{}, {} steps of {} s", simulation.market.asset, simulation.job.steps, simulation.job.step_seconds);
  if (simulation.strategy != nullptr)
    text += fmt::format("  ·  cycle {} of the demonstration, {} in {}  ·  profit {:+.2f} %", outcome.cycle,
                        counted(outcome.segments_begun, "primitive"), counted(outcome.positions, "position"),
                        100 * outcome.profit);
  return text;
}

std::string scenario_png(const Simulation& simulation, const ReplayedScenario& scenario) {
  const ScenarioRow& o = scenario.outcome;
  const std::string_view colour = simulation.strategy == nullptr ? colours::ink
                                  : o.success != 0               ? colours::up
                                                                 : colours::down;
  const Chart page(scenario_title(simulation, o), colour, scenario_subtitle(simulation, o));
  return ScenarioDrawing(simulation, scenario, page, 0.9).chart().png();
}

std::string scenario_svg(const Simulation& simulation, const ReplayedScenario& scenario) {
  return ScenarioDrawing(simulation, scenario, Chart(1400, 860), 0.945).chart().svg();
}

}  // namespace marketmimic
