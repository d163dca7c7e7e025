#include "tools/arguments.hpp"

#include <fmt/format.h>

#include <vector>

#include "host/config/suggest.hpp"
#include "host/error.hpp"
#include "host/readable.hpp"
#include "tools/whole_number.hpp"

namespace marketmimic {
namespace {

std::vector<std::string> known_words(const CLI::App& app, bool flags) {
  std::vector<std::string> words;
  if (flags) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
      for (const std::string& name : option->get_snames()) words.push_back("-" + name);
    }
  } else {
    for (const CLI::App* command : app.get_subcommands({})) words.push_back(command->get_name());
  }
  return words;
}

/// An argument nobody asked for.
std::string unknown_argument(const CLI::App& app, std::string word, bool is_program) {
  const bool flag = word.starts_with('-');
  word = word.substr(0, word.find('='));
  const char* what = flag ? "flag" : is_program ? "command" : "argument";
  std::string line = fmt::format("unknown {} {}", what, word);
  if (const auto nearest_word = nearest(word, known_words(app, flag)))
    line += fmt::format("; did you mean {}?", *nearest_word);
  return line;
}

}  // namespace

CLI::Option* add_whole(CLI::App& app, const std::string& flag, std::optional<std::uint64_t>& value, std::uint64_t least,
                       std::uint64_t most, const std::string& meaning) {
  const auto parse = [flag, least, most, &value](const std::string& text) {
    const std::optional<std::uint64_t> number = whole_number(text);
    if (!number || *number < least || *number > most) {
      throw Error(ExitCode::usage, fmt::format("{} must be a whole number from {} to {} (got {})", flag,
                                               readable_count(least), readable_count(most), text));
    }
    value = number;
  };
  return app.add_option_function<std::string>(flag, parse, meaning)->type_name("N");
}

CLI::Option* add_text(CLI::App& app, const std::string& flag, std::optional<std::string>& value,
                      const std::string& kind, const std::string& meaning) {
  return app.add_option(flag, value, meaning)->type_name(kind);
}

void require_no_empty_value(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& value : option->results()) {
      if (value.empty()) throw Error(ExitCode::usage, fmt::format("{} is empty", option->get_name()));
    }
  }
}

std::string parse_problem(const CLI::App& program, const CLI::ParseError& problem) {
  const std::vector<CLI::App*> chosen = program.get_subcommands();
  const CLI::App& app = chosen.empty() ? program : *chosen.front();
  const std::string help = chosen.empty() ? "marketmimic --help" : fmt::format("marketmimic {} --help", app.get_name());
  std::string line = problem.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr) {
    const std::vector<std::string> rest = program.remaining(true);
    if (!rest.empty()) line = unknown_argument(app, rest.front(), chosen.empty());
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr) {
    const bool several = line.find(": At Most ") != line.npos;
    line = line.substr(0, line.find(':')) + (several ? " is given more than once" : " needs a value");
  }
  return fmt::format("{} (see {})", line, help);
}

}  // namespace marketmimic
