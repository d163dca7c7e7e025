#pragma once

#include <atomic>
#include <cstdint>

#include "kernels/cpu/instruction_set.hpp"
#include "marketmimic/diffusion_market.hpp"
#include "marketmimic/order_book_market.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {

/// Scenarios a CPU core runs side by side.
inline constexpr int kLanes = 16;

/// Runs scenarios `first` to `first + kLanes - 1` whole. `record.stride` >= kLanes; its columns start at the first of
/// them. `summaries` [kLanes] and `injections` [context.injections][kLanes] are filled. Deterministic, no allocation,
/// thread-safe. Ends early, with nothing of use, once `stop` (null: never) is true. There is one for Diffusion and one
/// for OrderBook.
template <class Market>
void run_scenarios(const ScenarioContext<Market>& context, std::uint64_t first, const Record& record,
                   Summary* summaries, Injection* injections, InstructionSet set,
                   const std::atomic<bool>* stop = nullptr);

}  // namespace marketmimic
