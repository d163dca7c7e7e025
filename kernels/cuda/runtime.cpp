#include "kernels/cuda/runtime.hpp"

#include <string>

#include "host/error.hpp"

namespace marketmimic {

void check(cudaError_t status, const char* doing) {
  if (status == cudaSuccess) return;
  int device = 0;
  cudaGetDevice(&device);
  cudaGetLastError();  // forget it, so that it does not turn up in a later check
  throw Error(ExitCode::gpu, "GPU " + std::to_string(device) + ": " + doing + " failed: " + cudaGetErrorString(status) +
                                 "; --device cpu gives the same results");
}

int choose_device(int device) {
  check(cudaSetDevice(device), "choosing the device");
  return device;
}

DeviceMemory device_memory(std::size_t bytes) {
  void* data = nullptr;
  check(cudaMalloc(&data, bytes), "allocating memory");
  return DeviceMemory(data);
}

PinnedMemory pinned_memory(std::size_t bytes) {
  void* data = nullptr;
  check(cudaMallocHost(&data, bytes), "allocating host memory");
  return PinnedMemory(data);
}

CudaStream::CudaStream() {
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
  if (const cudaError_t status = cudaEventCreateWithFlags(&done_, cudaEventBlockingSync | cudaEventDisableTiming);
      status != cudaSuccess) {
    cudaStreamDestroy(stream_);
    check(status, "making an event");
  }
}

CudaStream::~CudaStream() {
  cudaEventDestroy(done_);
  cudaStreamDestroy(stream_);
}

void CudaStream::wait(const char* doing) const {
  check(cudaEventRecord(done_, stream_), doing);
  check(cudaEventSynchronize(done_), doing);
}

}  // namespace marketmimic
