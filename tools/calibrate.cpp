#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>

#include "host/calibration/calibrate.hpp"
#include "host/calibration/report.hpp"
#include "host/config/market_file.hpp"
#include "host/file/file.hpp"
#include "host/input/bars.hpp"
#include "tools/arguments.hpp"
#include "tools/new_file.hpp"
#include "tools/progress_bar.hpp"

namespace marketmimic {
namespace {

struct Arguments {
  std::string bars, out;
  std::optional<std::string> symbol;
  std::optional<std::uint64_t> series, seed, threads;
  bool force = false, json = false, hold_out = false;
};

void calibrate_market(const Arguments& arguments, const Console& console) {
  require_new_file(arguments.out, arguments.force);
  require_other_file(arguments.out, {arguments.bars});
  const Bars bars = read_bars(arguments.bars, arguments.symbol);
  console.notice(summary(bars));

  CalibrationOptions options;
  options.series = static_cast<std::uint32_t>(arguments.series.value_or(options.series));
  if (arguments.hold_out) options.judge_on = JudgeOn::second_half;
  options.seed = arguments.seed.value_or(options.seed);
  options.threads =
      static_cast<unsigned>(arguments.threads.value_or(std::max(1u, std::thread::hardware_concurrency())));
  Calibration calibration;
  {
    ProgressBar bar(console, "calibrate");
    options.progress = [&](std::string_view stage, double done) { bar.show(done, stage); };
    calibration = calibrate(bars, options);
  }
  for (const std::string& notice : calibration.notices) console.notice(notice);
  publish_text(arguments.out, market_text(calibration.market, Comments::with));

  if (arguments.json) {
    nlohmann::json report = json_report(calibration);
    report["file"] = arguments.out;
    return console.result(report.dump(1) + "\n");
  }
  console.result(text_report(calibration) + fmt::format("\nmarket  {}\n", arguments.out));
}

}  // namespace

Command add_calibrate(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* app = program.add_subcommand("calibrate", "Fit the market model to price bars");
  app->add_option("--bars", arguments->bars, "Price bars: CSV or JSON, plain or gzip")->required()->type_name("FILE");
  app->add_option("-o,--output", arguments->out, "Market file to write (TOML)")->required()->type_name("FILE");
  add_text(*app, "--symbol", arguments->symbol, "NAME", "Which symbol to read where the file holds several");
  add_whole(*app, "--series", arguments->series, 16, 100'000, "Simulated series that judge the fit (200)");
  add_whole(*app, "--seed", arguments->seed, 0, std::numeric_limits<std::int64_t>::max(), "Of the fit (1)");
  add_whole(*app, "--threads", arguments->threads, 1, 1024, "One a core unless given; results don't depend on it");
  app->add_flag("--hold-out", arguments->hold_out, "Fit the first half of the bars only, and judge by the second");
  app->add_flag("--force", arguments->force, "Replace the output file if it exists");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer("Example:  marketmimic calibrate --bars btcusdt_5m.csv.gz -o market.toml");
  return {app, [arguments](const Console& console) { calibrate_market(*arguments, console); }};
}

}  // namespace marketmimic
