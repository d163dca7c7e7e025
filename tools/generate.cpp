#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "host/error.hpp"
#include "host/ranks/ranks.hpp"
#include "host/readable.hpp"
#include "host/run/columns.hpp"
#include "host/run/generate.hpp"
#include "host/run/generate_ranks.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/simulation.hpp"
#include "host/run/summary.hpp"
#include "tools/arguments.hpp"
#include "tools/event_log.hpp"
#include "tools/new_file.hpp"
#include "tools/progress_bar.hpp"
#include "tools/simulation_arguments.hpp"
#include "tools/stop_signals.hpp"
#include "tools/whole_number.hpp"

namespace marketmimic {
namespace {

struct GenerateArguments {
  SimulationArguments simulation;
  std::optional<std::string> out;
  std::optional<std::string> shard_range, log;
  std::optional<std::uint64_t> time_limit;
  bool resume = false, extend = false, dry_run = false, print_job = false, json = false;
};

/// `3`, `0-63` (both are made) or `2/16` (the third of sixteen parts).
ShardPart parse_shard_range(const std::string& text) {
  const auto refuse = [&] {
    throw Error(ExitCode::usage,
                fmt::format("--shard-range must be FIRST-LAST, as 0-63, or PART/PARTS, as 2/16 with parts counted from "
                            "0 (got {})",
                            text));
  };
  const auto number = [&](std::string_view digits) {
    constexpr std::uint64_t most = 1'000'000'000'000;
    const std::optional<std::uint64_t> value = whole_number(digits);
    if (!value || *value > most) refuse();
    return *value;
  };
  const std::size_t sign = text.find_first_of("-/");
  const std::uint64_t first = number(std::string_view(text).substr(0, sign));
  if (sign == std::string::npos) return {{first, 1}, 0, 0};
  const std::uint64_t second = number(std::string_view(text).substr(sign + 1));
  const bool parts = text[sign] == '/';
  if (parts ? first >= second : first > second) refuse();
  return parts ? ShardPart{{}, first, second} : ShardPart{{first, second - first + 1}, 0, 0};
}

Entry entry_of(const GenerateArguments& arguments) {
  if (arguments.extend) return Entry::extend;
  return arguments.resume ? Entry::join : Entry::fresh;
}

nlohmann::json estimate_json(const Estimate& e) {
  return {{"scenarios", e.scenarios},           {"steps", e.steps},         {"shards", e.shards},
          {"scenario_bytes", e.scenario_bytes}, {"bytes", e.bytes},         {"memory", e.memory},
          {"bytes_left", e.bytes_left},         {"free_disk", e.free_disk}, {"seconds", e.seconds}};
}

std::string estimate_text(const Estimate& e) {
  return fmt::format(
      "scenarios    {} x {} steps\n"
      "shards       {}\n"
      "disk         {} ({} a scenario){}; {} free\n"
      "memory       about {}\n"
      "simulation   about {}, and writing on top\n",
      readable_count(e.scenarios), readable_count(e.scenarios == 0 ? 0 : e.steps / e.scenarios),
      readable_count(e.shards), readable_bytes(e.bytes), readable_bytes(e.scenario_bytes),
      e.bytes_left == e.bytes ? "" : fmt::format(", {} of it to be written yet", readable_bytes(e.bytes_left)),
      readable_bytes(e.free_disk), readable_bytes(e.memory), readable_time(e.seconds));
}

void plan_only(const Simulation& simulation, const GenerateArguments& arguments, const GenerateOptions& options,
               const Console& console) {
  const Estimate e = estimate(simulation, arguments.out.value_or("."), options);
  console.result(arguments.json ? estimate_json(e).dump(1) + "\n" : estimate_text(e));
  if (e.bytes_left > e.free_disk) {
    throw Error(ExitCode::io, fmt::format("the run needs {} and {} are free; generate less, or elsewhere",
                                          readable_bytes(e.bytes_left), readable_bytes(e.free_disk)));
  }
}

nlohmann::json or_null(const std::optional<double>& value) { return value ? nlohmann::json(*value) : nlohmann::json(); }

nlohmann::json result_json(const GenerateResult& r, const Simulation& simulation, const std::string& run) {
  nlohmann::json json = {{"run", run},
                         {"complete", r.complete},
                         {"identity", r.identity},
                         {"device", r.device},
                         {"threads", r.threads},
                         {"ranks", std::max<std::size_t>(r.ranks.size(), 1)},
                         {"steps", r.steps},
                         {"made", r.made},
                         {"shards", r.shards},
                         {"planned_shards", r.planned},
                         {"bytes", r.bytes},
                         {"seconds", r.seconds},
                         {"waiting", r.waiting},
                         {"device_use", or_null(r.device_use)},
                         {"summary", nlohmann::json::parse(summary_json(r.summary, kind_names(simulation)))}};
  json["market"] = simulation.market.provenance;
  json["strategy"] = simulation.strategy ? nlohmann::json(simulation.strategy->provenance) : nlohmann::json();
  for (const auto& dataset : r.datasets) json["datasets"].push_back(dataset.string());
  for (const RankTotal& rank : r.ranks)
    json["rank_totals"].push_back({{"scenarios", rank.scenarios},
                                   {"threads", rank.threads},
                                   {"seconds", rank.seconds},
                                   {"waiting", rank.waiting},
                                   {"device_use", or_null(rank.device_use)}});
  return json;
}

/// `ranks     fewest scenarios 6,240 in 31 s (rank 3), most 6,272 in 36 s (rank 0)`: an uneven one is seen.
std::string ranks_text(const std::vector<RankTotal>& ranks) {
  const auto [fewest, most] = std::minmax_element(
      ranks.begin(), ranks.end(), [](const RankTotal& a, const RankTotal& b) { return a.scenarios < b.scenarios; });
  return fmt::format("ranks     fewest scenarios {} in {} (rank {}), most {} in {} (rank {})\n",
                     readable_count(fewest->scenarios), readable_time(fewest->seconds), fewest - ranks.begin(),
                     readable_count(most->scenarios), readable_time(most->seconds), most - ranks.begin());
}

std::string result_text(const GenerateResult& r, const Simulation& simulation) {
  const std::uint64_t held = r.summary.all.scenarios;
  std::string text;
  if (r.made == 0) {
    text = fmt::format("nothing was left to make: {} of {} steps, {} in {}\n", counted(held, "scenario"),
                       readable_count(simulation.job.steps), readable_bytes(r.bytes), counted(r.shards, "shard"));
  } else {
    const auto made = static_cast<double>(r.made);
    const std::string ranks = r.ranks.empty() ? "" : fmt::format(" of {} ranks", r.ranks.size());
    text = fmt::format("{} of {} steps in {} on {}, {}{}\n{}, {}", counted(r.made, "scenario"),
                       readable_count(simulation.job.steps), readable_time(r.seconds), r.device,
                       counted(r.threads, "thread"), ranks, readable_amount(made / r.seconds, "scenarios/s"),
                       readable_amount(made * simulation.job.steps / r.seconds, "steps/s"));
    const double bytes = static_cast<double>(r.bytes) * made / static_cast<double>(held);
    text += fmt::format(", {}; {} in {}\n", readable_amount(bytes / r.seconds, "B/s"), readable_bytes(r.bytes),
                        counted(r.shards, "shard"));
    if (r.device_use)
      text +=
          fmt::format("device use {}, waiting for disk {}\n", readable_share(*r.device_use), readable_share(r.waiting));
    if (!r.ranks.empty()) text += ranks_text(r.ranks);
    if (r.made != held) text += fmt::format("with those that were there before: {}\n", counted(held, "scenario"));
  }
  if (!r.complete)
    text += fmt::format("The run is not complete: these are {} of its {}. Whoever makes the last one finalises it.\n",
                        readable_count(r.shards), counted(r.planned, "shard"));
  text += '\n';
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

/// A log is added to a file that may be there, but never to one that the run is made from or holds.
void require_no_victim(const GenerateArguments& arguments) {
  const SimulationArguments& simulation = arguments.simulation;
  std::vector<std::filesystem::path> inputs(simulation.markets.begin(), simulation.markets.end());
  for (const auto& input : {simulation.job, simulation.strategy})
    if (input) inputs.emplace_back(*input);
  require_other_file(*arguments.log, inputs);
  require_outside(*arguments.log, *arguments.out);
}

/// What is to be run; none where it was enough to tell of it. May be interrupted.
std::optional<Simulation> simulation_of(const GenerateArguments& arguments, GenerateOptions& options,
                                        const Console& console) {
  options.time_limit = static_cast<double>(arguments.time_limit.value_or(0));
  options.entry = entry_of(arguments);
  if (arguments.shard_range) options.part = parse_shard_range(*arguments.shard_range);
  std::optional<Simulation> there;
  const bool goes_on = (arguments.resume || arguments.extend) && arguments.out;
  if (goes_on) {
    there = arguments.simulation.run_with_numbers(*arguments.out);
    // A folder with shards is told of where it is entered.
    std::error_code unknown;
    const bool inputs = std::filesystem::exists(std::filesystem::path(*arguments.out) / "inputs", unknown);
    const bool unsaid = !arguments.simulation.says_something() || arguments.extend || inputs;
    if (!there && !arguments.simulation.names_a_file() && unsaid && published_files(*arguments.out) == 0)
      throw Error(
          ExitCode::usage,
          fmt::format("there is no run in {} to go on with; name its job file to begin it there", *arguments.out));
  }
  const Job job = there ? there->job : arguments.simulation.resolved_job();
  if (arguments.print_job) {
    console.result(job_text(job, Comments::with));
    return std::nullopt;
  }
  if (!arguments.out && !arguments.dry_run)
    throw Error(ExitCode::usage,
                "name the folder of the run with -o, or try --dry-run (see marketmimic generate --help)");
  if (arguments.log && arguments.out) require_no_victim(arguments);
  if (there && !arguments.dry_run) return there;
  if (there) {
    plan_only(*there, arguments, options, console);
    return std::nullopt;
  }

  std::vector<MarketFile> markets = arguments.simulation.read_markets(job);
  std::optional<Strategy> strategy = arguments.simulation.read_strategy();
  const std::string market_name = arguments.simulation.market_name(job);
  if (!arguments.dry_run) return prepared(job, std::move(markets), std::move(strategy), market_name, options, console);
  // What it tells does not depend on the flow in common, which takes minutes to find.
  plan_only(prepare(job, std::move(markets), std::move(strategy), market_name, Tide{}), arguments, options, console);
  return std::nullopt;
}

/// What is told of a run at work, to people and to machines.
class Watch {
 public:
  Watch(const Simulation& simulation, const GenerateArguments& arguments, const Ranks& ranks, const Console& console)
      : bytes_(static_cast<double>(schema_of(simulation).scenario_bytes())),
        rank_(ranks.rank()),
        ranks_(ranks.size() == 1 ? "" : fmt::format(" · rank 0 of {}", ranks.size())),
        bar_(console, "generate"),
        log_(arguments.log, ranks.rank(), console) {
    log_.tell("begin", {{"run", *arguments.out},
                        {"identity", simulation.identity},
                        {"scenarios", simulation.scenarios},
                        {"steps", simulation.job.steps},
                        {"ranks", ranks.size()},
                        {"shard_range", arguments.shard_range.value_or("")}});
  }

  void progress(const Progress& p) {
    const auto done = static_cast<double>(p.scenarios), made = static_cast<double>(p.scenarios - p.before);
    const double share = done / static_cast<double>(p.total), rate = made / bar_.seconds();
    if (rank_ == 0) {
      std::string detail =
          fmt::format("{} · {}", readable_amount(rate, "scenarios/s"), readable_amount(done * bytes_, "B"));
      detail += ranks_;
      if (p.waiting > 0.05) detail += " · waiting for disk " + readable_share(p.waiting);
      detail += " · device use " + readable_share(p.device_use);
      bar_.show(share, detail);
    }
    if (!log_.enabled()) return;
    nlohmann::ordered_json json = {{"scenarios", p.scenarios},       {"total", p.total},
                                   {"made", p.scenarios - p.before}, {"scenarios_a_second", rate},
                                   {"payload_bytes", done * bytes_}, {"seconds", bar_.seconds()},
                                   {"waiting", p.waiting},           {"device_use", p.device_use}};
    json["seconds_left"] =
        made > 0 ? nlohmann::ordered_json(static_cast<double>(p.total - p.scenarios) / rate) : nlohmann::ordered_json();
    log_.tell_now_and_then("progress", json);
  }

  /// What this rank made; rank 0 tells of the whole run, too.
  void end(const GenerateResult& result) {
    const bool alone = result.ranks.empty();
    const RankTotal own =
        alone ? RankTotal{result.made, result.threads, result.seconds, result.waiting, result.device_use}
              : result.ranks[rank_];
    nlohmann::ordered_json json = {{"made", own.scenarios}, {"device", result.device}, {"threads", own.threads}};
    json["seconds"] = own.seconds;
    json["waiting"] = own.waiting;
    json["device_use"] = or_null(own.device_use);
    if (rank_ == 0) {
      json["complete"] = result.complete;
      json["bytes"] = result.bytes;
    }
    log_.tell("end", std::move(json));
  }
  void end(const Error& error) {
    log_.tell("end", {{"exit_code", static_cast<int>(error.code())}, {"error", error.what()}});
  }

 private:
  double bytes_;  ///< of a scenario, where it is not compressed
  unsigned rank_;
  std::string ranks_;  ///< what is shown is of rank 0 alone
  ProgressBar bar_;
  EventLog log_;
};

GenerateResult make(const Simulation& simulation, const GenerateArguments& arguments, GenerateOptions options,
                    const Ranks& ranks, const Console& console) {
  Watch watch(simulation, arguments, ranks, console);
  options.progress = [&](const Progress& progress) { watch.progress(progress); };
  try {
    GenerateResult result = generate(simulation, *arguments.out, options, ranks);
    watch.end(result);
    return result;
  } catch (const Error& error) {
    watch.end(error);
    throw;
  }
}

void generate_run(const GenerateArguments& arguments, const Console& console) {
  const StopSignals signals;  // before MPI: its threads are to leave signals alone too
  const Ranks ranks;
  const bool tells = ranks.rank() == 0;
  if (!tells && (arguments.print_job || arguments.dry_run)) return;
  GenerateOptions options;
  std::optional<Simulation> simulation;
  const auto prepare_all = [&] {
    options = arguments.simulation.options();
    options.stop = &signals.flag();
    simulation = simulation_of(arguments, options, console);
  };
  arguments.print_job || arguments.dry_run ? prepare_all() : ranks.together(prepare_all);
  if (!simulation) return;
  const GenerateResult result = make(*simulation, arguments, options, ranks, console);
  if (!tells) return;
  console.result(arguments.json ? json_text(result_json(result, *simulation, *arguments.out))
                                : result_text(result, *simulation));
}

}  // namespace

Command add_generate(CLI::App& program) {
  const auto arguments = std::make_shared<GenerateArguments>();
  CLI::App* app = program.add_subcommand("generate", "Simulate scenarios into a run folder");
  arguments->simulation.add_to(*app);
  arguments->simulation.add_store_to(*app);
  add_text(*app, "-o,--output", arguments->out, "RUN", "Folder to make");
  add_whole(*app, "--time-limit", arguments->time_limit, 1, 1'000'000'000,
            "Seconds after which it is interrupted: complete shards stay, exit code 10");
  app->add_flag("--resume", arguments->resume,
                "Go on with the run in the folder, or begin it where there is none; with its job and inputs where no "
                "file is named");
  app->add_flag("--extend", arguments->extend, "The same for a job with more scenarios than the run has");
  add_text(*app, "--shard-range", arguments->shard_range, "RANGE",
           "Make these shards alone, as 0-63 or 2/16 (part 2 of 16, from 0), in a folder that others work in too");
  add_text(*app, "--log", arguments->log, "FILE",
           "Add what happens to FILE, a JSON object a line: begin, progress once a second, end");
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
