#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/realism/validation.hpp"

namespace marketmimic {

/// What `validate` found out.
struct Validation {
  std::optional<TapeCheck> tape;        ///< where the file holds messages
  std::size_t candles = 0, broken = 0;  ///< checked, and those that are none; without a tape
  FactCheck facts;
  std::optional<FactCheck> reference;  ///< facts of the reference
  std::vector<std::string> notices;

  /// Of all invariants.
  std::size_t violations() const { return tape ? tape->violations.total() : broken; }
};

/// One page for a person.
std::string text_report(const Validation& validation);
/// The same for machines; NaN is null.
nlohmann::json json_report(const Validation& validation);

}  // namespace marketmimic
