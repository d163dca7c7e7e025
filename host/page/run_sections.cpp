#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>

#include "host/config/names.hpp"
#include "host/page/sections.hpp"
#include "host/picture/chart.hpp"
#include "host/picture/work_picture.hpp"
#include "host/readable.hpp"
#include "host/run/journal.hpp"
#include "host/run/run_folder.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kMostSessions = 100;

/// Names and what they stand for.
class FactList {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) html_ += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(value));
  }
  std::string html() const { return "<dl class=\"facts\">\n" + html_ + "</dl>\n"; }

 private:
  std::string html_;
};

std::string shocks_of(const Job& job) {
  std::map<std::size_t, std::uint32_t> count;
  for (const PerturbationEntry& entry : job.perturbations)
    count[static_cast<std::size_t>(entry.rule.kind)] += entry.count;
  std::string text;
  for (const auto& [kind, times] : count)
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", readable_name(kPerturbationNames[kind]),
                        times == 1 ? "" : fmt::format(" x {}", times));
  if (text.empty()) return "none";
  return text + fmt::format("; severity {:g}", job.severity);
}

std::vector<std::string> session_row(const Session& s) {
  const bool told = !s.published.empty(), ended = !s.ended.empty();
  const std::optional<double> rate = s.rate();
  return {s.started,
          ended ? readable_time(s.seconds) : "not told",
          fmt::format("{}{}", s.device, s.threads > 1 ? fmt::format(", {} threads", s.threads) : ""),
          told ? readable_count(s.published.size()) : readable_count(s.made),
          told ? readable_count(s.scenarios()) : "",
          told ? readable_bytes(s.bytes()) : "",
          rate ? readable_amount(*rate, "/s") : "",
          s.device_use ? readable_share(*s.device_use) : "",
          ended ? readable_share(s.waiting) : "",
          ended ? s.outcome : "killed, or at work"};
}

}  // namespace

void add_job(HtmlBody& body, const RunPageSource& source) {
  const Simulation& simulation = source.simulation;
  const Job& job = simulation.job;
  const RunState state = run_state(source.folder).value_or(RunState{});
  const bool book = std::holds_alternative<ScenarioContext<OrderBook>>(simulation.context);
  FactList facts;
  facts.add("identity", simulation.identity);
  facts.add("made by", "marketmimic " + state.version);
  facts.add("seed", fmt::format("{}", job.seed));
  facts.add("scenarios", fmt::format("{}{}", readable_count(job.scenarios),
                                     job.stop.successes == 0 ? ""
                                                             : fmt::format(" at most, until {} successes",
                                                                           readable_count(job.stop.successes))));
  facts.add("market", fmt::format("{}, {} model; a tick is {:g} {}, a lot {:g}", simulation.market.asset,
                                  book ? "order book" : "diffusion", simulation.market.tick, simulation.market.currency,
                                  simulation.market.lot));
  if (!simulation.peers.empty())
    facts.add("asset", fmt::format("number {} of {} that correlate", job.assets.number, simulation.peers.size() + 1));
  facts.add("fitted", simulation.market.provenance);
  if (simulation.strategy) {
    facts.add("strategy", fmt::format("{}: {} primitives in {} cycles", simulation.strategy->symbol,
                                      simulation.strategy->primitives.size(), simulation.strategy->cycles.size()));
    facts.add("made from", simulation.strategy->provenance);
  }
  facts.add("shocks", shocks_of(job));
  for (const RunInput& input : state.inputs) facts.add(input.file, "XXH3-128 " + input.checksum);
  body.add_raw(facts.html());
  body.details("The whole job", "<pre>" + escaped(job_text(job)) + "</pre>");
}

void add_work(HtmlBody& body, const RunPageSource& source) {
  if (!Journal::exists(source.folder)) return body.paragraph("The run folder holds no journal.");
  const std::vector<Session>& sessions = source.report.sessions;
  if (const auto svg = work_svg(sessions))
    body.wide_figure(*svg, "When each process worked, and how many scenarios a second were published",
                     "Each line is a process at work: green, done with its part; orange, ended before.");
  HtmlTable table("Processes at work on the run", {"began (UTC)", "worked", "on", "shards", "scenarios", "bytes",
                                                   "scenarios", "device use", "waiting for disk", "ended"});
  for (std::size_t i = 0; i < std::min(sessions.size(), kMostSessions); ++i)
    table.row(fmt::format("{}, process {}", sessions[i].host, sessions[i].pid), session_row(sessions[i]));
  body.add(table);
  if (sessions.size() > kMostSessions)
    body.paragraph(fmt::format("and {} more in {}", sessions.size() - kMostSessions, kJournal));
}

}  // namespace marketmimic
