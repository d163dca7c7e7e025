#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "host/decomposition/inspection.hpp"
#include "host/decomposition/strategy_file.hpp"
#include "tools/arguments.hpp"

namespace marketmimic {

Command add_inspect(CLI::App& program) {
  struct InspectArguments {
    std::string strategy;
    bool json = false;
  };
  const auto arguments = std::make_shared<InspectArguments>();
  CLI::App* app = program.add_subcommand("inspect", "Tell what a strategy consists of");
  app->add_option("strategy", arguments->strategy, "Strategy file (HDF5), as decompose writes it")
      ->required()
      ->type_name("FILE");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer("Example:  marketmimic inspect strategy.h5");
  return {app, [arguments](const Console& console) {
            const Strategy strategy = read_strategy_file(arguments->strategy);
            const Inspection found = inspect(strategy);
            console.result(arguments->json ? inspection_json(strategy, found).dump(1) + "\n"
                                           : inspection_text(strategy, found));
          }};
}

}  // namespace marketmimic
