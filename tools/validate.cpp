#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "host/error.hpp"
#include "host/file/file.hpp"
#include "host/picture/panels_picture.hpp"
#include "host/realism/panels.hpp"
#include "host/realism/validate.hpp"
#include "tools/arguments.hpp"
#include "tools/new_file.hpp"
#include "tools/progress_bar.hpp"

namespace marketmimic {
namespace {

struct ValidateArguments {
  std::vector<std::string> files, reference;
  std::optional<std::uint64_t> threads;
  std::optional<std::string> picture;
  bool force = false, json = false;
};

bool is_folder(const std::string& name) {
  std::error_code ignored;
  return std::filesystem::is_directory(name, ignored);
}

/// The last part of a path: what a legend has room for.
std::string short_name(const std::string& path) {
  const std::filesystem::path named(path);
  return (named.has_filename() ? named : named.parent_path()).filename().string();
}

std::string picture_of(const ValidateArguments& arguments, const Validated& validated, const DataSource& source,
                       const DataSource* reference) {
  const std::string judged = short_name(arguments.files.front());
  const bool halves = validated.validation.tape && validated.validation.tape->reference.empty();
  const std::vector<Panel> panels = panels_of(validated, source, reference);
  if (halves) return panels_png(panels, "Realism: " + judged, "second half", "first half");
  const std::string beside = validated.series.reference ? short_name(validated.series.reference->source) : "";
  return panels_png(panels, "Realism", judged, beside);
}

void validate_files(const ValidateArguments& arguments, const Console& console) {
  if (arguments.picture) {
    require_new_file(*arguments.picture, arguments.force);
    for (const std::vector<std::string>* const inputs : {&arguments.files, &arguments.reference}) {
      for (const std::string& input : *inputs) {
        require_other_file(*arguments.picture, {input});
        if (is_folder(input)) require_outside(*arguments.picture, input);
      }
    }
  }
  BootstrapOptions options;
  options.threads = static_cast<unsigned>(arguments.threads.value_or(1));
  Validated validated;
  std::string png;
  {
    ProgressBar bar(console, "validate");
    bar.show(0.0, "reading");
    const DataSource source = read_source(arguments.files, "FILE");
    std::optional<DataSource> reference;
    if (!arguments.reference.empty()) {
      bar.show(0.2, "reading the reference");
      reference = read_source(arguments.reference, "--reference");
    }
    bar.show(0.4, "comparing");
    validated = validate(source, reference ? &*reference : nullptr, options);
    bar.show(0.9, "drawing");
    if (arguments.picture) png = picture_of(arguments, validated, source, reference ? &*reference : nullptr);
  }
  const Validation& validation = validated.validation;
  for (const std::string& notice : validation.notices) console.notice(notice);
  if (arguments.picture) publish_text(*arguments.picture, png);
  console.result(arguments.json ? json_report(validation).dump(1) + "\n" : text_report(validation));
  if (validation.violations() != 0)
    throw Error(ExitCode::verification_failed,
                fmt::format("{}: {} violations of invariants; the report counts each kind", arguments.files.front(),
                            validation.violations()));
}

}  // namespace

Command add_validate(CLI::App& program) {
  const auto arguments = std::make_shared<ValidateArguments>();
  CLI::App* app = program.add_subcommand("validate", "Judge a market's realism: scores, memory, stylised facts");
  app->add_option("files", arguments->files,
                  "A LOBSTER message and order book file, an order log, price bars, or a run folder")
      ->required()
      ->type_name("FILE");
  app->add_option("--reference", arguments->reference, "What it should be like: files of these kinds")
      ->type_name("FILE");
  add_whole(*app, "--threads", arguments->threads, 1, 1024, "Results don't depend on it (1)");
  add_text(*app, "--picture", arguments->picture, "FILE", "Draw it beside its reference (PNG)");
  app->add_flag("--force", arguments->force, "Replace the picture if it exists");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer(
      "Example:  marketmimic validate made_message.csv made_orderbook.csv --reference message.csv orderbook.csv");
  return {app, [arguments](const Console& console) { validate_files(*arguments, console); }};
}

}  // namespace marketmimic
