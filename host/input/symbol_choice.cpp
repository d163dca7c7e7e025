#include "host/input/symbol_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/input/text.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t most_named = 8;

}  // namespace

SymbolChoice::SymbolChoice(const CsvReader& csv, std::optional<std::string> wanted)
    : csv_(csv), column_(csv.find({"symbol", "ticker", "coin", "pair"})), wanted_(std::move(wanted)) {}

bool SymbolChoice::keeps_row() {
  if (!column_) return true;
  const std::string_view symbol = csv_.field(*column_).text;
  if (seen_.size() <= most_named && std::find(seen_.begin(), seen_.end(), symbol) == seen_.end()) {
    seen_.emplace_back(symbol);
    if (seen_.size() == 2) mixed_line_ = csv_.lines().line();
  }
  const bool keeps = symbol == (wanted_ ? *wanted_ : seen_.front());
  kept_ = kept_ || keeps;
  return keeps;
}

std::string SymbolChoice::result() const {
  if (!column_ || seen_.empty()) return wanted_.value_or("");
  if (!wanted_ && seen_.size() > 1)
    throw csv_.lines().error(
        fmt::format("several symbols in one file ({}); choose one with --symbol", shown(seen_, most_named)),
        mixed_line_);
  if (!kept_)
    throw csv_.lines().error(fmt::format("no row of {} (the file holds {}); choose one of them with --symbol",
                                         shown(*wanted_), shown(seen_, most_named)));
  return wanted_.value_or(seen_.front());
}

}  // namespace marketmimic
