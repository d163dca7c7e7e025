#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "host/error.hpp"
#include "host/flow/export_tape.hpp"
#include "host/run/run_folder.hpp"
#include "host/tape/lobster.hpp"
#include "tools/arguments.hpp"
#include "tools/progress_bar.hpp"

namespace marketmimic {
namespace {

struct Arguments {
  std::string run, out, format = "lobster", date = "2000-01-01";
  std::vector<std::uint64_t> scenarios;
  bool json = false;
};

void export_scenarios(const Arguments& arguments, const Console& console) {
  const Simulation simulation = open_run(arguments.run);
  std::error_code failed;
  std::filesystem::create_directories(arguments.out, failed);
  if (failed) throw Error(ExitCode::io, fmt::format("{}: can't be made: {}", arguments.out, failed.message()));
  nlohmann::json files = nlohmann::json::array();
  std::string text;
  {
    ProgressBar bar(console, "export");
    for (std::size_t i = 0; i < arguments.scenarios.size(); ++i) {
      bar.show(static_cast<double>(i) / static_cast<double>(arguments.scenarios.size()), "writing");
      const Tape tape = export_tape(simulation, arguments.scenarios[i]);
      LobsterName name;
      name.ticker = fmt::format("{}-{}", simulation.market.asset, arguments.scenarios[i]);
      name.date = arguments.date;
      const ScenarioSettings& settings = simulation.settings();
      name.start_ms = settings.random_clock != 0 ? 0 : std::int64_t{settings.clock} * 1000;
      name.end_ms = name.start_ms + std::int64_t{simulation.job.steps} * simulation.job.step_seconds * 1000;
      const LobsterFiles written = write_lobster(tape, arguments.out, name);
      files.push_back({{"scenario", arguments.scenarios[i]},
                       {"messages", tape.size()},
                       {"message_file", written.message.string()},
                       {"orderbook_file", written.orderbook.string()}});
      text += fmt::format("scenario {}: {} messages\n  {}\n  {}\n", arguments.scenarios[i], tape.size(),
                          written.message.string(), written.orderbook.string());
    }
  }
  console.result(arguments.json ? files.dump(1) + "\n" : text);
}

}  // namespace

Command add_export(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* app = program.add_subcommand("export", "Write scenarios of an order-book run message by message");
  app->add_option("run", arguments->run, "Run folder")->required()->type_name("RUN");
  app->add_option("--scenario", arguments->scenarios, "Numbers, from 0")->required()->delimiter(',')->type_name("IDS");
  app->add_option("-o,--output", arguments->out, "Folder for the files")->required()->type_name("DIR");
  app->add_option("--format", arguments->format, "lobster: message and order-book files (the only one so far)")
      ->check(CLI::IsMember({"lobster"}));
  app->add_option("--date", arguments->date, "In the files' names, as YYYY-MM-DD (2000-01-01)")->type_name("DATE");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer("Example:  marketmimic export run --scenario 0,1,2 -o tapes");
  return {app, [arguments](const Console& console) { export_scenarios(*arguments, console); }};
}

}  // namespace marketmimic
