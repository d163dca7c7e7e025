#include <fmt/format.h>

#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "host/config/names.hpp"
#include "host/file/file.hpp"
#include "host/picture/scenario_picture.hpp"
#include "host/run/replay.hpp"
#include "host/run/run_folder.hpp"
#include "tools/arguments.hpp"
#include "tools/new_file.hpp"

namespace marketmimic {
namespace {

struct ReplayArguments {
  std::string run;
  std::optional<std::uint64_t> scenario;
  std::optional<std::string> picture, csv;
  bool check = false, force = false, json = false;
};

nlohmann::json outcome_json(const Simulation& simulation, const ReplayedScenario& scenario) {
  const ScenarioRow& o = scenario.outcome;
  nlohmann::json json = {{"scenario", o.id}, {"perturbations", nlohmann::json::array()}};
  for (const PerturbationRow& p : scenario.perturbations)
    json["perturbations"].push_back({{"kind", kPerturbationNames[p.kind]}, {"start_seconds", p.start}});
  if (!simulation.strategy) return json;
  json["success"] = o.success != 0;
  json["failure"] = kFailureNames[static_cast<std::size_t>(o.failure)];
  json["cycle"] = o.cycle;
  json["segments"] = o.segments;
  json["segments_begun"] = o.segments_begun;
  json["positions"] = o.positions;
  json["rule_exits"] = o.rule_exits;
  json["profit"] = o.profit;
  json["shortfall"] = o.shortfall;
  json["drawdown"] = o.drawdown;
  json["orders"] = scenario.orders.size();
  return json;
}

std::string outcome_text(const Simulation& simulation, const ReplayedScenario& scenario) {
  const ScenarioRow& o = scenario.outcome;
  std::string text = fmt::format("scenario {}", o.id);
  if (simulation.strategy) {
    text +=
        o.success != 0 ? ": success" : fmt::format(": failed, {}", kFailureNames[static_cast<std::size_t>(o.failure)]);
    text += fmt::format(
        "\n  primitives     {} begun in {} positions, cycle {}\n  orders         {}\n  profit         {:+.3f} %\n"
        "  shortfall      {:.3f} %\n  drawdown       {:.3f} %",
        o.segments_begun, o.positions, o.cycle, scenario.orders.size(), 100 * o.profit, 100 * o.shortfall,
        100 * o.drawdown);
  }
  for (const PerturbationRow& p : scenario.perturbations)
    text += fmt::format("\n  perturbation   {} at {:.0f} s", kPerturbationNames[p.kind], p.start);
  return text + "\n";
}

void replay_scenario(const ReplayArguments& arguments, const Console& console) {
  if (arguments.picture) {
    require_new_file(*arguments.picture, arguments.force);
    require_outside(*arguments.picture, arguments.run);
  }
  if (arguments.csv) {
    require_new_file(*arguments.csv, arguments.force);
    require_outside(*arguments.csv, arguments.run);
    if (arguments.picture) require_other_file(*arguments.csv, {*arguments.picture});
  }
  const Simulation simulation = open_run(arguments.run);
  const ReplayedScenario scenario = replay(simulation, *arguments.scenario);
  if (arguments.check) check_stored(simulation, scenario, arguments.run);
  std::string png;
  if (arguments.picture) png = scenario_png(simulation, scenario);
  if (arguments.csv) write_csv(scenario, *arguments.csv);
  if (arguments.picture) publish_text(*arguments.picture, png);

  if (arguments.json) {
    nlohmann::json json = outcome_json(simulation, scenario);
    if (arguments.check) json["equals_stored"] = true;
    return console.result(json.dump(1) + "\n");
  }
  std::string text = outcome_text(simulation, scenario);
  if (arguments.check) text += "  check          every byte equals what the run stored\n";
  if (arguments.csv) text += fmt::format("table    {}\n", *arguments.csv);
  if (arguments.picture) text += fmt::format("picture  {}\n", *arguments.picture);
  console.result(text);
}

}  // namespace

Command add_replay(CLI::App& program) {
  const auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* app = program.add_subcommand("replay", "Recompute one scenario of a run");
  app->add_option("run", arguments->run, "Run folder")->required()->type_name("RUN");
  add_whole(*app, "--scenario", arguments->scenario, 0, std::numeric_limits<std::int64_t>::max(), "Its number, from 0")
      ->required();
  add_text(*app, "--picture", arguments->picture, "FILE", "Draw it (PNG)");
  add_text(*app, "--csv", arguments->csv, "FILE", "Write it as a table, a line a step");
  app->add_flag("--check", arguments->check, "Compare with the stored bytes");
  app->add_flag("--force", arguments->force, "Replace output files if they exist");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer("Example:  marketmimic replay run --scenario 42 --check --picture scenario.png");
  return {app, [arguments](const Console& console) { replay_scenario(*arguments, console); }};
}

}  // namespace marketmimic
