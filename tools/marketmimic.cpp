#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <new>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "host/error.hpp"
#include "marketmimic/scenario.hpp"
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
  program.set_version_flag("--version", fmt::format("marketmimic {}, rules {}", MARKETMIMIC_VERSION, kRulesVersion));
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
    if (!command.app->parsed()) continue;
    require_no_empty_value(*command.app);
    return command.run(console);
  }
  throw Error(
      ExitCode::usage,
      "name a command: calibrate, decompose, inspect, generate, finalize, merge, verify, replay, report, accept, "
      "sensitivity, curriculum, slurm-script, validate, export or doctor (see marketmimic --help)");
}

/// run(), with every failure told; std::bad_alloc where memory is lacking, for that too.
ExitCode exit_code(int count, char** arguments, const Console& console) {
  const auto failed = [&](ExitCode code, std::string_view line) {
    if (!line.empty()) console.error(line);  // else another rank tells
    return code;
  };
  const auto internal = [&](const std::exception& error) {
    return failed(ExitCode::internal,
                  fmt::format("internal: {}; please report this with the command line", error.what()));
  };
  try {
    Console::secure_streams();
    run(count, arguments, console);
    return ExitCode::ok;
  } catch (const Error& error) {
    return failed(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::resource_unavailable_try_again) throw std::bad_alloc();  // of a thread's stack
    return internal(error);
  } catch (const std::exception& error) {
    return internal(error);
  }
}

ExitCode out_of_memory(const Console& console) {
  console.error("out of memory; use fewer --threads or close other programs");
  return ExitCode::out_of_memory;
}

/// Where memory is lacking, even libraries' destructors throw, which nobody can catch; of several threads one tells it.
[[noreturn]] void give_up() {
  static std::atomic_flag told;
  static thread_local bool telling = false;
  if (telling) std::_Exit(static_cast<int>(ExitCode::out_of_memory));  // that failed, too
  telling = true;
  while (told.test_and_set()) ::pause();  // the other ends the process
  try {
    if (const std::exception_ptr reason = std::current_exception()) std::rethrow_exception(reason);
  } catch (const std::bad_alloc&) {
    std::_Exit(static_cast<int>(out_of_memory(Console())));
  } catch (...) {
  }
  std::abort();
}

}  // namespace

int main(int count, char** arguments) {
  std::set_terminate(give_up);
  const Console console;
  try {
    return static_cast<int>(exit_code(count, arguments, console));
  } catch (const std::bad_alloc&) {
    return static_cast<int>(out_of_memory(console));
  }
}
