#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

/// CUDA's handles as values that release themselves. Everything is made on, and belongs to, the device that is current.
namespace marketmimic {

/// Error(gpu) naming the device, what was being done, and CUDA's own text, unless `status` is success.
void check(cudaError_t status, const char* doing);

/// Makes `device` the calling thread's, before anything is made on it, and returns it; Error(gpu) where it is not
/// there.
int choose_device(int device);

/// Owns a pointer of the CUDA runtime.
template <cudaError_t (*release)(void*)>
class CudaMemory {
 public:
  CudaMemory() = default;
  explicit CudaMemory(void* data) : data_(data) {}
  CudaMemory(CudaMemory&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  CudaMemory& operator=(CudaMemory&& other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }
  ~CudaMemory() { release(data_); }  // of null: does nothing

  void* data() const { return data_; }

 private:
  void* data_ = nullptr;
};
using DeviceMemory = CudaMemory<cudaFree>;
using PinnedMemory = CudaMemory<cudaFreeHost>;

/// Error(gpu) where there is not so much left.
DeviceMemory device_memory(std::size_t bytes);
/// Host memory that the device copies to and from at full speed.
PinnedMemory pinned_memory(std::size_t bytes);

/// A queue of work, independent of every other.
class CudaStream {
 public:
  CudaStream();
  ~CudaStream();
  CudaStream(const CudaStream&) = delete;
  CudaStream& operator=(const CudaStream&) = delete;

  cudaStream_t get() const { return stream_; }
  /// Waits until all work given so far is done, without keeping a core busy; Error(gpu) where any of it failed.
  void wait(const char* doing) const;

 private:
  cudaStream_t stream_ = nullptr;
  cudaEvent_t done_ = nullptr;
};

/// A copy of `values` on the device, complete on return.
template <class T>
DeviceMemory copied_to_device(std::span<const T> values, const CudaStream& stream) {
  static_assert(std::is_trivially_copyable_v<T>);
  DeviceMemory memory = device_memory(values.size_bytes());
  check(cudaMemcpyAsync(memory.data(), values.data(), values.size_bytes(), cudaMemcpyHostToDevice, stream.get()),
        "copying to the device");
  stream.wait("copying to the device");
  return memory;
}

}  // namespace marketmimic
