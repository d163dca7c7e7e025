#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <thread>
#include <utility>

#include "host/config/names.hpp"
#include "host/input/time.hpp"
#include "host/page/sections.hpp"
#include "host/picture/chart.hpp"
#include "host/picture/colours.hpp"
#include "host/picture/fan_picture.hpp"
#include "host/picture/panels_picture.hpp"
#include "host/picture/scenario_picture.hpp"
#include "host/readable.hpp"
#include "host/realism/calibrated_series.hpp"
#include "host/run/replay.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kMostJudgedCandles = 60'000;       // whose facts are told, with intervals, within seconds
constexpr std::size_t kMostFailures = 4, kMostShocks = 3;  // reasons, or shocks, of which a scenario is shown

std::string fan_table(const Fan& fan, const std::vector<std::uint32_t>& steps, const FanLook& look) {
  HtmlTable table(fmt::format("{} [{}] after each step shown", look.name, look.unit),
                  {"5 %", "25 %", "50 %", "75 %", "95 %"});
  for (std::size_t k = 0; k < fan.size(); ++k) {
    std::vector<std::string> values;
    for (const double value : fan[k]) values.push_back(fmt::format("{:.8g}", value));
    table.row(fmt::format("{}", steps[k]), values);
  }
  return table.html();
}

std::string range(const Interval& i) {
  return std::isnan(i.lower) ? "" : fmt::format("{:.4g} to {:.4g}", i.lower, i.upper);
}

HtmlTable facts_table(const Validation& v, const std::string& beside) {
  const std::vector<std::string> columns = {"run", "95 %", beside, "95 %", "verdict"};
  HtmlTable table(fmt::format("Facts of {} returns over {}", readable_count(v.facts.returns),
                              format_duration(std::llround(1000 * v.facts.bar_seconds))),
                  columns);
  for (std::size_t i = 0; i < kFacts; ++i) {
    const double value = v.facts.facts.value[i];
    if (std::isnan(value)) continue;
    std::vector<std::string> row = {fmt::format("{:.4g}", value), range(v.facts.interval[i])};
    if (!std::isnan(v.reference->facts.value[i])) {
      const Interval& there = v.reference->interval[i];
      row.push_back(fmt::format("{:.4g}", v.reference->facts.value[i]));
      row.push_back(range(there));
      row.emplace_back(word(verdict(value, v.facts.interval[i], there.lower, there.upper)));
    } else {
      row.insert(row.end(), 3, "");
    }
    table.row(description(static_cast<Fact>(i)), row);
  }
  return table;
}

HtmlTable usual_table(const FactCheck& facts) {
  HtmlTable table("What returns over 1 to 5 minutes usually show", {"run", "95 %", "usual", "verdict"});
  for (std::size_t i = 0; i < kUsual; ++i) {
    const UsualWindow& w = window(static_cast<Usual>(i));
    if (std::isnan(facts.usual[i])) continue;
    table.row(w.description,
              {fmt::format("{:.4g}", facts.usual[i]), range(facts.usual_interval[i]),
               std::isinf(w.upper) ? fmt::format("above {:g}", w.lower) : fmt::format("{:g} to {:g}", w.lower, w.upper),
               word(verdict(facts.usual[i], facts.usual_interval[i], w.lower, w.upper))});
  }
  return table;
}

/// A scenario to be shown, and why.
struct Example {
  std::uint64_t id;
  std::string why;
};

/// Indices of counts that are not 0, the greatest first, at most `most`.
template <class Counts>
std::vector<std::size_t> most_frequent(const Counts& counts, std::size_t first, std::size_t most) {
  std::vector<std::size_t> order;
  for (std::size_t k = first; k < counts.size(); ++k)
    if (counts[k] != 0) order.push_back(k);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  order.resize(std::min(most, order.size()));
  return order;
}

std::vector<Example> examples_of(const RunReport& r) {
  std::vector<Example> examples;
  const auto add = [&](const std::optional<std::uint64_t>& id, std::string why) {
    const auto same = [&](const Example& e) { return e.id == *id; };
    if (id && std::none_of(examples.begin(), examples.end(), same)) examples.push_back({*id, std::move(why)});
  };
  if (r.executed) {
    add(r.first_by_failure[0], "the first success");
    for (const std::size_t k : most_frequent(r.summary.failure, 1, kMostFailures))
      add(r.first_by_failure[k], fmt::format("the first that failed so: {}", readable_name(kFailureNames[k])));
    return examples;
  }
  std::array<std::uint64_t, kPerturbationKinds> acted{};
  for (std::size_t k = 0; k < acted.size(); ++k) acted[k] = r.summary.perturbation[k].scenarios;
  for (const std::size_t k : most_frequent(acted, 0, kMostShocks))
    add(r.first_by_perturbation[k], fmt::format("the first with this shock: {}", readable_name(kPerturbationNames[k])));
  if (examples.empty()) add(r.first_by_failure[0], "the first");
  return examples;
}

std::string shocks_of(const ReplayedScenario& scenario) {
  std::string text;
  for (const PerturbationRow& p : scenario.perturbations)
    text += fmt::format("{}{} at {}", text.empty() ? "" : ", ", readable_name(kPerturbationNames[p.kind]),
                        readable_time(p.start));
  return text.empty() ? "no shock" : text;
}

}  // namespace

void add_fans(HtmlBody& body, const RunPageSource& source) {
  const Simulation& simulation = source.simulation;
  const Fans fans = fans_of(simulation, source.folder, source.report.part);
  const bool all = fans.scenarios == source.report.part.scenarios;
  body.paragraph(fmt::format("Median, middle half, and 5 to 95 % of {} {}, exact over {}.",
                             all ? "all" : "an evenly spaced sample of", counted(fans.scenarios, "scenario"),
                             fans.scenarios == 1 ? "it" : "them"));
  const std::pair<const Fan*, FanLook> looks[] = {
      {&fans.price, {"price", simulation.market.currency, colours::held}},
      {&fans.exposure, {"exposure", "largest position", colours::target}},
      {&fans.profit, {"profit, net of costs", "largest position's worth at the start", colours::up}}};
  body.begin_figures();
  std::string tables;
  for (const auto& [fan, look] : looks) {
    if (fan->empty()) continue;
    const auto& [lowest, low, median, high, highest] = fan->back();
    body.figure(
        fan_svg(*fan, fans.steps, simulation.job.step_seconds, look),
        fmt::format("Fan chart of {} over the steps; at the end the median is {:.4g}, 5 to 95 % lie from {:.4g} to "
                    "{:.4g}",
                    look.name, median, lowest, highest));
    tables += fan_table(*fan, fans.steps, look);
  }
  body.end_figures();
  if (!tables.empty()) body.details("The numbers of these charts", "<div class=\"tables\">" + tables + "</div>");
}

void add_facts(HtmlBody& body, const RunPageSource& source) {
  const MarketFile& market = source.simulation.market;
  body.paragraph(fmt::format("The market of {} was {}.", market.asset,
                             market.provenance.empty() ? "made by hand" : market.provenance));
  if (!source.simulation.job.record.market)
    return body.paragraph("The run did not record its candles: what its market shows is not known.");
  DataSource run;
  run.run = source.folder;
  BootstrapOptions options;
  options.replicates = 100;
  options.threads = std::max(1u, std::thread::hardware_concurrency());
  Validated validated = validate(run, source.reference, options, kMostJudgedCandles);
  Validation& v = validated.validation;
  if (source.reference == nullptr) {
    validated.series.reference = calibrated_series(source.simulation, kMostJudgedCandles, options.threads);
    v.reference = check_facts(*validated.series.reference, options);
  }
  const std::string beside = source.reference == nullptr ? "calibrated" : "reference";
  body.paragraph(
      fmt::format("{} candles were looked at, shocks and the strategy's orders included; {} are broken. {}",
                  readable_count(v.candles), readable_count(v.broken),
                  source.reference == nullptr
                      ? "Beside them stands the market as it was calibrated, by itself: the same model without "
                        "shocks and orders. --reference FILE shows recorded data in its place."
                      : fmt::format("Beside them stands {}.", v.reference->source)));
  body.begin_pairs();
  for (const Panel& panel : panels_of(validated, run, source.reference))
    body.figure(panel_svg(panel, "run", beside), fmt::format("{}, of the run and {}", panel.name, beside));
  body.end_figures();
  body.begin_tables();
  body.add(facts_table(v, beside));
  body.add(usual_table(v.facts));
  body.end_tables();
}

void add_scenarios(HtmlBody& body, const RunPageSource& source) {
  const Simulation& simulation = source.simulation;
  body.paragraph(
      "Recomputed step by step, whatever the run recorded: candles with executions and shocks, the depth of the book, "
      "volume, market events, primitives, and the exposure wanted and held.");
  for (const Example& example : examples_of(source.report)) {
    const ReplayedScenario scenario = replay(simulation, example.id);
    const std::string title = scenario_title(simulation, scenario.outcome);
    body.heading(title);
    body.paragraph(
        fmt::format("{}: {}; {}", example.why, scenario_subtitle(simulation, scenario.outcome), shocks_of(scenario)));
    body.wide_figure(scenario_svg(simulation, scenario), fmt::format("{}, step by step", title));
  }
}

}  // namespace marketmimic
