#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "host/readable.hpp"
#include "host/run/finalize.hpp"
#include "host/run/run_folder.hpp"
#include "tools/arguments.hpp"

namespace marketmimic {
namespace {

struct FinalizeArguments {
  std::string run;
  bool json = false;
};

void finalize_run(const FinalizeArguments& arguments, const Console& console) {
  const Simulation simulation = open_run(arguments.run);
  const FinishedRun run = finalize(simulation, arguments.run);
  if (arguments.json) {
    nlohmann::json json = {
        {"run", arguments.run}, {"scenarios", run.plan.scenarios}, {"shards", run.plan.shards()}, {"bytes", run.bytes}};
    for (const auto& dataset : run.datasets) json["datasets"].push_back(dataset.string());
    return console.result(json_text(json));
  }
  std::string text = fmt::format("complete: {} in {}, {}\n", counted(run.plan.scenarios, "scenario"),
                                 counted(run.plan.shards(), "shard"), readable_bytes(run.bytes));
  for (const auto& dataset : run.datasets) text += fmt::format("dataset   {}\n", dataset.string());
  console.result(text);
}

}  // namespace

Command add_finalize(CLI::App& program) {
  const auto arguments = std::make_shared<FinalizeArguments>();
  CLI::App* app = program.add_subcommand("finalize", "Write dataset.h5 and run.json of a run whose shards are there");
  app->add_option("run", arguments->run, "Run folder")->required()->type_name("RUN");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer(
      "generate does so by itself with the last shard; this is for shards that came from elsewhere.\n"
      "Example:  marketmimic finalize run");
  return {app, [arguments](const Console& console) { finalize_run(*arguments, console); }};
}

}  // namespace marketmimic
