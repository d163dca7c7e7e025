#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <type_traits>

#include "kernels/cuda/runtime.hpp"

namespace marketmimic {

template <class Body>
__global__ void for_each_kernel(const __grid_constant__ Body body, std::uint32_t n) {
  const std::uint32_t i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) body(i);
}

/// Runs `body(0)` to `body(n - 1)` on `stream`, a thread each; Error(gpu) with `name` where the launch is refused.
/// Small blocks: a scenario's state fills the registers, so they leave fewer of them unused.
template <class Body>
void for_each(const char* name, const Body& body, std::uint32_t n, cudaStream_t stream) {
  static_assert(std::is_trivially_copyable_v<Body>, "kernel bodies travel by value");
  static_assert(sizeof(Body) + sizeof n <= 4096, "kernel parameters: 4 KiB on every device");
  if (n == 0) return;
  constexpr std::uint32_t block = 64;
  for_each_kernel<<<(n - 1) / block + 1, block, 0, stream>>>(body, n);
  check(cudaGetLastError(), name);
}

}  // namespace marketmimic
