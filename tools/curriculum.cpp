#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/error.hpp"
#include "host/run/curriculum.hpp"
#include "tools/arguments.hpp"
#include "tools/progress_bar.hpp"
#include "tools/simulation_arguments.hpp"
#include "tools/stop_signals.hpp"

namespace marketmimic {
namespace {

struct CurriculumArguments {
  SimulationArguments simulation;
  std::string out;
  CurriculumRules rules;
  double promote = 100 * CurriculumRules{}.promote, demote = 100 * CurriculumRules{}.demote;
  std::optional<std::uint64_t> rounds;
  bool json = false;
};

std::string round_line(const CurriculumRound& round) {
  return fmt::format("{:<12}{:>10g}{:>12}{:>11.1f} %\n", round.folder, round.severity, round.scenarios,
                     100 * round.success());
}

void curriculum(const CurriculumArguments& arguments, const Console& console) {
  CurriculumRules rules = arguments.rules;
  rules.promote = arguments.promote / 100;
  rules.demote = arguments.demote / 100;
  rules.rounds = static_cast<std::uint32_t>(arguments.rounds.value_or(rules.rounds));
  const Job job = arguments.simulation.resolved_job();
  const std::vector<MarketFile> markets = arguments.simulation.read_markets(job);
  const std::optional<Strategy> strategy = arguments.simulation.read_strategy();
  if (!strategy) throw Error(ExitCode::usage, "--strategy is needed: markets alone can't succeed");
  GenerateOptions options = arguments.simulation.options();
  const StopSignals signals;
  options.stop = &signals.flag();
  const Curriculum made = [&] {
    ProgressBar bar(console, "curriculum");
    std::size_t round = 0;
    options.progress = [&](const Progress& p) {
      bar.show(
          (static_cast<double>(round) + static_cast<double>(p.scenarios) / static_cast<double>(p.total)) / rules.rounds,
          fmt::format("of {} rounds", rules.rounds));
    };
    const auto told = [&](const CurriculumRound& ended, bool was_there) {
      ++round;
      if (was_there) console.notice(fmt::format("{} was there already", ended.folder));
    };
    return run_curriculum(job, markets, *strategy, arguments.simulation.market_name(job), rules, arguments.out, options,
                          told);
  }();
  if (arguments.json) return console.result(curriculum_json(made).dump(1) + "\n");
  std::string text = fmt::format("{:<12}{:>10}{:>12}{:>13}\n", "round", "severity", "scenarios", "success");
  for (const CurriculumRound& round : made.rounds) text += round_line(round);
  text += made.mastered ? fmt::format("\nmastered: {:g} % or more succeed at severity {:g}\n", arguments.promote,
                                      rules.levels.back())
                        : fmt::format("\nnot mastered in {} rounds\n", made.rounds.size());
  console.result(text);
}

}  // namespace

Command add_curriculum(CLI::App& program) {
  const auto arguments = std::make_shared<CurriculumArguments>();
  CLI::App* app = program.add_subcommand("curriculum", "Make runs of rising severity, driven by success");
  arguments->simulation.add_to(*app);
  arguments->simulation.add_store_to(*app);
  app->add_option("-o,--output", arguments->out, "Folder of the rounds, each a run; the same command goes on in it")
      ->required()
      ->type_name("FOLDER");
  app->add_option("--levels", arguments->rules.levels, "Of severity, rising")
      ->delimiter(',')
      ->type_name("LEVELS")
      ->default_str("0.25,0.5,1,1.5,2,3");
  app->add_option("--promote", arguments->promote, "Success from which the next level follows [%]")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  app->add_option("--demote", arguments->demote, "Success up to which the level before follows [%]")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  add_whole(*app, "--rounds", arguments->rounds, 1, 1000, "At most (10)");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer(
      "Round n is a run of its own: the job at its level, with seed + n; curriculum.json lists them.\n"
      "Example:  marketmimic curriculum job.toml --market market.toml --strategy strategy.h5 -o rounds");
  return {app, [arguments](const Console& console) { curriculum(*arguments, console); }};
}

}  // namespace marketmimic
