#pragma once

#include <cstdint>

#include "marketmimic/diffusion_market.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {

/// What one thread does: a scenario from its first to its last step in one launch, so that its state never leaves the
/// registers. Only the schedule, which is indexed at run time, lies in the thread's local memory.
struct WholeScenario {
  using Rules = Scenario<Diffusion, 1>;

  Rules::Context context;
  std::uint64_t first;  ///< number of the scenario in column 0
  Record record;
  Summary* summaries;     ///< [record.stride]
  Injection* injections;  ///< [context.injections][record.stride]

  MARKETMIMIC_HD void operator()(std::uint32_t i) const {
    Record mine = record;
    mine.first = i;
    Rules::Block block;
    Rules::Schedule schedule;
    Rules::start(context, block, schedule, mine, first + i);
    for (std::uint32_t t = 0; t < context.steps; ++t) Rules::step(context, block, schedule, mine, t);
    summaries[i] = Rules::finish(context, block, 0);
    for (std::uint32_t k = 0; k < context.injections; ++k) injections[k * record.stride + i] = schedule[k].load(0);
  }
};

}  // namespace marketmimic
