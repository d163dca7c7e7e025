#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "tools/console.hpp"

namespace marketmimic {

/// A subcommand of the program.
struct Command {
  CLI::App* app;                            ///< its part of the command line
  std::function<void(const Console&)> run;  ///< the work, once the line is parsed
};

/// Each adds its subcommand; one file each.
Command add_accept(CLI::App& program);
Command add_calibrate(CLI::App& program);
Command add_curriculum(CLI::App& program);
Command add_decompose(CLI::App& program);
Command add_generate(CLI::App& program);
Command add_inspect(CLI::App& program);
Command add_replay(CLI::App& program);
Command add_report(CLI::App& program);
Command add_sensitivity(CLI::App& program);
Command add_validate(CLI::App& program);
Command add_export(CLI::App& program);
Command add_finalize(CLI::App& program);
Command add_merge(CLI::App& program);
Command add_verify(CLI::App& program);
Command add_slurm_script(CLI::App& program);
Command add_doctor(CLI::App& program);

/// A flag with a whole decimal number from `least` to `most`; Error(usage) names the flag. CLI11 itself would take -1
/// for 2^64 - 1 and 010 for 8.
CLI::Option* add_whole(CLI::App& app, const std::string& flag, std::optional<std::uint64_t>& value, std::uint64_t least,
                       std::uint64_t most, const std::string& meaning);
/// An optional text.
CLI::Option* add_text(CLI::App& app, const std::string& flag, std::optional<std::string>& value,
                      const std::string& kind, const std::string& meaning);

/// That no value of a parsed command line is the empty text, as from a shell's variable that was not set. Error(usage).
void require_no_empty_value(const CLI::App& app);

/// The one line for a command line that CLI11 could not parse: what is wrong, the nearest known word, where help is.
std::string parse_problem(const CLI::App& program, const CLI::ParseError& problem);

}  // namespace marketmimic
