#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "host/decomposition/condition.hpp"
#include "host/decomposition/kind_names.hpp"
#include "host/decomposition/naming.hpp"
#include "marketmimic/primitive.hpp"

namespace marketmimic {

/// A kind of primitive that a user defines.
struct DefinedKind {
  std::string name;            ///< a-z, 0-9 and _, at most kLongestKindName; no other kind's
  Condition when;              ///< what a movement of it does, in which market
  std::uint32_t triggers = 0;  ///< mask of the MarketEvents that begin it in generation; 0: the trader's own timing
};

/// What names the segments of a demonstration: the user's kinds in their order, then kind_rules().
class Vocabulary {
 public:
  struct Name {
    std::uint32_t kind;       ///< PrimitiveKind, or kPrimitiveKinds + index of the user's
    std::uint32_t triggers;   ///< market events that can have called it
    std::uint32_t condition;  ///< of which one has to hold for the same to be of the kind in another market; 0: none
  };

  Vocabulary() = default;
  /// At most kMostDefinedKinds.
  explicit Vocabulary(std::vector<DefinedKind> defined) : defined_(std::move(defined)) {}

  /// The first that fits. Not for several threads at once.
  Name name(const Movement& movement) const;
  /// Index = kind.
  std::vector<std::string> kind_names() const;
  /// The user's kinds for people, `; ` between them: `name: when [trigger, trigger]`.
  std::string definitions() const;

 private:
  std::vector<DefinedKind> defined_;
};

}  // namespace marketmimic
