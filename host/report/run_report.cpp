#include "host/report/run_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <variant>

#include "host/error.hpp"

namespace marketmimic {
namespace {

void count_events(std::array<Tally, kMarketEvents>& events, const Attempt& attempt) {
  const std::uint32_t held =
      std::accumulate(attempt.events.begin(), attempt.events.end(), std::uint32_t{0}, std::bit_or<>());
  for (std::uint32_t k = 0; k < kMarketEvents; ++k) {
    if ((held >> k & 1u) != 0) events[k].count(attempt.outcome.success != 0);
  }
}

void note_first(RunReport& report, const ScenarioRow& o) {
  const auto note = [&](std::optional<std::uint64_t>& first) {
    if (!first) first = o.id;
  };
  note(report.first_by_failure[static_cast<std::size_t>(o.failure)]);
  for (std::uint32_t k = 0; k < kPerturbationKinds; ++k) {
    if ((o.perturbations >> k & 1u) != 0) note(report.first_by_perturbation[k]);
  }
}

using CountedText = std::pair<std::uint64_t, std::string>;

std::vector<CountedText> most_first(std::vector<CountedText> lines) {
  std::stable_sort(lines.begin(), lines.end(),
                   [](const CountedText& a, const CountedText& b) { return a.first > b.first; });
  return lines;
}

}  // namespace

SourceUse source_use(const std::vector<std::uint64_t>& uses) {
  std::vector<std::uint64_t> sorted = uses;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const auto all = static_cast<double>(std::accumulate(sorted.begin(), sorted.end(), std::uint64_t{0}));
  SourceUse use;
  if (all == 0) return use;
  double entropy = 0;
  for (std::size_t i = 0; i < sorted.size() && sorted[i] != 0; ++i) {
    const double share = static_cast<double>(sorted[i]) / all;
    ++use.used;
    entropy -= share * std::log(share);
    if (i < 3) use.three_most += share;
  }
  use.effective = std::exp(entropy);
  return use;
}

RunReport report_run(const Simulation& simulation, const std::filesystem::path& folder,
                     const std::function<void(double)>& progress) {
  RunReport report;
  report.part = stored_part(simulation, folder);
  if (report.part.shards == 0)
    throw Error(ExitCode::io,
                fmt::format("{} holds no complete shard yet; let generate run for longer", folder.string()));
  try {
    if (Journal::exists(folder)) report.sessions = Journal(folder).sessions();
  } catch (const Error& unreadable) {
    report.notices.push_back(fmt::format("{}: the report lacks the processes", unreadable.what()));
  }
  const RecordedGroups& record = simulation.job.record;
  report.executed = simulation.strategy != nullptr;
  report.kind_names = kind_names(simulation);
  const auto lacking = [&](const char* group, const char* what) {
    report.notices.push_back(fmt::format("the run did not record \"{}\": the report lacks {}", group, what));
  };
  if (record.market)
    report.coverage.emplace();
  else
    lacking("market", "coverage");
  if (record.labels)
    report.events.emplace();
  else
    lacking("labels", "market events");
  std::optional<DiversityCounter> diversity;
  if (report.executed) {
    report.cycles.resize(simulation.strategy->cycles.size());
    if (record.strategy)
      diversity.emplace(*simulation.strategy, report.part.scenarios, simulation.settings().adaptation.peak_lots);
    else
      lacking("strategy", "diversity");
    if (record.strategy && !record.orders) lacking("orders", "fills in the search for duplicates");
  }

  if (simulation.job.stride != 1 && (report.coverage || diversity))
    report.notices.push_back(fmt::format("a row of the run spans {} steps: {}{}{} {} of paths seen row by row",
                                         simulation.job.stride, report.coverage ? "coverage" : "",
                                         report.coverage && diversity ? " and " : "", diversity ? "diversity" : "",
                                         report.coverage && diversity ? "are" : "is"));
  const double usual = usual_volatility(simulation);
  visit_attempts(simulation, folder, [&](const Attempt& attempt) {
    const ScenarioRow& o = attempt.outcome;
    const bool success = o.success != 0;
    report.summary.add(o);
    note_first(report, o);
    if (progress)
      progress(static_cast<double>(report.summary.all.scenarios) / static_cast<double>(report.part.scenarios));
    if (report.events) count_events(*report.events, attempt);
    if (report.coverage)
      report.coverage->add(place_of(attempt.open, attempt.close, simulation.job.row_seconds(), usual), o.perturbations,
                           o.cycle, success);
    if (!report.executed) return;
    report.cycles[o.cycle].count(success);
    if (!success) ++report.failed_sources[o.failed_source];
    if (diversity) diversity->add(attempt);
  });
  if (diversity) report.diversity = diversity->result();
  return report;
}

std::vector<CountedText> failed_places(const Strategy& strategy, const RunReport& report) {
  std::vector<CountedText> lines;
  for (const auto& [source, count] : report.failed_sources) {
    if (source < 0) {
      lines.emplace_back(count, "before any began");
      continue;
    }
    const Primitive& p = strategy.primitives[static_cast<std::size_t>(source)];
    const Cycle& c = strategy.cycles[p.cycle];
    lines.emplace_back(
        count, fmt::format("cycle {}, {} of {}: {}", p.cycle, static_cast<std::uint32_t>(source) - c.first + 1, c.count,
                           strategy.kind_names[p.kind]));
  }
  return most_first(std::move(lines));
}

std::vector<CountedText> bins_without_success(const Coverage& coverage) {
  std::vector<CountedText> lines;
  for (const auto& [bin, cell] : coverage.cells()) {
    if (cell.successes == 0) lines.emplace_back(cell.scenarios, describe(bin));
  }
  return most_first(std::move(lines));
}

}  // namespace marketmimic
