#include "host/decomposition/definitions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "host/config/config_text.hpp"
#include "host/config/names.hpp"
#include "host/config/table_reader.hpp"
#include "host/error.hpp"

namespace marketmimic {
namespace {

/// Index = value of BoundaryEdit::Action.
constexpr std::array<std::string_view, 3> kActionNames = {"add", "move", "remove"};
constexpr std::uint32_t kNotGiven = ~0u;

/// A kind whose condition can't be read is told of by `reader`, at the end.
std::optional<DefinedKind> read_kind(TableReader& reader, std::vector<std::string>& names) {
  std::string name, when;
  std::uint32_t triggers = kNotGiven;
  reader.text("name", name, kLongestKindName, "of the kind");
  reader.require(is_kind_name(name), "name",
                 fmt::format("must be 1 to {} of a-z, 0-9 and _, a letter first", kLongestKindName));
  reader.require(std::find(names.begin(), names.end(), name) == names.end(), "name",
                 "is taken; each kind, the built-in ones too, has a name of its own");
  reader.require(name != "flat", "name", "is taken: inspect calls no position so");
  names.push_back(name);
  reader.text("when", when, Condition::kLongest, "condition on movement and market");
  reader.set("triggers", triggers, kMarketEventNames, "market events that begin it in generation");
  reader.require(triggers != kNotGiven, "triggers",
                 "must be given: the market events that begin it in generation; [] for the trader's own timing");
  try {
    return DefinedKind{name, Condition(when), triggers};
  } catch (const Error& error) {
    reader.require(false, "when", error.what());
    return std::nullopt;
  }
}

BoundaryEdit read_edit(TableReader& reader) {
  BoundaryEdit edit;
  std::uint32_t action = 0;
  reader.choice("action", action, kActionNames, "what is done to the boundary");
  edit.action = static_cast<BoundaryEdit::Action>(action);
  reader.require(reader.time("at", edit.at_ms, "where it is, or is to be"), "at", "must be given: a time");
  const bool moves = reader.time("to", edit.to_ms, "where it is moved");
  reader.require(moves == (edit.action == BoundaryEdit::Action::move), "to",
                 moves ? "goes with action = \"move\" alone" : "must be given: the time to which it is moved");
  reader.text("symbol", edit.symbol, kLongestName, "of the log it is about");
  edit.place = reader.place("at");
  return edit;
}

}  // namespace

Definitions parse_definitions(std::string_view text, const std::string& name) {
  TableReader reader(text, name, ExitCode::usage, Missing::keeps_default);
  std::vector<std::string> names = built_in_kind_names();
  std::vector<DefinedKind> kinds;
  Definitions definitions;
  reader.tables("primitive", 0, {0, kMostDefinedKinds}, "kinds of primitives, in the order of precedence",
                [&](std::size_t) {
                  if (auto kind = read_kind(reader, names)) kinds.push_back(std::move(*kind));
                });
  reader.tables("boundary", 0, {0, kMostBoundaryEdits}, "boundaries made by hand",
                [&](std::size_t) { definitions.boundaries.push_back(read_edit(reader)); });
  reader.finish();
  definitions.vocabulary = Vocabulary(std::move(kinds));
  return definitions;
}

Definitions read_definitions_file(const std::filesystem::path& file) {
  return parse_definitions(read_config_text(file, ExitCode::usage), file.string());
}

}  // namespace marketmimic
