#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "host/file/file.hpp"
#include "host/picture/report_picture.hpp"
#include "host/report/run_report.hpp"
#include "host/run/run_folder.hpp"
#include "tools/arguments.hpp"
#include "tools/new_file.hpp"

namespace marketmimic {
namespace {

struct Arguments {
  std::string run;
  std::optional<std::string> picture;
  bool force = false, json = false;
};

void report(const Arguments& arguments, const Console& console) {
  if (arguments.picture) {
    require_new_file(*arguments.picture, arguments.force);
    require_outside(*arguments.picture, arguments.run);
  }
  const Simulation simulation = open_run(arguments.run);
  const RunReport found = report_run(simulation, arguments.run);
  for (const std::string& notice : found.notices) console.notice(notice);
  if (arguments.picture) publish_text(*arguments.picture, report_png(simulation, found));
  constexpr auto anything = nlohmann::json::error_handler_t::replace;  // a strategy's provenance may be no UTF-8
  if (arguments.json) return console.result(report_json(simulation, found).dump(1, ' ', false, anything) + "\n");
  console.result(report_text(simulation, found));
}

}  // namespace

Command add_report(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* app = program.add_subcommand("report", "Tell what became of a run's attempts, and how diverse they are");
  app->add_option("run", arguments->run, "Run folder, finished or interrupted")->required()->type_name("RUN");
  add_text(*app, "--picture", arguments->picture, "FILE", "Draw it (PNG)");
  app->add_flag("--force", arguments->force, "Replace the picture if it exists");
  app->add_flag("--json", arguments->json, "Report as JSON, with every bin");
  app->footer("Example:  marketmimic report run --picture report.png");
  return {app, [arguments](const Console& console) { report(*arguments, console); }};
}

}  // namespace marketmimic
