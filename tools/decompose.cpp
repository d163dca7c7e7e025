#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/config/names.hpp"
#include "host/decomposition/decompose.hpp"
#include "host/decomposition/report.hpp"
#include "host/decomposition/strategy_file.hpp"
#include "host/file/file.hpp"
#include "host/input/bars.hpp"
#include "host/input/fills.hpp"
#include "host/picture/demonstration_picture.hpp"
#include "tools/arguments.hpp"
#include "tools/new_file.hpp"

namespace marketmimic {
namespace {

struct Arguments {
  std::string fills, bars, out;
  std::optional<std::string> picture, symbol;
  std::optional<std::uint64_t> step_seconds;
  std::string form{kDmpFormNames[static_cast<std::size_t>(DecompositionOptions{}.form)]};
  bool force = false, json = false;
};

void decompose_log(const Arguments& arguments, const Console& console) {
  require_new_file(arguments.out, arguments.force);
  require_other_file(arguments.out, {arguments.bars, arguments.fills});
  if (arguments.picture) {
    require_new_file(*arguments.picture, arguments.force);
    require_other_file(*arguments.picture, {arguments.bars, arguments.fills, arguments.out});
  }
  const Bars bars = read_bars(arguments.bars, arguments.symbol);
  const Fills fills = read_fills(arguments.fills, arguments.symbol);
  require_overlap(fills, bars);
  console.notice(summary(bars));
  console.notice(summary(fills));

  DecompositionOptions options;
  options.step_seconds = static_cast<std::uint32_t>(arguments.step_seconds.value_or(options.step_seconds));
  const auto form = std::find(kDmpFormNames.begin(), kDmpFormNames.end(), arguments.form);
  options.form = static_cast<DmpForm>(form - kDmpFormNames.begin());
  const Decomposition decomposition = decompose(fills, bars, options);
  for (const std::string& notice : decomposition.notices) console.notice(notice);
  std::string png;
  if (arguments.picture) png = demonstration_png(decomposition.picture);  // fails before anything is written
  write_strategy_file(decomposition.strategy, arguments.out);
  if (arguments.picture) publish_text(*arguments.picture, png);

  if (arguments.json) {
    nlohmann::json report = report_json(decomposition);
    report["file"] = arguments.out;
    return console.result(report.dump(1) + "\n");
  }
  std::string text = report_text(decomposition) + fmt::format("\nstrategy  {}\n", arguments.out);
  if (arguments.picture) text += fmt::format("picture   {}\n", *arguments.picture);
  console.result(text);
}

}  // namespace

Command add_decompose(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* app = program.add_subcommand("decompose", "Cut a trade log into strategy primitives");
  app->add_option("--fills", arguments->fills, "Executions or round trips: CSV, plain or gzip")
      ->required()
      ->type_name("FILE");
  app->add_option("--bars", arguments->bars, "Price bars of the same time: CSV or JSON, plain or gzip")
      ->required()
      ->type_name("FILE");
  app->add_option("-o,--output", arguments->out, "Strategy file to write (HDF5)")->required()->type_name("FILE");
  add_text(*app, "--picture", arguments->picture, "FILE", "Also draw the demonstration (PNG)");
  add_text(*app, "--symbol", arguments->symbol, "NAME", "Which symbol to read where a file holds several");
  add_whole(*app, "--step-seconds", arguments->step_seconds, 1, 86'400, "Decision interval [s] (60)");
  app->add_option("--form", arguments->form, "Of the movement primitives: how they set out for their goal")
      ->check(CLI::IsMember(std::vector<std::string>(kDmpFormNames.begin(), kDmpFormNames.end())))
      ->capture_default_str();
  app->add_flag("--force", arguments->force, "Replace output files if they exist");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer(
      "Example:  marketmimic decompose --fills fills.csv --bars bars.csv -o strategy.h5 --picture strategy.png");
  return {app, [arguments](const Console& console) { decompose_log(*arguments, console); }};
}

}  // namespace marketmimic
