#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "host/error.hpp"
#include "host/readable.hpp"
#include "host/run/verify.hpp"
#include "tools/arguments.hpp"
#include "tools/progress_bar.hpp"
#include "tools/simulation_arguments.hpp"
#include "tools/stop_signals.hpp"

namespace marketmimic {
namespace {

struct VerifyArguments {
  std::string run;
  std::string device = "auto";
  std::optional<std::uint64_t> threads;
  bool repair = false, quick = false, json = false;
};

Verification look(const CheckedRun& run, const VerifyArguments& arguments, const StopSignals& signals,
                  const Console& console) {
  ProgressBar bar(console, "verify");
  VerifyOptions options;
  options.quick = arguments.quick;
  options.threads = static_cast<unsigned>(arguments.threads.value_or(0));
  options.stop = &signals.flag();
  options.progress = [&](double done) { bar.show(done, "of the shards"); };
  return verify(run, arguments.run, options);
}

void mend(const CheckedRun& run, const Verification& found, const VerifyArguments& arguments, GenerateOptions options,
          const StopSignals& signals, const Console& console) {
  ProgressBar bar(console, "repair");
  options.threads = static_cast<unsigned>(arguments.threads.value_or(0));
  options.stop = &signals.flag();
  options.progress = [&](const Progress& progress) {
    bar.show(static_cast<double>(progress.scenarios) / static_cast<double>(progress.total), "of what is made again");
  };
  repair(run, arguments.run, found, options);
}

std::size_t damaged_files(const Verification& found) {
  std::set<std::string> files;
  for (const Damage& damage : found.damage) files.insert(damage.file);
  return files.size();
}

std::string text(const Verification& found, bool quick, bool repaired, double seconds) {
  constexpr std::size_t most = 50;
  std::string text =
      fmt::format("{} of {}, {} read in {}, {}\n", counted(found.published, "shard"),
                  readable_count(found.plan.shards()), readable_bytes(found.bytes), readable_time(seconds),
                  readable_amount(static_cast<double>(found.bytes) / seconds, "B/s"));
  if (found.published != found.plan.shards() && !found.complete) text += "the others are not made yet\n";
  if (found.damage.empty())
    return text + (quick ? "sizes and headers are as they were published\n" : "every byte is as it was published\n");
  text += repaired ? "\nmade again\n" : "\ndamaged\n";
  for (std::size_t i = 0; i < std::min(most, found.damage.size()); ++i)
    text += fmt::format("  {:<28}  {}\n", found.damage[i].file, found.damage[i].what);
  if (found.damage.size() > most)
    text += fmt::format("  and {} more; --json lists them\n", readable_count(found.damage.size() - most));
  return text;
}

nlohmann::json json(const Verification& found, bool repaired, double seconds) {
  nlohmann::json json = {{"complete", found.complete},
                         {"planned_shards", found.plan.shards()},
                         {"shards", found.published},
                         {"bytes", found.bytes},
                         {"seconds", seconds},
                         {"repaired", repaired && !found.damage.empty()},
                         {"damage", nlohmann::json::array()}};
  for (const Damage& damage : found.damage) json["damage"].push_back({{"file", damage.file}, {"what", damage.what}});
  return json;
}

void verify_run(const VerifyArguments& arguments, const Console& console) {
  const StopSignals signals;
  GenerateOptions options;
  choose_device(arguments.device, options);
  const auto start = std::chrono::steady_clock::now();
  const CheckedRun run = open_damaged_run(arguments.run);
  const Verification found = look(run, arguments, signals, console);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (arguments.repair && !found.damage.empty()) mend(run, found, arguments, options, signals, console);
  console.result(arguments.json ? json(found, arguments.repair, seconds).dump(1) + "\n"
                                : text(found, arguments.quick, arguments.repair, seconds));
  if (found.damage.empty() || arguments.repair) return;
  throw Error(ExitCode::verification_failed,
              fmt::format("{}: {} damaged; marketmimic verify --repair makes {} again", arguments.run,
                          damaged_files(found) == 1 ? "a file is" : counted(damaged_files(found), "file") + " are",
                          damaged_files(found) == 1 ? "it" : "them"));
}

}  // namespace

Command add_verify(CLI::App& program) {
  const auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* app = program.add_subcommand("verify", "Compare a run with its checksums, and make again what is damaged");
  app->add_option("run", arguments->run, "Run folder, finished or interrupted")->required()->type_name("RUN");
  app->add_flag("--repair", arguments->repair, "Make damaged shards and files again, byte for byte");
  app->add_flag("--quick", arguments->quick, "Look at sizes and headers alone");
  app->add_option("--device", arguments->device, "For repairs: auto, cpu, cuda or cuda:0,1")->type_name("DEVICE");
  add_whole(*app, "--threads", arguments->threads, 1, 1024, "One a core unless given");
  app->add_flag("--json", arguments->json, "Report as JSON, with every damaged block");
  app->footer(
      "Exit code 8 where anything is damaged and was not made again.\n"
      "Example:  marketmimic verify run --repair");
  return {app, [arguments](const Console& console) { verify_run(*arguments, console); }};
}

}  // namespace marketmimic
