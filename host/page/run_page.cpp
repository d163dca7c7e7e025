#include "host/page/run_page.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string_view>

#include "host/config/names.hpp"
#include "host/page/html.hpp"
#include "host/page/sections.hpp"
#include "host/page/style.hpp"
#include "host/readable.hpp"
#include "host/statistics/proportion.hpp"

namespace marketmimic {
namespace {

/// A section, and about which share of the work it begins at.
struct Section {
  const char *id, *name;
  double begins;
  void (*add)(HtmlBody&, const RunPageSource&);
};
constexpr std::array<Section, 8> kSections{{
    {"outcomes", "Outcomes", 0.0, add_outcomes},
    {"fans", "Over time", 0.1, add_fans},
    {"coverage", "Coverage", 0.3, add_coverage},
    {"diversity", "Diversity", 0.35, add_diversity},
    {"market", "Market", 0.4, add_facts},
    {"scenarios", "Scenarios", 0.7, add_scenarios},
    {"job", "Job", 0.95, add_job},
    {"work", "Work", 0.98, add_work},
}};

std::string title_of(const RunPageSource& source) {
  const std::filesystem::path& folder = source.folder;
  const std::string name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
  return fmt::format("{}: {}", name, source.simulation.market.asset);
}

std::string subtitle_of(const RunPageSource& source) {
  const Job& job = source.simulation.job;
  std::string text = fmt::format("{}, {} steps of {} s each", counted(source.report.part.scenarios, "scenario"),
                                 readable_count(job.steps), job.step_seconds);
  if (!source.report.executed) return text + "; markets alone, nothing was executed";
  const auto fidelity = static_cast<std::size_t>(job.adaptation.fidelity);
  return text + fmt::format("; the demonstration of {} adapted, mode {}", source.simulation.strategy->symbol,
                            kPlanFidelityNames[fidelity]);
}

std::string tile(std::string_view name, std::string_view value, std::string_view more) {
  return fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>\n", escaped(name), escaped(value),
                     escaped(more));
}

std::string tiles_of(const RunPageSource& source) {
  const RunReport& r = source.report;
  std::string html = "<dl class=\"tiles\">\n";
  html += tile("scenarios", readable_count(r.part.scenarios),
               fmt::format("{} of {} shards", readable_count(r.part.shards), readable_count(r.part.planned)));
  if (r.executed) {
    const Tally& all = r.summary.all;
    const Interval interval = wilson_interval(all.successes, all.scenarios);
    html += tile("successes", readable_count(all.successes), "by rules about the process");
    html += tile("success", fmt::format("{:.1f} %", 100 * all.rate()),
                 fmt::format("95 %: {:.1f} to {:.1f} %", 100 * interval.lower, 100 * interval.upper));
  }
  if (r.coverage) {
    const Acceptance a = r.coverage->acceptance();
    html += tile("bins of scenario space", fmt::format("{} of {}", a.reached, a.bins),
                 r.executed ? fmt::format("{} with a success", a.succeeded) : "reached");
  }
  if (r.diversity)
    html += tile("diversity", fmt::format("{:.3f}", r.diversity->executions.distance),
                 "mean distance of two executions [largest position]");
  html += tile("undisturbed", readable_count(r.summary.undisturbed.scenarios), "scenarios without any shock");
  return html + "</dl>\n";
}

std::string head(std::string_view title) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n<link rel=\"icon\" "
      "href=\"data:,\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
      escaped(title), kPageStyle);
}

std::string navigation() {
  std::string html = "<nav aria-label=\"Sections\"><ul>";
  for (const Section& s : kSections) html += fmt::format("<li><a href=\"#{}\">{}</a></li>", s.id, s.name);
  return html + "</ul></nav>\n";
}

}  // namespace

std::string run_page(const RunPageSource& source) {
  HtmlBody body;
  for (const Section& s : kSections) {
    source.progress(s.begins, s.name);
    body.section(s.id, s.name);
    s.add(body, source);
  }
  const StoredPart& part = source.report.part;
  std::string notes;
  if (part.shards != part.planned)
    notes = fmt::format(
        "<p class=\"note\">The run is not finished: {} of {} shards are here, and this page is about them.</p>\n",
        readable_count(part.shards), readable_count(part.planned));
  for (const std::string& notice : source.report.notices)
    notes += fmt::format("<p class=\"note\">{}</p>\n", escaped(notice));
  return well_formed(fmt::format(
      "{}<header><h1>{}</h1><p class=\"quiet\">{}</p>\n{}{}</header>\n{}<main>\n{}</main>\n<footer>Made by marketmimic "
      "{} from the run of identity {}.</footer>\n</body>\n</html>\n",
      head(title_of(source)), escaped(title_of(source)), escaped(subtitle_of(source)), notes, tiles_of(source),
      navigation(), body.html(), MARKETMIMIC_VERSION, source.simulation.identity));
}

}  // namespace marketmimic
