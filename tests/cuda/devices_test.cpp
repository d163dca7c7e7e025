#include "kernels/cuda/devices.hpp"

#include <gtest/gtest.h>

#include "host/error.hpp"
#include "kernels/cuda/runtime.hpp"

namespace marketmimic {
namespace {

TEST(CudaDevices, AreListedOrTheReasonIsGiven) {
  const CudaDevices found = cuda_devices();
  EXPECT_EQ(found.devices.empty(), !found.reason.empty());
  EXPECT_EQ(found.reason.find('\n'), std::string::npos);
  for (const CudaDevice& d : found.devices) {
    EXPECT_GE(d.major, 8);
    EXPECT_FALSE(d.name.empty());
    EXPECT_GT(d.memory, 0u);
  }
}

TEST(CudaDevices, AnErrorNamesWhatFailedAndTheWayOut) {
  EXPECT_NO_THROW(check(cudaSuccess, "resting"));
  try {
    check(cudaErrorMemoryAllocation, "allocating memory");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::gpu);
    EXPECT_STREQ(e.what(), "GPU 0: allocating memory failed: out of memory; --device cpu gives the same results");
  }
}

TEST(CudaDevices, MemoryMovesAndReleasesOnce) {
  const CudaDevices found = cuda_devices();
  if (found.devices.empty()) GTEST_SKIP() << found.reason;
  DeviceMemory a = device_memory(1024);
  void* const data = a.data();
  DeviceMemory b = std::move(a);
  EXPECT_EQ(b.data(), data);
  b = DeviceMemory{};
  EXPECT_THROW(device_memory(std::size_t{1} << 60), Error);
}

}  // namespace
}  // namespace marketmimic
