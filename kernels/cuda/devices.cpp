#include "kernels/cuda/devices.hpp"

#include <cuda_runtime_api.h>

#include <string_view>

namespace marketmimic {
namespace {

std::string hex(const cudaUUID_t& uuid) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : uuid.bytes) {
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

}  // namespace

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
      found.devices.push_back(
          {i, hex(properties.uuid), properties.name, properties.major, properties.minor, properties.totalGlobalMem});
    }
  }
  if (!found.devices.empty()) found.reason.clear();
  if (found.devices.empty() && found.reason.empty()) found.reason = "no GPU is visible";
  return found;
}

}  // namespace marketmimic
