#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <new>
#include <sstream>
#include <vector>

#include "host/error.hpp"
#include "tools/arguments.hpp"
#include "tools/console.hpp"

namespace {

using namespace marketmimic;

/// Parses and runs; Error, or what the standard library throws.
void run(int count, char** arguments, const Console& console) {
  CLI::App program(
      "Turns real price bars and a trade log into datasets of strategy executions, adapted to simulated\n"
      "and disturbed markets. The same job gives the same bytes on every machine.");
  program.name("marketmimic");
  program.set_version_flag("--version", "marketmimic " MARKETMIMIC_VERSION);
  program.set_help_flag("-h,--help", "Show this help");
  program.require_subcommand(0, 1);
  program.get_formatter()->column_width(34);
  program.footer(
      "To begin:  marketmimic generate --scenarios 1000 -o run\n"
      "Help on a command:  marketmimic COMMAND --help");
  const std::vector<Command> commands = {
      add_calibrate(program),    add_decompose(program), add_inspect(program),     add_generate(program),
      add_finalize(program),     add_merge(program),     add_verify(program),      add_replay(program),
      add_report(program),       add_accept(program),    add_sensitivity(program), add_curriculum(program),
      add_slurm_script(program), add_validate(program),  add_export(program),      add_doctor(program)};
  try {
    program.parse(count, arguments);
  } catch (const CLI::ParseError& problem) {
    std::ostringstream out, ignored;
    if (program.exit(problem, out, ignored) == 0) return console.result(out.str());
    throw Error(ExitCode::usage, parse_problem(program, problem));
  }
  for (const Command& command : commands) {
    if (command.app->parsed()) return command.run(console);
  }
  throw Error(
      ExitCode::usage,
      "name a command: calibrate, decompose, inspect, generate, finalize, merge, verify, replay, report, accept, "
      "sensitivity, curriculum, slurm-script, validate, export or doctor (see marketmimic --help)");
}

}  // namespace

int main(int count, char** arguments) {
  const Console console;
  const auto failed = [&](ExitCode code, const std::string& line) {
    if (!line.empty()) console.error(line);  // else another rank tells
    return static_cast<int>(code);
  };
  try {
    Console::secure_streams();
    run(count, arguments, console);
    return static_cast<int>(ExitCode::ok);
  } catch (const Error& error) {
    return failed(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return failed(ExitCode::out_of_memory, "out of memory; use fewer --threads or close other programs");
  } catch (const std::exception& error) {
    return failed(ExitCode::internal,
                  fmt::format("internal: {}; please report this with the command line", error.what()));
  }
}
