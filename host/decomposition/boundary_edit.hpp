#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/decomposition/cycle_fit.hpp"
#include "host/decomposition/exposure.hpp"

namespace marketmimic {

/// A boundary that a user adds, moves or removes.
struct BoundaryEdit {
  enum class Action : std::uint32_t { add = 0, move = 1, remove = 2 };

  Action action = Action::add;
  std::int64_t at_ms = 0;  ///< where it is to be, or is [ms since 1970]
  std::int64_t to_ms = 0;  ///< where a move takes it [ms since 1970]
  std::string symbol;      ///< of the log it is about; empty: any
  std::string place;       ///< of the edit, for messages: `file:line:column`
};

/// The boundaries of a cycle as its edits leave them, those made by hand with Evidence::by_hand. Times count as the
/// step they fall into; a boundary is found within a step of its time. What begins a position stays where it is.
/// `symbol` is that of the log. `done[i]` is set for each edit of a time within the cycle. Error(usage) naming the edit
/// that can't be made, and why.
std::vector<Boundary> edited(std::vector<Boundary> boundaries, const std::vector<BoundaryEdit>& edits,
                             const std::string& symbol, const CyclePath& path, std::int64_t step_ms,
                             std::vector<bool>& done);

}  // namespace marketmimic
