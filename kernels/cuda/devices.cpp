#include "kernels/cuda/devices.hpp"

#include <cuda_runtime_api.h>

namespace marketmimic {

CudaDevices cuda_devices() {
  constexpr int oldest = 8;  // compute capability of the oldest machine code in the build
  CudaDevices found;
  int driver = 0, count = 0;
  if (cudaDriverGetVersion(&driver) == cudaSuccess && driver == 0) {
    found.reason = "no NVIDIA driver is installed";
    return found;
  }
  if (const cudaError_t status = cudaGetDeviceCount(&count); status != cudaSuccess) {
    cudaGetLastError();
    found.reason = cudaGetErrorString(status);
    return found;
  }
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp properties{};
    if (const cudaError_t status = cudaGetDeviceProperties(&properties, i); status != cudaSuccess) {
      cudaGetLastError();
      found.reason = cudaGetErrorString(status);
    } else if (properties.major < oldest) {
      found.reason = std::string(properties.name) + " is older than compute capability 8.0";
    } else {
      found.devices.push_back({i, properties.name, properties.major, properties.minor, properties.totalGlobalMem});
    }
  }
  if (!found.devices.empty()) found.reason.clear();
  if (found.devices.empty() && found.reason.empty()) found.reason = "no GPU is visible";
  return found;
}

}  // namespace marketmimic
