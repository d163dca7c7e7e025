#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/error.hpp"
#include "host/export/choice.hpp"
#include "host/export/csv.hpp"
#include "host/export/d4rl.hpp"
#include "host/export/minari.hpp"
#include "host/export/robomimic.hpp"
#include "host/file/new_folder.hpp"
#include "host/flow/export_tape.hpp"
#include "host/readable.hpp"
#include "host/report/selection.hpp"
#include "host/run/run_folder.hpp"
#include "host/tape/lobster.hpp"
#include "tools/arguments.hpp"
#include "tools/new_file.hpp"
#include "tools/new_folder.hpp"
#include "tools/progress_bar.hpp"
#include "tools/stop_signals.hpp"
#include "tools/whole_number.hpp"

namespace marketmimic {
namespace {

struct ExportArguments {
  std::string run, out, format;
  std::vector<std::string> scenarios;
  std::optional<std::string> accepted, dataset_id, date;
  bool successes = false, split = false, force = false, json = false;
};

/// What was written, for people and for machines.
struct Result {
  std::string text;
  nlohmann::ordered_json json;
};

/// `7`, or `0-999` (both are exported); nothing when it is neither.
std::optional<Scenarios> parse_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const std::optional<std::uint64_t> first = whole_number(text.substr(0, dash));
  const std::optional<std::uint64_t> last = dash == text.npos ? first : whole_number(text.substr(dash + 1));
  constexpr std::uint64_t most = 1'000'000'000'000;
  if (!first || !last || *first > *last || *last > most) return std::nullopt;
  return Scenarios{*first, *last - *first + 1};
}

/// Such, with commas between them. CLI11's own lists would leave out what is empty, where a number was forgotten.
void add_ranges(const std::string& text, std::vector<Scenarios>& ranges) {
  std::size_t begin = 0, end;
  do {
    end = std::min(text.find(',', begin), text.size());
    const std::optional<Scenarios> range = parse_range(std::string_view(text).substr(begin, end - begin));
    if (!range)
      throw Error(ExitCode::usage,
                  fmt::format("--scenario must be numbers and ranges from 0, as 0,1,2 or 0-999 (got '{}')", text));
    ranges.push_back(*range);
    begin = end + 1;
  } while (end < text.size());
}

/// A flag that only one format knows.
void require_format(const ExportArguments& arguments, bool given, std::string_view flag, std::string_view format) {
  if (given && arguments.format != format)
    throw Error(ExitCode::usage, fmt::format("{} belongs to --format {}", flag, format));
}

std::vector<Scenarios> chosen(const ExportArguments& arguments, const Simulation& simulation) {
  ScenarioChoice choice;
  for (const std::string& text : arguments.scenarios) add_ranges(text, choice.numbers);
  choice.successes = arguments.successes;
  if (arguments.accepted) choice.accepted = read_selection(*arguments.accepted, simulation);
  return chosen_scenarios(simulation, arguments.run, choice);
}

/// The folder that is written, where the format is no single file.
std::optional<std::filesystem::path> folder_of(const ExportArguments& arguments, const Simulation& simulation) {
  if (arguments.format == "minari")
    return std::filesystem::path(arguments.out) / arguments.dataset_id.value_or(default_dataset_id(simulation));
  if (arguments.format == "lobster" || arguments.split) return arguments.out;
  return std::nullopt;
}

/// By its name, a file of this format's folders.
bool is_result(const ExportArguments& arguments, std::string_view name) {
  if (arguments.format == "minari") return name == "metadata.json" || name == "main_data.hdf5";
  if (arguments.format == "csv") return name.starts_with("scenario-") && name.ends_with(".csv");
  return name.ends_with(".csv") && (name.find("_message_") != name.npos || name.find("_orderbook_") != name.npos);
}

void require_new(const ExportArguments& arguments, const std::optional<std::filesystem::path>& folder) {
  require_outside(arguments.out, arguments.run);
  if (arguments.accepted) require_other_file(arguments.out, {*arguments.accepted});
  if (!folder) return require_new_file(arguments.out, arguments.force);
  require_new_folder(*folder, arguments.force, [&](const std::string& name) { return is_result(arguments, name); });
}

Result export_lobster(const ExportArguments& arguments, const Simulation& simulation,
                      const std::vector<Scenarios>& ranges, const ExportOptions& options) {
  const ScenarioSettings& settings = simulation.settings();
  LobsterName name;
  name.date = arguments.date.value_or("2000-01-01");
  name.start_ms = settings.random_clock != 0 ? 0 : std::int64_t{settings.clock} * 1000;
  name.end_ms = name.start_ms + std::int64_t{simulation.job.steps} * simulation.job.step_seconds * 1000;
  std::uint64_t episodes = 0, done = 0;
  for (const Scenarios& range : ranges) episodes += range.count;
  NewFolder folder(arguments.out);
  Result result{{}, nlohmann::ordered_json::array()};
  for (const Scenarios& range : ranges) {
    for (std::uint64_t id = range.first; id < range.end(); ++id) {
      const Tape tape = export_tape(simulation, id);
      name.ticker = fmt::format("{}-{}", simulation.market.asset, id);
      const LobsterFiles written = write_lobster(tape, folder.temporary(), name);
      const std::string message = (arguments.out / written.message.filename()).string();
      const std::string orderbook = (arguments.out / written.orderbook.filename()).string();
      result.json.push_back(
          {{"scenario", id}, {"messages", tape.size()}, {"message_file", message}, {"orderbook_file", orderbook}});
      result.text += fmt::format("scenario {}: {} messages\n  {}\n  {}\n", id, tape.size(), message, orderbook);
      options.tell(++done, episodes);
    }
  }
  folder.publish();
  return result;
}

/// Of formats that hold episodes, with how they are read.
Result result_of(const ExportArguments& arguments, const EpisodeSource& source, const std::string& output,
                 std::uint64_t bytes) {
  const Job& job = source.simulation().job;
  const std::uint64_t steps = job.rows();
  const std::string each = job.stride == 1 ? "" : fmt::format(", each of {} of the simulation", job.stride);
  Result result;
  result.json = {{"format", arguments.format},   {"output", output}, {"scenarios", source.episodes()}, {"steps", steps},
                 {"replayed", source.replays()}, {"bytes", bytes}};
  result.text = fmt::format("exported  {} of {}{}{}\n{:<8}  {} ({})\n", counted(source.episodes(), "scenario"),
                            counted(steps, "step"), each, source.replays() ? ", replayed" : "", arguments.format,
                            output, readable_bytes(bytes));
  return result;
}

Result export_episodes(const ExportArguments& arguments, const Simulation& simulation, std::vector<Scenarios> ranges,
                       const std::optional<std::filesystem::path>& folder, const ExportOptions& options) {
  const std::string& format = arguments.format;
  std::vector<Column> wanted = format == "csv"         ? full_schema(simulation, simulation.job.stride).columns
                               : format == "robomimic" ? robomimic_columns(simulation)
                                                       : learning_columns(simulation);
  const EpisodeSource source(simulation, arguments.run, std::move(ranges), std::move(wanted));
  if (format == "minari") {
    const std::string id = arguments.dataset_id.value_or(default_dataset_id(simulation));
    Result result = result_of(arguments, source, folder->string(), export_minari(source, *folder, id, options));
    result.json["dataset_id"] = id;
    result.text += fmt::format("load      minari.load_dataset(\"{}\") with MINARI_DATASETS_PATH={}\n", id,
                               std::filesystem::absolute(arguments.out).lexically_normal().string());
    return result;
  }
  const std::uint64_t bytes = arguments.split         ? export_csv_files(source, arguments.out, options)
                              : format == "csv"       ? export_csv(source, arguments.out, options)
                              : format == "robomimic" ? export_robomimic(source, arguments.out, options)
                                                      : export_d4rl(source, arguments.out, options);
  return result_of(arguments, source, arguments.out, bytes);
}

void export_run(const ExportArguments& arguments, const Console& console) {
  require_format(arguments, arguments.dataset_id.has_value(), "--dataset-id", "minari");
  require_format(arguments, arguments.date.has_value(), "--date", "lobster");
  require_format(arguments, arguments.split, "--split", "csv");
  if (arguments.dataset_id) require_dataset_id(*arguments.dataset_id);
  const Simulation simulation = open_run(arguments.run);
  const std::optional<std::filesystem::path> folder = folder_of(arguments, simulation);
  require_new(arguments, folder);
  const std::vector<Scenarios> ranges = chosen(arguments, simulation);
  const StopSignals signals;
  const Result result = [&] {
    ProgressBar bar(console, "export");
    const ExportOptions options{&signals.flag(), [&](double done) { bar.show(done, "writing"); }};
    return arguments.format == "lobster" ? export_lobster(arguments, simulation, ranges, options)
                                         : export_episodes(arguments, simulation, ranges, folder, options);
  }();
  console.result(arguments.json ? result.json.dump(1) + "\n" : result.text);
}

}  // namespace

Command add_export(CLI::App& program) {
  const auto arguments = std::make_shared<ExportArguments>();
  CLI::App* app = program.add_subcommand("export", "Write scenarios of a run for Minari, robomimic, D4RL and others");
  app->add_option("run", arguments->run, "Run folder, finished or interrupted")->required()->type_name("RUN");
  app->add_option("--format", arguments->format,
                  "minari; robomimic, as MimicGen extends it; d4rl: flat arrays; csv: a line a step; lobster: order "
                  "books message by message")
      ->required()
      ->check(CLI::IsMember({"minari", "robomimic", "d4rl", "csv", "lobster"}))
      ->type_name("FORMAT");
  app->add_option("-o,--output", arguments->out,
                  "File to write; a folder for lobster and --split, the root of datasets for minari")
      ->required()
      ->type_name("PATH");
  app->add_option("--scenario", arguments->scenarios, "Numbers and ranges, from 0, as 0,1,10-19; without it all")
      ->type_name("IDS");
  app->add_flag("--successes", arguments->successes, "Those that succeeded alone");
  add_text(*app, "--accepted", arguments->accepted, "FILE", "Those alone that marketmimic accept chose");
  add_text(*app, "--dataset-id", arguments->dataset_id, "ID",
           "minari: name of the dataset, NAMESPACE/NAME-vN (marketmimic/ASSET-v0)");
  app->add_flag("--split", arguments->split, "csv: a file for each scenario, in a folder");
  add_text(*app, "--date", arguments->date, "DATE", "lobster: in the files' names, as YYYY-MM-DD (2000-01-01)");
  app->add_flag("--force", arguments->force, "Replace the file, or the folder that an export wrote");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer("Example:  marketmimic export run --format robomimic --successes -o demonstrations.hdf5");
  return {app, [arguments](const Console& console) { export_run(*arguments, console); }};
}

}  // namespace marketmimic
