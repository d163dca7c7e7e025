#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/error.hpp"
#include "host/report/attempts.hpp"
#include "host/report/selection.hpp"
#include "host/run/run_folder.hpp"
#include "tools/arguments.hpp"
#include "tools/new_file.hpp"

namespace marketmimic {
namespace {

struct AcceptArguments {
  std::string run, out, balance{kBalanceNames[static_cast<std::size_t>(Balance::even)]};
  std::optional<std::uint64_t> most;
  bool force = false, json = false;
};

struct Totals {
  std::uint64_t attempts = 0, successes = 0;
  std::size_t with_success = 0;
};

Totals totals_of(const Selection& s) {
  Totals t;
  for (const SelectedBin& b : s.bins) {
    t.attempts += b.attempts.scenarios;
    t.successes += b.attempts.successes;
    t.with_success += b.attempts.successes > 0 ? 1 : 0;
  }
  return t;
}

std::string text_of(const Selection& s, const std::string& file) {
  const Totals t = totals_of(s);
  return fmt::format(
      "accepted    {} of {} successes, balance {}, of {} attempts\n"
      "bins        {} reached, {} with a success; {:.2f} % of attempts lie where none succeeded\n"
      "apart       {:.3f} from {} (all successes: {:.3f}){}\n"
      "selection   {}\n",
      s.id.size(), t.successes, kBalanceNames[static_cast<std::size_t>(s.balance)], t.attempts, s.bins.size(),
      t.with_success, 100 * s.never, s.apart, s.balance == Balance::none ? "the attempts" : "the balance",
      s.apart_unbalanced, s.balance == Balance::none ? "" : ", 0 with the weights", file);
}

nlohmann::ordered_json json_of(const Selection& s, const std::string& file) {
  const Totals t = totals_of(s);
  return {{"file", file},
          {"balance", kBalanceNames[static_cast<std::size_t>(s.balance)]},
          {"accepted", s.id.size()},
          {"successes", t.successes},
          {"attempts", t.attempts},
          {"bins", s.bins.size()},
          {"bins_with_success", t.with_success},
          {"never", s.never},
          {"apart", s.apart},
          {"apart_unbalanced", s.apart_unbalanced}};
}

void accept(const AcceptArguments& arguments, const Console& console) {
  require_new_file(arguments.out, arguments.force);
  require_outside(arguments.out, arguments.run);
  const Simulation simulation = open_run(arguments.run);
  const auto balance = std::find(kBalanceNames.begin(), kBalanceNames.end(), arguments.balance);
  const Selection selection = select_successes(simulation, arguments.run,
                                               static_cast<Balance>(balance - kBalanceNames.begin()), *arguments.most);
  write_selection(selection, simulation, arguments.out);
  console.result(arguments.json ? json_of(selection, arguments.out).dump(1) + "\n" : text_of(selection, arguments.out));
}

}  // namespace

Command add_accept(CLI::App& program) {
  const auto arguments = std::make_shared<AcceptArguments>();
  CLI::App* app = program.add_subcommand("accept", "Choose among a run's successes, balanced over scenario space");
  app->add_option("run", arguments->run, "Run folder, finished or interrupted")->required()->type_name("RUN");
  app->add_option("-o,--output", arguments->out, "File to write (HDF5)")->required()->type_name("FILE");
  add_whole(*app, "--most", arguments->most, 1, 1'000'000'000'000, "How many are accepted")->required();
  app->add_option("--balance", arguments->balance,
                  "even: as many from every bin; attempts: as the attempts lie; none: the first ones")
      ->check(CLI::IsMember(std::vector<std::string>(kBalanceNames.begin(), kBalanceNames.end())))
      ->capture_default_str();
  app->add_flag("--force", arguments->force, "Replace the file if it exists");
  app->add_flag("--json", arguments->json, "Report as JSON");
  app->footer("Example:  marketmimic accept run -o accepted.h5 --most 10000");
  return {app, [arguments](const Console& console) { accept(*arguments, console); }};
}

}  // namespace marketmimic
