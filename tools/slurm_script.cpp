#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "host/error.hpp"
#include "host/run/simulation.hpp"
#include "tools/arguments.hpp"
#include "tools/simulation_arguments.hpp"

namespace marketmimic {
namespace {

struct SlurmScriptArguments {
  SimulationArguments simulation;
  std::string run, time = "12:00:00", name = "marketmimic";
  std::optional<std::uint64_t> array, ranks, gpus, cpus = 8, warning = 120;
  std::optional<std::string> memory, partition, account;
  std::vector<std::string> more;
  bool extend = false;
};

/// For a shell, whatever it holds.
std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string path(const std::string& file) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(file, error);
  return shell_word(error ? file : whole.lexically_normal().string());
}

/// The command that makes the run, without what divides it.
std::string command(const SlurmScriptArguments& a) {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  std::string text = shell_word(error ? "marketmimic" : program.string()) + " generate";
  const auto flag = [&text](std::string_view name, const std::string& value) {
    text += fmt::format(" {} {}", name, value);
  };
  const SimulationArguments& s = a.simulation;
  if (s.job) text += " " + path(*s.job);
  for (const std::string& market : s.markets) flag("--market", path(market));
  if (s.strategy) flag("--strategy", path(*s.strategy));
  for (const std::string& preset : s.presets) flag("--preset", shell_word(preset));
  if (s.scenarios) flag("--scenarios", std::to_string(*s.scenarios));
  if (s.steps) flag("--steps", std::to_string(*s.steps));
  if (s.asset) flag("--asset", std::to_string(*s.asset));
  if (s.seed) flag("--seed", std::to_string(*s.seed));
  if (s.store) flag("--store", shell_word(*s.store));
  if (s.device != "auto") flag("--device", shell_word(s.device));
  flag("--threads", "\"$SLURM_CPUS_PER_TASK\"");
  flag("--output", path(a.run));
  return text + (a.extend ? " --extend" : " --resume");
}

/// What stands in a line of #SBATCH: one word.
void require_word(std::string_view flag, const std::string& value) {
  const auto wrong = [](unsigned char c) { return std::iscntrl(c) != 0 || std::isspace(c) != 0; };
  if (!value.empty() && std::none_of(value.begin(), value.end(), wrong)) return;
  throw Error(ExitCode::usage, fmt::format("{} must be one word (got '{}')", flag, value));
}

/// A time limit as Slurm reads it: M, M:S, H:M:S, D-H, D-H:M or D-H:M:S [s].
std::uint64_t seconds_of(const std::string& time) {
  const auto refuse = [&] {
    throw Error(ExitCode::usage, fmt::format("--time must be minutes, H:M:S or D-H:M:S (got '{}')", time));
  };
  const std::size_t dash = time.find('-');
  const bool days = dash != std::string::npos;
  std::vector<std::uint64_t> parts = {0};
  std::size_t digits = 0;
  for (const char c : time) {
    const bool digit = c >= '0' && c <= '9';
    if (digit ? ++digits > 6 : digits == 0 || (c != '-' && c != ':') || (c == '-' && parts.size() != 1)) refuse();
    digit ? void(parts.back() = 10 * parts.back() + static_cast<std::uint64_t>(c - '0')) : parts.push_back(0);
    if (!digit) digits = 0;
  }
  if (digits == 0 || parts.size() > (days ? 4u : 3u)) refuse();
  // Units of the first, second ... number, by how many there are.
  constexpr std::array<std::uint64_t, 4> with_days = {86'400, 3600, 60, 1}, minutes = {60, 1, 0, 0},
                                         hours = {3600, 60, 1, 0};
  const auto& units = days ? with_days : parts.size() == 3 ? hours : minutes;
  std::uint64_t seconds = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) seconds += parts[i] * units[i];
  return seconds;
}

void check(const SlurmScriptArguments& a) {
  if (seconds_of(a.time) < 2 * *a.warning)
    throw Error(ExitCode::usage,
                fmt::format("--time must be at least twice --warning, {} s, or nothing gets done (got '{}')",
                            *a.warning, a.time));
  require_word("--name", a.name);
  if (a.memory) require_word("--memory", *a.memory);
  if (a.partition) require_word("--partition", *a.partition);
  if (a.account) require_word("--account", *a.account);
  for (const std::string& option : a.more) {
    require_word("--sbatch", option);
    if (!option.starts_with('-'))
      throw Error(ExitCode::usage,
                  fmt::format("--sbatch must be an option, as --sbatch=--{} (got '{}')", option, option));
  }
  if (a.simulation.threads) throw Error(ExitCode::usage, "--threads are as many as --cpus: give that instead");
  a.simulation.options();
  if (a.array && a.ranks)
    throw Error(ExitCode::usage, "--array and --ranks both divide the run: leave one of them out");
  const std::optional<Simulation> there = a.simulation.run_with_numbers(a.run);
  Job job = there ? there->job : a.simulation.resolved_job();
  if (job.stop.successes != 0 && (a.array || a.ranks))
    throw Error(ExitCode::usage,
                "a stop rule counts over all shards in their order: leave --array and --ranks out, or [stop]");
  if (there) return;
  if (!a.simulation.says_something())
    throw Error(ExitCode::usage, fmt::format("there is no run in {} yet; name the job that begins it there", a.run));
  std::vector<MarketFile> markets = a.simulation.read_markets(job);
  prepare(job, std::move(markets), a.simulation.read_strategy(), a.simulation.market_name(job), Tide{});
}

std::string directives(const SlurmScriptArguments& a) {
  std::string text;
  const auto line = [&text](std::string_view option, const auto& value) {
    text += fmt::format("#SBATCH --{}={}\n", option, value);
  };
  line("job-name", a.name);
  if (a.array) line("array", fmt::format("0-{}", *a.array - 1));
  line("ntasks", a.ranks.value_or(1));
  line("cpus-per-task", *a.cpus);
  if (a.gpus) line("gpus-per-task", *a.gpus);
  if (a.memory) line("mem", *a.memory);
  line("time", a.time);
  if (a.partition) line("partition", *a.partition);
  if (a.account) line("account", *a.account);
  line("signal", fmt::format("B:USR1@{}", *a.warning));
  text += "#SBATCH --requeue\n";
  line("open-mode", "append");
  line("output", a.array ? "slurm-%A_%a.log" : "slurm-%j.log");
  for (const std::string& option : a.more) text += fmt::format("#SBATCH {}\n", option);
  return text;
}

std::string script(const SlurmScriptArguments& a) {
  std::string run = command(a);
  if (a.array) run += fmt::format(" --shard-range \"$SLURM_ARRAY_TASK_ID/{}\"", *a.array);
  if (a.ranks) run = "srun --mpi=pmix --cpus-per-task=\"$SLURM_CPUS_PER_TASK\" " + run;
  return fmt::format(R"(#!/bin/bash
{}
# Slurm signals this script {} s before the time is up. The program then ends at its last complete shard, with code 10,
# and the job is queued again: the same command goes on. One that Slurm itself queues again, as a node fails, does so too.
set -u
again=0
child=
stop() {{
  again=$1
  [ -z "$child" ] || kill -USR1 "$child" 2>/dev/null
}}
trap 'stop 1' USR1
trap 'stop 0' TERM

{} &
child=$!
code=129
while [ "$code" -gt 128 ] && kill -0 "$child" 2>/dev/null; do
  wait "$child"  # a signal to this script ends it early
  code=$?
done
wait "$child" 2>/dev/null
last=$?
[ "$last" -eq 127 ] || code=$last
if [ "$code" -eq 10 ] && [ "$again" -eq 1 ]; then
  exec scontrol requeue "${{SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}}${{SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}}"
fi
exit "$code"
)",
                     directives(a), *a.warning, run);
}

}  // namespace

Command add_slurm_script(CLI::App& program) {
  const auto arguments = std::make_shared<SlurmScriptArguments>();
  SlurmScriptArguments& a = *arguments;
  CLI::App* app = program.add_subcommand("slurm-script", "Print a batch script that makes a run under Slurm");
  a.simulation.add_to(*app);
  a.simulation.add_store_to(*app);
  app->add_option("-o,--output", a.run, "Folder of the run, which every node sees")->required()->type_name("RUN");
  add_whole(*app, "--array", a.array, 1, 100'000, "Divide the run among so many array tasks");
  add_whole(*app, "--ranks", a.ranks, 1, 100'000, "... or among so many MPI ranks; else one process makes it");
  add_whole(*app, "--cpus", a.cpus, 1, 1024, "Cores of a task (8)");
  add_whole(*app, "--gpus", a.gpus, 1, 64, "GPUs of a task");
  add_text(*app, "--memory", a.memory, "SIZE", "Of a node, as 16G; else the cluster's default");
  app->add_option("--time", a.time, "Limit, after which the job is queued again")
      ->type_name("TIME")
      ->capture_default_str();
  add_whole(*app, "--warning", a.warning, 10, 3600, "Seconds before it in which the program ends its shard (120)");
  app->add_flag("--extend", a.extend, "For a run that has fewer scenarios so far");
  add_text(*app, "--partition", a.partition, "NAME", "To run in");
  add_text(*app, "--account", a.account, "NAME", "To charge");
  app->add_option("--name", a.name, "Of the job")->type_name("NAME")->capture_default_str();
  app->add_option("--sbatch", a.more, "Another option for its head, as --sbatch=--constraint=a100; repeatable")
      ->type_name("OPTION")
      ->allow_extra_args(false);
  app->footer(
      "Example:  marketmimic slurm-script job.toml -o run --array 16 --time 04:00:00 > run.sbatch; sbatch run.sbatch");
  return {app, [arguments](const Console& console) {
            check(*arguments);
            console.result(script(*arguments));
          }};
}

}  // namespace marketmimic
