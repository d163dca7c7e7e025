#include <nlohmann/json.hpp>
#include <string>

#include "host/config/names.hpp"
#include "host/report/run_report.hpp"
#include "host/statistics/proportion.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Tally& tally) {
  const Interval interval = wilson_interval(tally.successes, tally.scenarios);
  return {{"attempts", tally.scenarios},
          {"successes", tally.successes},
          {"rate", tally.rate()},
          {"interval", {interval.lower, interval.upper}}};
}

Json json_of(const SourceUse& use) {
  return {{"used", use.used}, {"effective", use.effective}, {"three_most", use.three_most}};
}

Json json_of(const Spread& spread) {
  return {{"sampled", spread.shapes},
          {"distance", spread.distance},
          {"participation", spread.participation},
          {"modes", spread.modes}};
}

Json json_of(const Percentiles& p) { return {{"5", p.low}, {"50", p.median}, {"95", p.high}}; }

Json provenance_json(const Strategy& strategy, const RunReport& r) {
  std::vector<std::uint64_t> uses, successes;
  Json cycles = Json::array();
  for (std::size_t i = 0; i < r.cycles.size(); ++i) {
    uses.push_back(r.cycles[i].scenarios);
    successes.push_back(r.cycles[i].successes);
    Json cycle = {{"cycle", i}, {"begun_ms", strategy.start_ms[strategy.cycles[i].first]}};
    cycle.update(json_of(r.cycles[i]));
    cycles.push_back(std::move(cycle));
  }
  Json json = {{"symbol", strategy.symbol},
               {"source", strategy.provenance},
               {"attempts", json_of(source_use(uses))},
               {"successes", json_of(source_use(successes))},
               {"cycles", std::move(cycles)}};
  json["failed_sources"] = Json::array();
  for (const auto& [source, count] : r.failed_sources)
    json["failed_sources"].push_back({{"source", source}, {"attempts", count}});
  return json;
}

Json coverage_json(const Coverage& coverage) {
  const Acceptance a = coverage.acceptance();
  Json json = {{"bins", a.bins},
               {"reached", a.reached},
               {"succeeded", a.succeeded},
               {"never", a.never},
               {"apart", a.apart},
               {"apart_by_chance", a.apart_by_chance},
               {"balanced_sample", a.balanced_sample}};
  for (std::size_t axis = 0; axis < kCoverageAxes; ++axis) {
    const CoverageAxis& which = coverage_axes()[axis];
    Json bins = Json::array();
    for (const Tally& tally : coverage.along(axis)) bins.push_back(json_of(tally));
    json["axes"].push_back(
        {{"name", which.name}, {"unit", which.unit}, {"edges", which.edges}, {"bins", std::move(bins)}});
  }
  json["cells"] = Json::array();
  for (const auto& [bin, tally] : coverage.cells()) {
    Json cell = {{"bin", bin}};
    cell.update(json_of(tally));
    cell["weight"] = coverage.weight(tally);
    json["cells"].push_back(std::move(cell));
  }
  json["cycles_and_shocks"] = Json::array();
  for (const auto& [plan, tally] : coverage.plans()) {
    Json cell = {{"cycle", plan.first}, {"perturbations", plan.second}};
    cell.update(json_of(tally));
    json["cycles_and_shocks"].push_back(std::move(cell));
  }
  return json;
}

Json diversity_json(const Diversity& d) {
  return {{"traded", d.traded},
          {"same_exposure_and_fills", d.fills_recorded ? Json(d.same_execution) : Json()},
          {"same_exposure", d.same_exposure},
          {"another_within_0.01", d.near_copies},
          {"executions", json_of(d.executions)},
          {"successes", json_of(d.successes)},
          {"same_source", json_of(d.same_source)},
          {"sources_copied", json_of(d.copies)},
          {"from_demonstration", json_of(d.from_demonstration)},
          {"from_source", json_of(d.from_source)},
          {"within_demonstration", json_of(d.within_demonstration)}};
}

}  // namespace

Json report_json(const Simulation& simulation, const RunReport& r) {
  Json json = {{"identity", simulation.identity},
               {"scenarios", simulation.scenarios},
               {"attempts", r.part.scenarios},
               {"shards", r.part.shards},
               {"planned_shards", r.part.planned},
               {"summary", Json::parse(summary_json(r.summary, r.kind_names))},
               {"notices", r.notices}};
  if (r.executed) {
    json["mode"] = kPlanFidelityNames[static_cast<std::size_t>(simulation.job.adaptation.fidelity)];
    json["success"] = json_of(r.summary.all);
  }
  if (r.executed && r.events) {
    for (std::uint32_t k = 0; k < kMarketEvents; ++k)
      json["market_events"][std::string(kMarketEventNames[k])] = json_of((*r.events)[k]);
  }
  if (r.executed) json["provenance"] = provenance_json(*simulation.strategy, r);
  if (r.coverage) json["coverage"] = coverage_json(*r.coverage);
  if (r.diversity) json["diversity"] = diversity_json(*r.diversity);
  json["sessions"] = Json::array();
  for (const Session& session : r.sessions) json["sessions"].push_back(session_json(session));
  return json;
}

}  // namespace marketmimic
