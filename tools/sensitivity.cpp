#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/picture/sensitivity_picture.hpp"
#include "host/sensitivity/sensitivity.hpp"
#include "tools/arguments.hpp"
#include "tools/new_file.hpp"
#include "tools/progress_bar.hpp"
#include "tools/simulation_arguments.hpp"
#include "tools/stop_signals.hpp"

namespace marketmimic {
namespace {

struct SensitivityArguments {
  SimulationArguments simulation;
  std::string axis = "severity";
  std::vector<double> levels;
  double margin = 5;
  std::optional<std::string> picture, tolerated_job;
  bool force = false, json = false;
};

constexpr std::uint64_t kMostTrials = 1'000'000;  ///< of a level; all are held in memory

SensitivityOptions options_of(const SensitivityArguments& arguments) {
  SensitivityOptions options;
  options.axis = arguments.axis == "severity" ? SensitivityAxis::severity : SensitivityAxis::variation;
  options.levels = arguments.levels;
  if (options.levels.empty() && options.axis == SensitivityAxis::severity) options.levels = {0, 0.5, 1, 1.5, 2, 3};
  if (options.levels.empty()) options.levels = {0, 0.25, 0.5, 1, 1.5, 2};
  options.margin = arguments.margin / 100;
  options.run = arguments.simulation.options();
  return options;
}

void require_new(const SensitivityArguments& arguments) {
  std::vector<std::filesystem::path> others(arguments.simulation.markets.begin(), arguments.simulation.markets.end());
  for (const auto* const input : {&arguments.simulation.job, &arguments.simulation.strategy})
    if (*input) others.emplace_back(**input);
  for (const auto* const output : {&arguments.picture, &arguments.tolerated_job}) {
    if (!*output) continue;
    require_new_file(**output, arguments.force);
    require_other_file(**output, others);
    others.emplace_back(**output);
  }
}

void sensitivity(const SensitivityArguments& arguments, const Console& console) {
  require_new(arguments);
  SensitivityOptions options = options_of(arguments);
  const Job job = arguments.simulation.resolved_job();
  if (job.scenarios > kMostTrials)
    throw Error(ExitCode::usage,
                fmt::format("scenarios must be at most {} for a level (got {})", kMostTrials, job.scenarios));
  const std::vector<MarketFile> markets = arguments.simulation.read_markets(job);
  const std::optional<Strategy> strategy = arguments.simulation.read_strategy();
  if (!strategy) throw Error(ExitCode::usage, "--strategy is needed: markets alone can't fail");
  const StopSignals signals;
  options.run.stop = &signals.flag();
  const Sensitivity found = [&] {
    ProgressBar bar(console, "sensitivity");
    std::mutex mutex;
    options.progress = [&](double done) {
      const std::lock_guard lock(mutex);
      bar.show(done, "of all levels");
    };
    return measure_sensitivity(job, markets, *strategy, arguments.simulation.market_name(job), options);
  }();
  if (arguments.picture) publish_text(*arguments.picture, sensitivity_png(found, strategy->kind_names));
  if (arguments.tolerated_job)
    publish_text(*arguments.tolerated_job, job_text(tolerated_job(job, found, strategy->kind_names), Comments::with));
  console.result(arguments.json ? sensitivity_json(found, strategy->kind_names).dump(1) + "\n"
                                : sensitivity_text(found, strategy->kind_names));
}

}  // namespace

Command add_sensitivity(CLI::App& program) {
  const auto arguments = std::make_shared<SensitivityArguments>();
  CLI::App* app = program.add_subcommand("sensitivity", "Measure how much disturbance each primitive tolerates");
  arguments->simulation.add_to(*app);
  app->add_option("--of", arguments->axis, "What is raised: severity of perturbations, or variation of primitives")
      ->check(CLI::IsMember({"severity", "variation"}))
      ->capture_default_str();
  app->add_option("--levels", arguments->levels, "Where to, as 0,0.5,1,2; the first is compared with")
      ->delimiter(',')
      ->type_name("LEVELS");
  app->add_option("--margin", arguments->margin, "More failures that count as tolerated [percentage points]")
      ->check(CLI::Range(0.1, 99.0))
      ->capture_default_str();
  add_text(*app, "--tolerated-job", arguments->tolerated_job, "FILE", "Write the job at what is tolerated (TOML)");
  add_text(*app, "--picture", arguments->picture, "FILE", "Draw it (PNG)");
  app->add_flag("--force", arguments->force, "Replace output files if they exist");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer(
      "Example:  marketmimic sensitivity job.toml --market market.toml --strategy strategy.h5 --scenarios 5000");
  return {app, [arguments](const Console& console) { sensitivity(*arguments, console); }};
}

}  // namespace marketmimic
