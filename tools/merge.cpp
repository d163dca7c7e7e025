#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/readable.hpp"
#include "host/run/merge.hpp"
#include "tools/arguments.hpp"
#include "tools/progress_bar.hpp"
#include "tools/stop_signals.hpp"

namespace marketmimic {
namespace {

struct MergeArguments {
  std::string run;
  std::vector<std::string> sources;
  bool json = false;
};

void merge_runs(const MergeArguments& arguments, const Console& console) {
  const StopSignals signals;
  Merged merged;
  {
    ProgressBar bar(console, "merge");
    const MergeOptions options{[&](double done) { bar.show(done, "of the shards"); }, &signals.flag()};
    merged = merge(arguments.run, {arguments.sources.begin(), arguments.sources.end()}, options);
  }
  if (arguments.json) {
    const nlohmann::json json = {
        {"run", arguments.run}, {"taken", merged.taken}, {"missing", merged.missing}, {"complete", merged.complete}};
    return console.result(json_text(json));
  }
  console.result(fmt::format("{} taken; {}\n", counted(merged.taken, "shard"),
                             merged.complete
                                 ? "the run is complete"
                                 : counted(merged.missing, "shard") + " missing, which generate --resume makes"));
}

}  // namespace

Command add_merge(CLI::App& program) {
  const auto arguments = std::make_shared<MergeArguments>();
  CLI::App* app = program.add_subcommand("merge", "Take shards that a run lacks from runs of the same job elsewhere");
  app->add_option("run", arguments->run, "Run folder to complete, or to make")->required()->type_name("RUN");
  app->add_option("from", arguments->sources, "Run folders to take from; they are only read")
      ->required()
      ->type_name("FROM");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer("Example:  marketmimic merge run /mnt/site-a/run /mnt/site-b/run");
  return {app, [arguments](const Console& console) { merge_runs(*arguments, console); }};
}

}  // namespace marketmimic
