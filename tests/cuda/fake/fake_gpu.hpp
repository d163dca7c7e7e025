#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "fake/cuda_runtime_api.h"

namespace marketmimic::fake_gpu {

/// What there is, and what is to go wrong.
struct Machine {
  int driver = 13000;                         ///< 0: none
  int devices = 1;                            ///< 0: cudaErrorNoDevice
  int major = 9;                              ///< compute capability
  std::size_t memory = std::size_t{1} << 28;  ///< free on each device
  std::string call = "";                      ///< that fails; `cudaLaunchKernel` for a launch
  std::size_t number = 0;                     ///< which of its calls, from 0
  bool for_good = false;                      ///< and every call of anything after it, as where a device is lost
  cudaError_t error = cudaErrorLaunchFailure;
};

/// Begins anew with this machine; nothing may be allocated.
void use(const Machine& machine);
/// Calls since then, by name; those that only release or ask are left out, since nobody looks at what they return.
std::map<std::string, std::size_t> calls();
/// Allocations, streams and events that were not released.
std::size_t alive();

}  // namespace marketmimic::fake_gpu
