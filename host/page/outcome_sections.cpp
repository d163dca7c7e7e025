#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "host/config/names.hpp"
#include "host/input/time.hpp"
#include "host/page/sections.hpp"
#include "host/picture/chart.hpp"
#include "host/picture/report_picture.hpp"
#include "host/readable.hpp"
#include "host/statistics/proportion.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kMostLines = 12;  // of lists without end; report --json has all

std::string percent(double share, int decimals = 1) { return fmt::format("{:.{}f} %", 100 * share, decimals); }

/// Counts by kind, and with a strategy how many of them succeeded.
class TallyTable {
 public:
  TallyTable(std::string_view caption, bool executed, const std::vector<std::string>& more = {})
      : executed_(executed), table_(caption, columns(executed, more)) {}

  void row(std::string_view name, const Tally& tally, const std::vector<std::string>& more = {}) {
    if (!executed_) return table_.row(name, {readable_count(tally.scenarios)});
    const Interval i = wilson_interval(tally.successes, tally.scenarios);
    std::vector<std::string> values = {readable_count(tally.scenarios), readable_count(tally.successes),
                                       percent(tally.rate()),
                                       fmt::format("{:.1f} to {:.1f}", 100 * i.lower, 100 * i.upper)};
    values.insert(values.end(), more.begin(), more.end());
    table_.row(name, values, RateBar{i.lower, tally.rate(), i.upper});
  }
  void row_if_any(std::string_view name, const Tally& tally, const std::vector<std::string>& more = {}) {
    if (tally.scenarios != 0) row(name, tally, more);
  }
  const HtmlTable& html() const { return table_; }

 private:
  static std::vector<std::string> columns(bool executed, const std::vector<std::string>& more) {
    std::vector<std::string> names = {"scenarios"};
    if (executed) names.insert(names.end(), {"successes", "success", "95 % [%]"});
    names.insert(names.end(), more.begin(), more.end());
    if (executed) names.emplace_back("0 to 100 %");
    return names;
  }

  bool executed_;
  HtmlTable table_;
};

HtmlTable reasons_table(const RunReport& r) {
  HtmlTable table("Reasons of failure", {"scenarios", "of all failures"});
  std::vector<std::pair<std::uint64_t, std::string_view>> lines;
  for (std::uint32_t k = 1; k < kFailures; ++k)
    if (r.summary.failure[k] != 0) lines.emplace_back(r.summary.failure[k], kFailureNames[k]);
  std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  const auto failed = static_cast<double>(r.summary.all.scenarios - r.summary.all.successes);
  for (const auto& [count, name] : lines)
    table.row(readable_name(name), {readable_count(count), percent(static_cast<double>(count) / failed)});
  return table;
}

HtmlTable counted_lines(std::string_view caption, const std::vector<std::pair<std::uint64_t, std::string>>& lines) {
  HtmlTable table(caption, {"scenarios"});
  for (std::size_t i = 0; i < std::min(kMostLines, lines.size()); ++i)
    table.row(readable_name(lines[i].second), {readable_count(lines[i].first)});
  return table;
}

void add_panel(HtmlBody& body, const RunReport& r, ReportPanel panel, std::string_view description) {
  body.figure(report_svg(r, panel), description);
}

}  // namespace

void add_outcomes(HtmlBody& body, const RunPageSource& source) {
  const RunReport& r = source.report;
  if (r.executed) {
    body.paragraph(
        "A scenario is a success where the execution kept rules about its process, never by its profit; the first rule "
        "broken is the reason of failure. Intervals are Wilson's.");
    body.begin_pairs();
    add_panel(body, r, ReportPanel::rates,
              "Success rates with intervals by shock and market event; the tables have the numbers");
    add_panel(body, r, ReportPanel::reasons, "Failures by reason and by primitive; the tables have the numbers");
    body.end_figures();
  }
  body.begin_tables();
  TallyTable shocks("By shock that acted", r.executed);
  shocks.row("all", r.summary.all);
  shocks.row_if_any("undisturbed", r.summary.undisturbed);
  for (std::uint32_t k = 0; k < kPerturbationKinds; ++k)
    shocks.row_if_any(readable_name(kPerturbationNames[k]), r.summary.perturbation[k]);
  body.add(shocks.html());
  if (r.events) {
    TallyTable events("By market event that held", r.executed);
    for (std::uint32_t k = 0; k < kMarketEvents; ++k)
      events.row_if_any(readable_name(kMarketEventNames[k]), (*r.events)[k]);
    body.add(events.html());
  }
  if (r.executed) {
    TallyTable primitives("By primitive that was begun", true, {"failed in it", "its own success"});
    for (std::size_t k = 0; k < r.kind_names.size(); ++k)
      primitives.row_if_any(readable_name(r.kind_names[k]), r.summary.primitive[k],
                            {readable_count(r.summary.failed_in[k]), percent(r.summary.own_success(k))});
    body.add(primitives.html());
    body.add(reasons_table(r));
    body.add(counted_lines("Failed most often in", failed_places(*source.simulation.strategy, r)));
  }
  body.end_tables();
}

void add_coverage(HtmlBody& body, const RunPageSource& source) {
  const RunReport& r = source.report;
  if (!r.coverage) return body.paragraph("The run did not record its market: where its scenarios lie is not known.");
  const Acceptance a = r.coverage->acceptance();
  std::string text = fmt::format(
      "Scenario space is divided beforehand, so that runs can be compared, into {} bins of realised volatility, net "
      "move "
      "and deepest fall of the price. Scenarios reached {} of them.",
      a.bins, a.reached);
  if (r.executed)
    text += fmt::format(
        " Successes reached {}; {} of the attempts lie in bins without one. Successes lie apart from the attempts by "
        "{} "
        "(total variation distance; by chance alone about {}); weighted to balance that, they are as good as {} of "
        "them.",
        a.succeeded, percent(a.never, 2), percent(a.apart, 2), percent(a.apart_by_chance, 2),
        percent(a.balanced_sample));
  body.paragraph(text);
  body.begin_pairs();
  const std::string_view shown = r.executed ? "Success" : "Scenarios";
  add_panel(body, r, ReportPanel::volatility, fmt::format("{} by volatility and deepest fall", shown));
  add_panel(body, r, ReportPanel::move, fmt::format("{} by move and deepest fall", shown));
  body.end_figures();
  body.begin_tables();
  for (std::size_t axis = 0; axis < kCoverageAxes; ++axis) {
    const CoverageAxis& which = coverage_axes()[axis];
    TallyTable table(fmt::format("By {} [{}]", which.name, which.unit), r.executed);
    const std::vector<Tally> bins = r.coverage->along(axis);
    for (std::size_t bin = 0; bin < bins.size(); ++bin) table.row(which.label(bin), bins[bin]);
    body.add(table.html());
  }
  if (r.executed) body.add(counted_lines("Bins without a success", bins_without_success(*r.coverage)));
  body.end_tables();
}

void add_diversity(HtmlBody& body, const RunPageSource& source) {
  const RunReport& r = source.report;
  if (!r.executed) return body.paragraph("Markets alone: nothing was executed.");
  std::vector<std::uint64_t> uses;
  for (const Tally& tally : r.cycles) uses.push_back(tally.scenarios);
  const SourceUse use = source_use(uses);
  body.paragraph(fmt::format(
      "Attempts come from {} of the {} cycles of the demonstration, as many as {:.1f} used alike.{}", use.used,
      uses.size(), use.effective,
      r.diversity ? fmt::format(" Of those that held a position, {}, {} have the same exposure as one before; {} of a "
                                "sample have another within 0.01.",
                                readable_count(r.diversity->traded), readable_count(r.diversity->same_exposure),
                                percent(r.diversity->near_copies, 2))
                  : " The run did not record its strategy: how executions differ is not known."));
  body.begin_pairs();
  add_panel(body, r, ReportPanel::sources, "Attempts and successes by cycle of the demonstration, most used first");
  if (r.diversity)
    add_panel(body, r, ReportPanel::shapes, "Shapes of exposure: 5, 50 and 95 % of executions and of their sources");
  body.end_figures();
  if (!r.diversity) return;
  body.begin_tables();
  HtmlTable spreads("Shapes of exposure", {"sampled", "mean distance", "equal directions", "modes with 95 %"});
  const auto add = [&](std::string_view name, const Spread& s) {
    spreads.row(name, {readable_count(s.shapes), fmt::format("{:.3f}", s.distance),
                       fmt::format("{:.2f}", s.participation), fmt::format("{}", s.modes)});
  };
  add("executions", r.diversity->executions);
  add("successes", r.diversity->successes);
  add("executions of one source", r.diversity->same_source);
  add("their sources, copied", r.diversity->copies);
  body.add(spreads);
  HtmlTable distances("Distance [largest position]", {"5 %", "median", "95 %"});
  const auto put = [&](std::string_view name, const Percentiles& p) {
    distances.row(name, {fmt::format("{:.3f}", p.low), fmt::format("{:.3f}", p.median), fmt::format("{:.3f}", p.high)});
  };
  put("executions from the nearest cycle demonstrated", r.diversity->from_demonstration);
  put("executions from the cycle they were made from", r.diversity->from_source);
  put("cycles demonstrated from the nearest other", r.diversity->within_demonstration);
  body.add(distances);
  body.end_tables();
}

}  // namespace marketmimic
