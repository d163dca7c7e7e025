#include "kernels/cuda/cuda_engine.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "host/error.hpp"
#include "kernels/cuda/devices.hpp"
#include "tests/parity/cases.hpp"
#include "tests/parity/outcome.hpp"

namespace marketmimic {
namespace {

using parity::Case;

TEST(CudaEngine, SaysWhichDeviceIsNotThere) {
  const auto c = parity::market_alone();
  try {
    CudaEngine engine(c->context, {{&Record::close, c->settings().steps, 1}}, 9999, 1);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::gpu);
    EXPECT_NE(std::string(e.what()).find("choosing the device failed"), std::string::npos) << e.what();
  }
}

/// Values are held against the CPU in tests/parity; here, what an engine promises beyond them.
class OnAGpu : public testing::Test {
 protected:
  void SetUp() override {
    const CudaDevices found = cuda_devices();
    if (found.devices.empty()) GTEST_SKIP() << found.reason;
    device = found.devices.front().index;
  }
  int device = 0;
};

TEST_F(OnAGpu, AnEngineTakesNoMoreThanIsAskedFor) {
  const auto c = parity::market_alone();
  const std::vector<RecordColumn> columns = {{&Record::close, c->settings().steps, 1}};
  EXPECT_EQ(CudaEngine(c->context, columns, device, 1).capacity(), 32u);
  EXPECT_EQ(CudaEngine(c->context, columns, device, 33).capacity(), 64u);
  const CudaEngine large(c->context, columns, device, ~std::uint64_t{0});
  EXPECT_LE(large.memory(), std::size_t{1} << 30);
  EXPECT_GT(large.capacity(), 100000u);
}

TEST_F(OnAGpu, ABatchThatCanNotFitIsRefused) {
  const auto c = parity::market_alone();
  c->settings().steps = 1000000;
  const auto columns = parity::plain(parity::every_column(c->settings().steps, 50));
  try {
    CudaEngine engine(c->context, columns, device, 1);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::gpu);
  }
}

TEST_F(OnAGpu, BatchesOfAnySizeGiveTheSameBits) {
  const auto c = parity::everything();
  const std::vector<RecordColumn> columns = {{&Record::cash, c->settings().steps, 1}};
  CudaEngine whole(c->context, columns, device, 200), parts(c->context, columns, device, 32);
  const Batch all = whole.run(1000, 200);
  for (std::uint32_t from = 0; from < 200; from += 27) {
    const std::uint32_t count = std::min(27u, 200u - from);
    const Batch some = parts.run(1000 + from, count);
    for (std::uint32_t i = 0; i < count; ++i) {
      ASSERT_EQ(std::memcmp(&some.summaries[i], &all.summaries[from + i], sizeof(Summary)), 0);
      for (std::uint32_t t = 0; t < c->settings().steps; ++t)
        ASSERT_EQ(some.record.cash[t * some.record.stride + i], all.record.cash[t * all.record.stride + from + i]);
    }
  }
}

}  // namespace
}  // namespace marketmimic
