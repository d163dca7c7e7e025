#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/error.hpp"
#include "host/realism/validate.hpp"
#include "tools/arguments.hpp"
#include "tools/progress_bar.hpp"

namespace marketmimic {
namespace {

struct Arguments {
  std::vector<std::string> files, reference;
  std::optional<std::uint64_t> threads;
  bool json = false;
};

void validate_files(const Arguments& arguments, const Console& console) {
  BootstrapOptions options;
  options.threads = static_cast<unsigned>(arguments.threads.value_or(1));
  Validated validated;
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
  }
  const Validation& validation = validated.validation;
  for (const std::string& notice : validation.notices) console.notice(notice);
  console.result(arguments.json ? json_report(validation).dump(1) + "\n" : text_report(validation));
  if (validation.violations() != 0)
    throw Error(ExitCode::verification_failed,
                fmt::format("{}: {} violations of invariants; the report counts each kind", arguments.files.front(),
                            validation.violations()));
}

}  // namespace

Command add_validate(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* app = program.add_subcommand("validate", "Judge a market's realism: scores, memory, stylised facts");
  app->add_option("files", arguments->files,
                  "A LOBSTER message and order book file, an order log, price bars, or a run folder")
      ->required()
      ->type_name("FILE");
  app->add_option("--reference", arguments->reference, "What it should be like: files of these kinds")
      ->type_name("FILE");
  add_whole(*app, "--threads", arguments->threads, 1, 1024, "Results don't depend on it (1)");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer(
      "Example:  marketmimic validate made_message.csv made_orderbook.csv --reference message.csv orderbook.csv");
  return {app, [arguments](const Console& console) { validate_files(*arguments, console); }};
}

}  // namespace marketmimic
