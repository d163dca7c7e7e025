#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/page/run_page.hpp"
#include "host/picture/report_picture.hpp"
#include "host/realism/source.hpp"
#include "host/report/run_report.hpp"
#include "host/run/run_folder.hpp"
#include "tools/arguments.hpp"
#include "tools/new_file.hpp"
#include "tools/progress_bar.hpp"

namespace marketmimic {
namespace {

struct ReportArguments {
  std::string run;
  std::vector<std::string> reference;
  std::optional<std::string> page, picture;
  bool force = false, json = false;
};

void require_outputs(const ReportArguments& arguments) {
  for (const std::optional<std::string>* const file : {&arguments.page, &arguments.picture}) {
    if (!*file) continue;
    require_new_file(**file, arguments.force);
    require_outside(**file, arguments.run);
    require_other_file(**file, {arguments.reference.begin(), arguments.reference.end()});
  }
  if (arguments.page && arguments.picture) require_other_file(*arguments.page, {*arguments.picture});
  if (!arguments.page && !arguments.reference.empty())
    throw Error(ExitCode::usage, "--reference is for the page: name that with -o, or use marketmimic validate");
}

void report(const ReportArguments& arguments, const Console& console) {
  require_outputs(arguments);
  const Simulation simulation = open_run(arguments.run);
  const std::filesystem::path folder = arguments.run;
  RunReport found;
  std::string page, png;
  {
    ProgressBar bar(console, "report");
    const double read = arguments.page ? 0.5 : 1.0;  // about that share of the time
    std::optional<DataSource> reference;
    if (!arguments.reference.empty()) reference = read_source(arguments.reference, "--reference");
    found = report_run(simulation, folder, [&](double done) { bar.show(read * done, "reading"); });
    if (arguments.page)
      page = run_page({simulation, folder, found, reference ? &*reference : nullptr,
                       [&](double done, const char* what) { bar.show(read + (1 - read) * done, what); }});
    if (arguments.picture) png = report_png(simulation, found);
  }
  for (const std::string& notice : found.notices) console.notice(notice);
  if (arguments.page) publish_text(*arguments.page, page);
  if (arguments.picture) publish_text(*arguments.picture, png);
  constexpr auto anything = nlohmann::json::error_handler_t::replace;  // a strategy's provenance may be no UTF-8
  if (arguments.json) return console.result(report_json(simulation, found).dump(1, ' ', false, anything) + "\n");
  console.result(report_text(simulation, found));
}

}  // namespace

Command add_report(CLI::App& program) {
  const auto arguments = std::make_shared<ReportArguments>();
  CLI::App* app = program.add_subcommand("report", "Tell what became of a run's attempts, and how diverse they are");
  app->add_option("run", arguments->run, "Run folder, finished or interrupted")->required()->type_name("RUN");
  add_text(*app, "-o,--output", arguments->page, "FILE", "Write a page about it, with scenarios step by step (HTML)");
  app->add_option("--reference", arguments->reference, "What the page compares the market with: files as of validate")
      ->type_name("FILE");
  add_text(*app, "--picture", arguments->picture, "FILE", "Draw it (PNG)");
  app->add_flag("--force", arguments->force, "Replace page and picture if they exist");
  app->add_flag("--json", arguments->json, "Report as JSON, with every bin");
  app->footer("Example:  marketmimic report run -o report.html");
  return {app, [arguments](const Console& console) { report(*arguments, console); }};
}

}  // namespace marketmimic
