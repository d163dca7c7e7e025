#pragma once

#include <cstdint>

#include "kernels/cpu/instruction_set.hpp"
#include "kernels/cpu/scenario_launcher.hpp"
#include "marketmimic/diffusion_market.hpp"
#include "marketmimic/order_book_market.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {

/// kLanes scenarios between two steps: all of their state.
template <class Market>
struct PausedScenarios {
  typename Scenario<Market, kLanes>::Block block;
  typename Scenario<Market, kLanes>::Tables tables;
};

/// Puts scenarios `first` to `first + kLanes - 1` at their start.
template <class Market>
void start_scenarios(const ScenarioContext<Market>& context, std::uint64_t first, PausedScenarios<Market>& paused,
                     InstructionSet set);
/// Runs them through steps `from` to `until - 1`. What they then show goes to row 0 of `shown`, of which only the
/// columns of the market are filled; as run_scenarios() would have recorded it. There is one each for Diffusion and
/// OrderBook.
template <class Market>
void continue_scenarios(const ScenarioContext<Market>& context, std::uint32_t from, std::uint32_t until,
                        PausedScenarios<Market>& paused, const Record& shown, InstructionSet set);

}  // namespace marketmimic
