#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "host/calibration/calibrate.hpp"
#include "host/calibration/report.hpp"
#include "host/config/market_file.hpp"
#include "host/file/file.hpp"
#include "host/flow/calibrate_tape.hpp"
#include "host/input/bars.hpp"
#include "host/tape/lobster.hpp"
#include "host/tape/order_log.hpp"
#include "tools/arguments.hpp"
#include "tools/new_file.hpp"
#include "tools/progress_bar.hpp"

namespace marketmimic {
namespace {

struct CalibrateArguments {
  std::string bars, l3, out;
  std::vector<std::string> lobster;
  std::optional<std::string> symbol;
  std::optional<std::uint64_t> series, seed, threads;
  bool force = false, json = false, hold_out = false;
};

/// Writes the market file and says how good the fit is, whichever market it is.
template <class Fit>
void publish(const Fit& calibration, const CalibrateArguments& arguments, const Console& console) {
  for (const std::string& notice : calibration.notices) console.notice(notice);
  publish_text(arguments.out, market_text(calibration.market, Comments::with));
  if (arguments.json) {
    nlohmann::json report = json_report(calibration);
    report["file"] = arguments.out;
    return console.result(report.dump(1) + "\n");
  }
  console.result(text_report(calibration) + fmt::format("\nmarket  {}\n", arguments.out));
}

void calibrate_order_book(const CalibrateArguments& arguments, const Console& console) {
  TapeCalibrationOptions options;
  options.hold_out = arguments.hold_out;
  options.series = static_cast<std::uint32_t>(arguments.series.value_or(options.series));
  options.seed = arguments.seed.value_or(options.seed);
  options.asset = arguments.symbol.value_or("");
  TapeCalibration calibration;
  {
    ProgressBar bar(console, "calibrate");
    bar.show(0.0, "reading");
    Tape tape;
    if (arguments.l3.empty()) {
      tape = read_lobster(arguments.lobster[0], arguments.lobster[1]);
    } else {
      const OrderLogOptions log;
      tape = read_order_log(arguments.l3, log);
      options.lot = 1e-8 * static_cast<double>(log.lot);
    }
    for (const std::string& notice : tape.notices) console.notice(notice);
    bar.show(0.2, "fitting");
    calibration = calibrate_tape(tape, options);
  }
  publish(calibration, arguments, console);
}

void calibrate_market(const CalibrateArguments& arguments, const Console& console) {
  require_new_file(arguments.out, arguments.force);
  std::vector<std::string> inputs = arguments.lobster;
  for (const std::string& input : {arguments.bars, arguments.l3}) {
    if (!input.empty()) inputs.push_back(input);
  }
  for (const std::string& input : inputs) require_other_file(arguments.out, {input});
  if (arguments.bars.empty()) return calibrate_order_book(arguments, console);
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
  publish(calibration, arguments, console);
}

}  // namespace

Command add_calibrate(CLI::App& program) {
  const auto arguments = std::make_shared<CalibrateArguments>();
  CLI::App* app =
      program.add_subcommand("calibrate", "Fit a market model: a diffusion to bars, an order book to messages");
  CLI::Option_group* source = app->add_option_group("Data", "What to fit to");
  source->add_option("--bars", arguments->bars, "Price bars: CSV or JSON, plain or gzip")->type_name("FILE");
  source->add_option("--lobster", arguments->lobster, "A LOBSTER pair: message file and order-book file, any depth")
      ->expected(2)
      ->type_name("MESSAGE ORDERBOOK");
  source->add_option("--l3", arguments->l3, "A log of single orders (created, changed, deleted)")->type_name("FILE");
  source->require_option(1);
  app->add_option("-o,--output", arguments->out, "Market file to write (TOML)")->required()->type_name("FILE");
  add_text(*app, "--symbol", arguments->symbol, "NAME",
           "Which symbol to read where the file holds several; the name of a tape's");
  add_whole(*app, "--series", arguments->series, 1, 100'000, "Simulated series that judge the fit (bars 200, tapes 5)");
  add_whole(*app, "--seed", arguments->seed, 0, std::numeric_limits<std::int64_t>::max(), "Of the fit (1)");
  add_whole(*app, "--threads", arguments->threads, 1, 1024, "One a core unless given; results don't depend on it");
  app->add_flag("--hold-out", arguments->hold_out, "Fit the first half of the data only, and judge by the second");
  app->add_flag("--force", arguments->force, "Replace the output file if it exists");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer(
      "Example:  marketmimic calibrate --bars btcusdt_5m.csv.gz -o market.toml\n"
      "          marketmimic calibrate --lobster AMZN_message_1.csv.gz AMZN_orderbook_1.csv.gz --hold-out -o "
      "amzn.toml");
  return {app, [arguments](const Console& console) { calibrate_market(*arguments, console); }};
}

}  // namespace marketmimic
