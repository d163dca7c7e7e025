#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/error.hpp"
#include "host/run/columns.hpp"
#include "host/run/generate.hpp"
#include "host/run/simulation.hpp"
#include "host/run/summary.hpp"
#include "tools/arguments.hpp"
#include "tools/progress_bar.hpp"
#include "tools/readable.hpp"
#include "tools/simulation_arguments.hpp"
#include "tools/stop_signals.hpp"

namespace marketmimic {
namespace {

struct Arguments {
  SimulationArguments simulation;
  std::optional<std::string> out;
  std::optional<std::uint64_t> time_limit;
  bool dry_run = false, print_job = false, json = false;
};

nlohmann::json estimate_json(const Estimate& e) {
  return {{"scenarios", e.scenarios},           {"steps", e.steps},    {"shards", e.shards},
          {"scenario_bytes", e.scenario_bytes}, {"bytes", e.bytes},    {"memory", e.memory},
          {"free_disk", e.free_disk},           {"seconds", e.seconds}};
}

std::string estimate_text(const Estimate& e) {
  return fmt::format(
      "scenarios    {} x {} steps\n"
      "shards       {}\n"
      "disk         {} ({} a scenario); {} free\n"
      "memory       about {}\n"
      "simulation   about {}, and writing on top\n",
      readable_count(e.scenarios), readable_count(e.scenarios == 0 ? 0 : e.steps / e.scenarios),
      readable_count(e.shards), readable_bytes(e.bytes), readable_bytes(e.scenario_bytes), readable_bytes(e.free_disk),
      readable_bytes(e.memory), readable_time(e.seconds));
}

void plan_only(const Simulation& simulation, const Arguments& arguments, const GenerateOptions& options,
               const Console& console) {
  const Estimate e = estimate(simulation, arguments.out.value_or("."), options);
  console.result(arguments.json ? estimate_json(e).dump(1) + "\n" : estimate_text(e));
  if (e.bytes > e.free_disk) {
    throw Error(ExitCode::io, fmt::format("the run needs {} and {} are free; generate less, or elsewhere",
                                          readable_bytes(e.bytes), readable_bytes(e.free_disk)));
  }
}

nlohmann::json result_json(const GenerateResult& r, const Simulation& simulation, const std::string& run) {
  nlohmann::json json = {{"run", run},
                         {"identity", r.identity},
                         {"device", r.device},
                         {"threads", r.threads},
                         {"steps", r.steps},
                         {"shards", r.shards},
                         {"bytes", r.bytes},
                         {"seconds", r.seconds},
                         {"summary", nlohmann::json::parse(summary_json(r.summary, kind_names(simulation)))}};
  json["market"] = simulation.market.provenance;
  json["strategy"] = simulation.strategy ? nlohmann::json(simulation.strategy->provenance) : nlohmann::json();
  for (const auto& dataset : r.datasets) json["datasets"].push_back(dataset.string());
  return json;
}

std::string result_text(const GenerateResult& r, const Simulation& simulation) {
  const auto scenarios = static_cast<double>(r.summary.all.scenarios);
  std::string text = fmt::format(
      "{} scenarios of {} steps in {} on {}, {} {}\n"
      "{}, {}, {}; {} in {} {}\n\n",
      readable_count(r.summary.all.scenarios), readable_count(simulation.job.steps), readable_time(r.seconds), r.device,
      r.threads, r.threads == 1 ? "thread" : "threads", readable_amount(scenarios / r.seconds, "scenarios/s"),
      readable_amount(static_cast<double>(r.steps) / r.seconds, "steps/s"),
      readable_amount(static_cast<double>(r.bytes) / r.seconds, "B/s"), readable_bytes(r.bytes),
      readable_count(r.shards), r.shards == 1 ? "shard" : "shards");
  if (simulation.strategy) text += summary_text(r.summary, kind_names(simulation)) + "\n";
  text += fmt::format("market    {}\nstrategy  {}\n", simulation.market.provenance,
                      simulation.strategy ? simulation.strategy->provenance : "none, markets alone");
  for (const auto& dataset : r.datasets) text += fmt::format("dataset   {}\n", dataset.string());
  return text;
}

/// Order books that correlate take seconds to minutes.
Simulation prepared(const Job& job, std::vector<MarketFile> markets, std::optional<Strategy> strategy,
                    const std::string& market_name, const GenerateOptions& options, const Console& console) {
  ProgressBar bar(console, "flow in common");
  const TideSearch search{options.threads, options.stop, [&](double done) { bar.show(done, "of the order books"); }};
  return prepare(job, std::move(markets), std::move(strategy), market_name, std::nullopt, search);
}

void generate_run(const Arguments& arguments, const Console& console) {
  GenerateOptions options = arguments.simulation.options();
  options.time_limit = static_cast<double>(arguments.time_limit.value_or(0));
  const Job job = arguments.simulation.resolved_job();
  if (arguments.print_job) return console.result(job_text(job, Comments::with));
  if (!arguments.out && !arguments.dry_run)
    throw Error(ExitCode::usage,
                "name the folder of the run with -o, or try --dry-run (see marketmimic generate --help)");

  std::vector<MarketFile> markets = arguments.simulation.read_markets(job);
  std::optional<Strategy> strategy = arguments.simulation.read_strategy();
  const std::string market_name = arguments.simulation.market_name(job);
  if (arguments.dry_run) {  // what it tells does not depend on the flow in common, which takes minutes to find
    const Simulation planned = prepare(job, std::move(markets), std::move(strategy), market_name, Tide{});
    return plan_only(planned, arguments, options, console);
  }
  const StopSignals signals;
  options.stop = &signals.flag();
  const Simulation simulation = prepared(job, std::move(markets), std::move(strategy), market_name, options, console);
  GenerateResult result;
  {
    ProgressBar bar(console, "generate");
    const auto bytes = static_cast<double>(schema_of(simulation).scenario_bytes());
    options.progress = [&](const Progress& progress) {
      const auto done = static_cast<double>(progress.scenarios);
      bar.show(done / static_cast<double>(progress.total),
               fmt::format("{} · {}", readable_amount(done / bar.seconds(), "scenarios/s"),
                           readable_amount(done * bytes, "B")));
    };
    result = generate(simulation, *arguments.out, options);
  }
  console.result(arguments.json ? result_json(result, simulation, *arguments.out).dump(1) + "\n"
                                : result_text(result, simulation));
}

}  // namespace

Command add_generate(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* app = program.add_subcommand("generate", "Simulate scenarios into a run folder");
  arguments->simulation.add_to(*app);
  add_text(*app, "-o,--output", arguments->out, "RUN", "Folder to make");
  add_whole(*app, "--time-limit", arguments->time_limit, 1, 1'000'000'000,
            "Seconds after which it is interrupted: complete shards stay, exit code 10");
  app->add_flag("--dry-run", arguments->dry_run,
                "Tell what it would take, and write nothing; what order books have in common is not searched for");
  app->add_flag("--print-job", arguments->print_job, "Print the resolved job as TOML, and do nothing");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer(
      "A flag goes before the job file, and that before the default.\n"
      "Example:  marketmimic generate job.toml --market market.toml --strategy strategy.h5 -o run");
  return {app, [arguments](const Console& console) { generate_run(*arguments, console); }};
}

}  // namespace marketmimic
