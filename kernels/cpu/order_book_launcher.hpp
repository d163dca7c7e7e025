#pragma once

#include <cstdint>

#include "kernels/cpu/instruction_set.hpp"
#include "kernels/cpu/scenario_launcher.hpp"
#include "marketmimic/order_book_market.hpp"

namespace marketmimic {

/// kLanes order books alone, without strategy or record: scenarios `first` to `first + kLanes - 1` of `seed`.
struct OrderBookRun {
  std::uint64_t seed = 1, first = 0;
  std::uint32_t steps = 1;
  std::uint32_t clock = 0;  ///< seconds after midnight at the start
  Modifiers modifiers;      ///< the same in every step
  Orders orders;            ///< the same in the first `trading_steps` steps, then none
  std::uint32_t trading_steps = 0xffffffffu;
  ExecutionParameters execution;
};

/// What they did.
struct OrderBookTally {
  std::uint64_t messages = 0;  ///< rows that a message file would have
  std::uint64_t turns = 0;     ///< of the whole block; kLanes messages a turn would be every lane busy
};

/// Runs them: what benchmarks and studies of the model need. `states` [steps][kLanes] receives the flow after every
/// step and `levels` [step.levels][kLanes] the books after the last; null: not wanted.
OrderBookTally run_order_books(const OrderBookStep& step, const OrderBookRun& run, OrderBook* states, BookLevel* levels,
                               InstructionSet set);

}  // namespace marketmimic
