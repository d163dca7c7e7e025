#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "kernels/cuda/single_scenarios.hpp"

namespace marketmimic {

/// Queue begin() and proceed() of every scenario on `stream`; Error(gpu) where the launch is refused. There is one of
/// each for Diffusion and one for OrderBook.
template <class Market>
void launch_begin(const SingleScenarios<Market>& scenarios, cudaStream_t stream);
template <class Market>
void launch_proceed(const SingleScenarios<Market>& scenarios, std::uint32_t from, std::uint32_t until,
                    const Record& shown, cudaStream_t stream);

}  // namespace marketmimic
