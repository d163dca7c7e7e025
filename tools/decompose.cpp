#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/config/names.hpp"
#include "host/decomposition/decompose.hpp"
#include "host/decomposition/join.hpp"
#include "host/decomposition/report.hpp"
#include "host/decomposition/strategy_file.hpp"
#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/input/bars.hpp"
#include "host/input/fills.hpp"
#include "host/input/time.hpp"
#include "host/picture/demonstration_picture.hpp"
#include "host/realism/book_bars.hpp"
#include "tools/arguments.hpp"
#include "tools/new_file.hpp"

namespace marketmimic {
namespace {

struct DecomposeArguments {
  std::vector<std::string> fills, bars, book, symbols, columns;
  std::string out;
  std::optional<std::string> picture, time_zone, definitions, date;
  std::optional<std::uint64_t> step_seconds, rotations, bar_seconds;
  std::string form{kDmpFormNames[static_cast<std::size_t>(DecompositionOptions{}.form)]};
  bool force = false, json = false;
};

/// A trade log and the bars of its time.
struct Log {
  std::string fills, bars;  ///< no `bars` where there is an order book
  std::optional<std::string> symbol;
};

/// Every flag stands once for all logs, or once for each.
std::vector<Log> logs_of(const DecomposeArguments& arguments) {
  const std::size_t count = std::max({arguments.fills.size(), arguments.bars.size(), arguments.symbols.size()});
  const auto pick = [count](const char* flag, const std::vector<std::string>& values, std::size_t i) {
    if (values.size() != 1 && values.size() != count)
      throw Error(ExitCode::usage, fmt::format("{} is given {} times for {} logs: give it once, or once for each log",
                                               flag, values.size(), count));
    return values.size() == 1 ? values.front() : values[i];
  };
  std::vector<Log> logs;
  for (std::size_t i = 0; i < count; ++i) {
    logs.push_back({pick("--fills", arguments.fills, i), "", std::nullopt});
    if (arguments.book.empty()) logs.back().bars = pick("--bars", arguments.bars, i);
    if (!arguments.symbols.empty()) logs.back().symbol = pick("--symbol", arguments.symbols, i);
  }
  return logs;
}

/// Either bars or an order book, and what belongs to it.
void check_market(const DecomposeArguments& arguments) {
  const bool book = !arguments.book.empty();
  const auto refuse = [](const char* why) { throw Error(ExitCode::usage, why); };
  if (book == !arguments.bars.empty()) refuse("give the market of the log, as --bars or as --book");
  if (book && arguments.fills.size() > 1) refuse("--book is for one log: decompose the others with bars of their own");
  if (!book && (arguments.bar_seconds || arguments.date)) refuse("--bar-seconds and --date belong to --book");
}

Bars market_of(const Log& log, const DecomposeArguments& arguments, const Console& console) {
  if (!log.bars.empty()) return read_bars(log.bars, log.symbol);
  constexpr std::uint64_t minute = 60;
  std::vector<std::string> notices;
  Bars bars = read_book_bars(arguments.book, 1000 * static_cast<std::int64_t>(arguments.bar_seconds.value_or(minute)),
                             arguments.date, notices);
  for (const std::string& notice : notices) console.notice(notice);
  return bars;
}

Decomposition decompose_log(const Log& log, const Bars& bars, LogFormat format, const DecompositionOptions& options,
                            const Console& console) {
  format.symbol = log.symbol;
  const Fills fills = read_fills(log.fills, format);
  require_overlap(fills, bars);
  console.notice(summary(bars));
  console.notice(summary(fills));
  Decomposition decomposition = decompose(fills, bars, options);
  for (const std::string& notice : decomposition.notices) console.notice(notice);
  return decomposition;
}

void require_done(const std::vector<BoundaryEdit>& edits, const std::vector<bool>& done) {
  for (std::size_t i = 0; i < edits.size(); ++i)
    if (!done[i])
      throw Error(ExitCode::usage,
                  fmt::format("{}: no position is held at {} in any log it is about; a boundary lies within one",
                              edits[i].place, format_time(edits[i].at_ms)));
}

void decompose_logs(const DecomposeArguments& arguments, const Console& console) {
  check_market(arguments);
  const std::vector<Log> logs = logs_of(arguments);
  std::vector<std::filesystem::path> inputs(arguments.fills.begin(), arguments.fills.end());
  inputs.insert(inputs.end(), arguments.bars.begin(), arguments.bars.end());
  inputs.insert(inputs.end(), arguments.book.begin(), arguments.book.end());
  if (arguments.definitions) inputs.emplace_back(*arguments.definitions);
  require_new_file(arguments.out, arguments.force);
  require_other_file(arguments.out, inputs);
  if (arguments.picture) {
    if (logs.size() > 1) throw Error(ExitCode::usage, "--picture draws one log: decompose each alone for its picture");
    inputs.push_back(arguments.out);
    require_new_file(*arguments.picture, arguments.force);
    require_other_file(*arguments.picture, inputs);
  }
  LogFormat format;
  for (const std::string& column : arguments.columns) format.columns.push_back(parse_column(column));
  if (arguments.time_zone) format.utc_offset_ms = parse_utc_offset(*arguments.time_zone);
  DecompositionOptions options;
  options.step_seconds = static_cast<std::uint32_t>(arguments.step_seconds.value_or(options.step_seconds));
  options.rotations = arguments.rotations.value_or(options.rotations);
  const auto form = std::find(kDmpFormNames.begin(), kDmpFormNames.end(), arguments.form);
  options.form = static_cast<DmpForm>(form - kDmpFormNames.begin());

  if (arguments.definitions) options.definitions = read_definitions_file(*arguments.definitions);
  std::vector<bool> edits_done(options.definitions.boundaries.size(), false);

  std::string text, png;
  nlohmann::json reports = nlohmann::json::array();
  std::vector<Strategy> strategies;
  for (const Log& log : logs) {
    Decomposition decomposition = decompose_log(log, market_of(log, arguments, console), format, options, console);
    if (arguments.picture) png = demonstration_png(decomposition.picture);  // fails before anything is written
    for (std::size_t i = 0; i < edits_done.size(); ++i) edits_done[i] = edits_done[i] || decomposition.edits_done[i];
    text += report_text(decomposition) + "\n";
    reports.push_back(report_json(decomposition));
    strategies.push_back(std::move(decomposition.strategy));
  }
  require_done(options.definitions.boundaries, edits_done);
  const Strategy strategy = joined(strategies);
  write_strategy_file(strategy, arguments.out);
  if (arguments.picture) publish_text(*arguments.picture, png);

  if (arguments.json) {
    nlohmann::json report = logs.size() == 1 ? reports.front() : nlohmann::json{{"logs", reports}};
    report["file"] = arguments.out;
    constexpr auto anything = nlohmann::json::error_handler_t::replace;  // a file's name may be no UTF-8
    return console.result(report.dump(1, ' ', false, anything) + "\n");
  }
  text += fmt::format("strategy  {}", arguments.out);
  if (logs.size() > 1)
    text += fmt::format(": {} primitives in {} cycles of {} logs", strategy.primitives.size(), strategy.cycles.size(),
                        logs.size());
  text += "\n";
  if (arguments.picture) text += fmt::format("picture   {}\n", *arguments.picture);
  console.result(text);
}

/// A flag that may be given again, each time with one value.
CLI::Option* add_list(CLI::App& app, const std::string& flag, std::vector<std::string>& values, const std::string& kind,
                      const std::string& meaning) {
  return app.add_option(flag, values, meaning)->type_name(kind)->allow_extra_args(false);
}

}  // namespace

Command add_decompose(CLI::App& program) {
  const auto arguments = std::make_shared<DecomposeArguments>();
  CLI::App* app = program.add_subcommand("decompose", "Cut a trade log into strategy primitives");
  add_list(*app, "--fills", arguments->fills, "FILE",
           "Executions, orders or round trips: CSV, plain or gzip; again for several logs")
      ->required();
  add_list(*app, "--bars", arguments->bars, "FILE",
           "Price bars of the same time: CSV or JSON, plain or gzip; once, or again for each log");
  app->add_option("--book", arguments->book,
                  "In place of bars: recorded order flow, a LOBSTER message and order book file or an order log")
      ->type_name("FILE")
      ->expected(1, 2);
  add_whole(*app, "--bar-seconds", arguments->bar_seconds, 1, 86'400, "Of the bars made of an order book [s] (60)");
  add_text(*app, "--date", arguments->date, "YYYY-MM-DD",
           "Whose midnight a LOBSTER file counts from; else as in its name");
  app->add_option("-o,--output", arguments->out, "Strategy file to write (HDF5)")->required()->type_name("FILE");
  add_text(*app, "--picture", arguments->picture, "FILE", "Also draw the demonstration (PNG)");
  add_list(*app, "--symbol", arguments->symbols, "NAME",
           "Which symbol to read where a file holds several; once, or again for each log");
  add_list(*app, "--column", arguments->columns, "NAME=HEADER",
           "What the logs call a column, such as price=\"Avg. Price\"; again for each column");
  add_text(*app, "--time-zone", arguments->time_zone, "OFFSET",
           "Zone of times in the logs that state none, such as +02:00 (UTC)");
  add_text(*app, "--definitions", arguments->definitions, "FILE",
           "Kinds of primitives and boundaries of your own (TOML)");
  add_whole(*app, "--step-seconds", arguments->step_seconds, 1, 86'400, "Decision interval [s] (60)");
  add_whole(*app, "--rotations", arguments->rotations, 0, 100'000,
            "Of the bars against the log, to tell kinds from chance; 0: none (199)");
  app->add_option("--form", arguments->form, "Of the movement primitives: how they set out for their goal")
      ->check(CLI::IsMember(std::vector<std::string>(kDmpFormNames.begin(), kDmpFormNames.end())))
      ->capture_default_str();
  app->add_flag("--force", arguments->force, "Replace output files if they exist");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer(
      "Example:  marketmimic decompose --fills fills.csv --bars bars.csv -o strategy.h5 --picture strategy.png");
  return {app, [arguments](const Console& console) { decompose_logs(*arguments, console); }};
}

}  // namespace marketmimic
