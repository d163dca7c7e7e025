#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "marketmimic/diffusion.hpp"
#include "marketmimic/order_book.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {

/// Queues scenarios `first` to `first + count - 1` on `stream`, each whole; scenario `first + i` is column i of
/// `record`. `context` lies in the host's memory and `there` is its copy in the device's. All pointers, those of
/// `context.strategy` too, are the device's; `summaries` [count] and `injections` [context.injections][record.stride]
/// are filled. Error(gpu) where the launch is refused. There is one for Diffusion and one for OrderBook.
template <class Market>
void launch_scenarios(const ScenarioContext<Market>& context, const ScenarioContext<Market>* there, std::uint64_t first,
                      std::uint32_t count, const Record& record, Summary* summaries, Injection* injections,
                      cudaStream_t stream);

}  // namespace marketmimic
