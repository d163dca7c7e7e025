#pragma once

#include <cstdint>
#include <type_traits>

#include "marketmimic/diffusion_market.hpp"
#include "marketmimic/order_book_market.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {

/// What one thread does: a scenario from its first to its last step in one launch, so that its state never leaves the
/// registers. Only the schedule and an order book's orders, which are indexed at run time, lie in the thread's local
/// memory. `GoesOn` as for Scenario.
template <class Market, bool GoesOn>
struct WholeScenario {
  using Rules = Scenario<Market, 1, GoesOn>;
  using Context = typename Rules::Context;
  /// A kernel's parameters are at most 4 KiB on every device: a larger context stays in the device's memory.
  static constexpr bool kByValue = sizeof(Context) <= 3840;

  std::conditional_t<kByValue, Context, const Context*> context;
  std::uint64_t first;  ///< number of the scenario in column 0
  Record record;
  Summary* summaries;     ///< [record.stride]
  Injection* injections;  ///< [context.injections][record.stride]

  /// `there`: the same context where the threads can read it.
  static WholeScenario of(const Context& here, const Context* there, std::uint64_t first, const Record& record,
                          Summary* summaries, Injection* injections) {
    if constexpr (kByValue)
      return {here, first, record, summaries, injections};
    else
      return {there, first, record, summaries, injections};
  }

  MARKETMIMIC_HD void operator()(std::uint32_t i) const {
    const Context& c = rules();
    Record mine = record;
    mine.first = i;
    typename Rules::Block block;
    typename Rules::Tables tables;
    Rules::start(c, block, tables, mine, first + i);
    for (std::uint32_t t = 0; t < c.steps; ++t) Rules::step(c, block, tables, mine, t);
    summaries[i] = Rules::finish(c, block, 0);
    for (std::uint32_t k = 0; k < c.injections; ++k) injections[k * record.stride + i] = tables.schedule[k].load(0);
  }

  MARKETMIMIC_HD const Context& rules() const {
    if constexpr (kByValue)
      return context;
    else
      return *context;
  }
};

}  // namespace marketmimic
