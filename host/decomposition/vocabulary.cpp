#include "host/decomposition/vocabulary.hpp"

#include <fmt/format.h>

#include "host/config/names.hpp"

namespace marketmimic {

Vocabulary::Name Vocabulary::name(const Movement& movement) const {
  for (std::uint32_t i = 0; i < defined_.size(); ++i)
    if (const std::uint32_t triggers = defined_[i].triggers; defined_[i].when.holds(movement))
      return {kPrimitiveKinds + i, triggers, triggers & movement.events};
  const KindRule& rule = rule_of(movement);
  return {static_cast<std::uint32_t>(rule.kind), rule.triggers(movement), rule.condition(movement)};
}

std::vector<std::string> Vocabulary::kind_names() const {
  std::vector<std::string> names = built_in_kind_names();
  for (const DefinedKind& kind : defined_) names.push_back(kind.name);
  return names;
}

std::string Vocabulary::definitions() const {
  std::string text;
  for (const DefinedKind& kind : defined_) {
    std::vector<std::string_view> triggers;
    for (std::uint32_t event = 0; event < kMarketEvents; ++event)
      if ((kind.triggers >> event & 1u) != 0) triggers.push_back(kMarketEventNames[event]);
    text +=
        fmt::format("{}{}: {} [{}]", text.empty() ? "" : "; ", kind.name, kind.when.text(), fmt::join(triggers, ", "));
  }
  return text;
}

}  // namespace marketmimic
