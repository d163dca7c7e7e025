#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "host/config/names.hpp"
#include "host/input/time.hpp"
#include "host/readable.hpp"
#include "host/report/run_report.hpp"
#include "host/statistics/proportion.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kMostLines = 6;  // of lists without end; --json has all

std::string heading(std::string_view name, std::string_view what) {
  return fmt::format("\n{:<30}{:>12}{:>13}{:>18}\n", name, what, "success", "95 %");
}

std::string line(std::string_view name, const Tally& tally) {
  const Interval interval = wilson_interval(tally.successes, tally.scenarios);
  return fmt::format("  {:<28}{:>12}{:>11.1f} %{:>18}\n", name, tally.scenarios, 100 * tally.rate(),
                     fmt::format("[{:.1f}, {:.1f}]", 100 * interval.lower, 100 * interval.upper));
}

template <class Values>
std::vector<std::size_t> most_first(const Values& values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return order;
}

std::string head_text(const Simulation& simulation, const RunReport& r) {
  std::string text = fmt::format("{} attempts in {} of {} shards", r.part.scenarios, r.part.shards, r.part.planned);
  if (r.part.shards != r.part.planned)
    text +=
        fmt::format("; {}{} were to be", simulation.job.stop.successes == 0 ? "" : "at most ", simulation.scenarios);
  text += '\n';
  if (!r.executed) return text + "markets alone: nothing was executed\n\n" + summary_text(r.summary, r.kind_names);
  const Tally& all = r.summary.all;
  const Interval interval = wilson_interval(all.successes, all.scenarios);
  text += fmt::format("{} successes, {:.2f} % [{:.2f}, {:.2f}]; mode {}\n\n", all.successes, 100 * all.rate(),
                      100 * interval.lower, 100 * interval.upper,
                      kPlanFidelityNames[static_cast<std::size_t>(simulation.job.adaptation.fidelity)]);
  return text + summary_text(r.summary, r.kind_names) +
         fmt::format("\n  {:<28}{:>12}\n  {:<28}{:>12}\n", "begun without their event", r.summary.untriggered,
                     "left for the exit", r.summary.overrides);
}

std::string event_text(const RunReport& r) {
  if (!r.events || !r.executed) return {};
  std::string text = heading("market event", "attempts");
  for (std::uint32_t k = 0; k < kMarketEvents; ++k) {
    if ((*r.events)[k].scenarios != 0) text += line(kMarketEventNames[k], (*r.events)[k]);
  }
  return text;
}

std::string segment_text(const Strategy& strategy, const RunReport& r) {
  const auto lines = failed_places(strategy, r);
  if (lines.empty()) return {};
  std::string text = fmt::format("\n{:<48}{:>12}\n", "failed most often in", "attempts");
  for (std::size_t i = 0; i < std::min(kMostLines, lines.size()); ++i)
    text += fmt::format("  {:<46}{:>12}\n", lines[i].second, lines[i].first);
  return text;
}

std::string use_line(std::string_view what, const SourceUse& use, std::size_t cycles) {
  return fmt::format("  {:<28}{} of {} cycles, as many as {:.1f} used alike; three most used: {:.1f} %\n", what,
                     use.used, cycles, use.effective, 100 * use.three_most);
}

std::string provenance_text(const Strategy& strategy, const RunReport& r) {
  std::vector<std::uint64_t> uses, successes;
  for (const Tally& tally : r.cycles) {
    uses.push_back(tally.scenarios);
    successes.push_back(tally.successes);
  }
  std::string text = "\nprovenance\n" + use_line("attempts come from", source_use(uses), uses.size());
  if (r.summary.all.successes != 0) text += use_line("successes come from", source_use(successes), uses.size());
  text += heading("cycle of the demonstration", "attempts");
  const std::vector<std::size_t> order = most_first(uses);
  for (std::size_t i = 0; i < order.size() && uses[order[i]] != 0; ++i) {
    if (i == kMostLines) {
      text += "  ...\n";
      break;
    }
    const std::size_t cycle = order[i];
    text +=
        line(fmt::format("{}, {}", cycle, format_time(strategy.start_ms[strategy.cycles[cycle].first]).substr(0, 16)),
             r.cycles[cycle]);
  }
  return text;
}

std::string coverage_text(const Coverage& coverage, bool executed) {
  const Acceptance a = coverage.acceptance();
  std::string text = fmt::format("\ncoverage: {} bins of volatility, move and fall\n  {:<28}{}, {:.1f} %\n", a.bins,
                                 "reached by attempts", a.reached,
                                 100.0 * static_cast<double>(a.reached) / static_cast<double>(a.bins));
  if (executed)
    text += fmt::format(
        "  {:<28}{}, {:.1f} % of those; in the others lie {:.2f} % of the attempts\n"
        "  {:<28}{} met, {} with a success\n"
        "  {:<28}{:.2f} % from the attempts; by chance alone about {:.2f} %\n"
        "  {:<28}as good as {:.1f} % of the successes\n",
        "reached by successes", a.succeeded,
        a.reached == 0 ? 0.0 : 100.0 * static_cast<double>(a.succeeded) / static_cast<double>(a.reached), 100 * a.never,
        "pairs of cycle and shocks", coverage.plans().size(),
        std::count_if(coverage.plans().begin(), coverage.plans().end(),
                      [](const auto& plan) { return plan.second.successes != 0; }),
        "successes lie apart by", 100 * a.apart, 100 * a.apart_by_chance, "weighted to balance that,",
        100 * a.balanced_sample);
  for (std::size_t axis = 0; axis < kCoverageAxes; ++axis) {
    const CoverageAxis& which = coverage_axes()[axis];
    const std::vector<Tally> bins = coverage.along(axis);
    const std::string name = fmt::format("{} [{}]", which.name, which.unit);
    text += executed ? heading(name, "attempts") : fmt::format("\n{:<30}{:>12}\n", name, "attempts");
    for (std::size_t bin = 0; bin < bins.size(); ++bin)
      text += executed ? line(which.label(bin), bins[bin])
                       : fmt::format("  {:<28}{:>12}\n", which.label(bin), bins[bin].scenarios);
  }
  if (!executed) return text;
  const auto never = bins_without_success(coverage);
  if (never.empty()) return text;
  text += fmt::format("\n{:<66}{:>12}\n", "never with a success", "attempts");
  for (std::size_t i = 0; i < std::min(kMostLines, never.size()); ++i)
    text += fmt::format("  {:<64}{:>12}\n", never[i].second, never[i].first);
  return text;
}

std::string spread_line(std::string_view name, const Spread& spread) {
  return fmt::format("  {:<28}{:>12}{:>13.3f}{:>18.2f}{:>8}\n", name, spread.shapes, spread.distance,
                     spread.participation, spread.modes);
}

std::string percentile_line(std::string_view name, const Percentiles& p) {
  return fmt::format("  {:<48}{:>8.3f}{:>10.3f}{:>10.3f}\n", name, p.low, p.median, p.high);
}

std::string diversity_text(const Diversity& d) {
  std::string text = fmt::format("\ndiversity: {} attempts held a position\n", d.traded);
  text += d.fills_recorded ? fmt::format("  {:<28}{}\n", "the same exposure and fills", d.same_execution) : "";
  text += fmt::format("  {:<28}{}\n  {:<28}{:.2f} % of the sample\n\n", "the same exposure", d.same_exposure,
                      "another within 0.01", 100 * d.near_copies);
  text += fmt::format("{:<30}{:>12}{:>13}{:>18}{:>8}\n", "shapes of exposure", "sampled", "distance", "participation",
                      "modes");
  text += spread_line("executions", d.executions) + spread_line("successes", d.successes) +
          spread_line("executions of one source", d.same_source) + spread_line("their sources, copied", d.copies);
  text += fmt::format("\n{:<50}{:>8}{:>10}{:>10}\n", "distance [largest position]", "5 %", "median", "95 %");
  text += percentile_line("executions from the nearest cycle demonstrated", d.from_demonstration);
  text += percentile_line("executions from the cycle they were made from", d.from_source);
  text += percentile_line("cycles demonstrated from the nearest other", d.within_demonstration);
  return text;
}

/// No word of the journal's own: any program may have written that.
std::string session_line(const Session& s) {
  const std::optional<std::int64_t> began = parse_time(s.started);
  const std::optional<double> rate = s.rate();
  const bool ended = !s.ended.empty();
  const char* const end = !ended ? "killed, or at work" : s.outcome == "complete" ? "complete" : "ended before";
  return fmt::format("  {:<28}{:>12}{:>13}{:>18}  {}\n", began ? format_time(*began) : "",
                     rate ? readable_amount(*rate, "/s") : "", s.device_use ? readable_share(*s.device_use) : "",
                     ended ? readable_share(s.waiting) : "", end);
}

/// The last processes: who looks wants to know how it goes.
std::string work_text(const std::vector<Session>& sessions) {
  if (sessions.empty()) return {};
  std::string text = fmt::format("\n{:<30}{:>12}{:>13}{:>18}\n", "processes that began (UTC)", "scenarios",
                                 "device use", "waiting for disk");
  const std::size_t first = sessions.size() - std::min(kMostLines, sessions.size());
  if (first != 0) text += "  ...\n";
  for (std::size_t i = first; i < sessions.size(); ++i) text += session_line(sessions[i]);
  return text;
}

}  // namespace

std::string report_text(const Simulation& simulation, const RunReport& r) {
  std::string text = head_text(simulation, r);
  text += event_text(r);
  if (r.executed) text += segment_text(*simulation.strategy, r) + provenance_text(*simulation.strategy, r);
  if (r.coverage) text += coverage_text(*r.coverage, r.executed);
  if (r.diversity) text += diversity_text(*r.diversity);
  return text + work_text(r.sessions);
}

}  // namespace marketmimic
