#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "host/simulator/markets.hpp"

namespace marketmimic {

/// The markets of `contexts`, an asset each, on GPU `device` as CUDA counts them: a thread a scenario, whose state
/// stays in the device's memory between calls. Error(gpu) where the device is not there or too small, or this build has
/// no CUDA. There is one for Diffusion and one for OrderBook.
template <class Market>
std::unique_ptr<Markets> gpu_markets(std::vector<ScenarioContext<Market>> contexts, std::uint64_t scenarios,
                                     int device);

}  // namespace marketmimic
