// A GPU that is missing, fails or has too little memory, by a device of host memory under the real device layer. The
// environment's MARKETMIMIC_FAULTS says how many calls of each kind fail (4), each once and for good.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "fake/fake_gpu.hpp"
#include "host/run/generate.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/workforce.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

namespace fs = std::filesystem;
using fake_gpu::Machine;

/// Batches of 32: a shard takes several.
constexpr std::size_t kSmallMemory = std::size_t{1} << 20;

std::size_t faults_of_each_call() {
  const char* const given = std::getenv("MARKETMIMIC_FAULTS");
  return given == nullptr ? 4 : std::strtoul(given, nullptr, 10);
}

GenerateOptions on(Device device) {
  GenerateOptions options;
  options.device = device;
  options.threads = 2;
  options.entry = Entry::join;
  return options;
}

class GpuFaults : public testing::Test {
 protected:
  GpuFaults() {
    generate(simulation_, whole_, on(Device::cpu));
    shards_ = files_below(whole_ / "shards");
  }
  ~GpuFaults() override { EXPECT_EQ(fake_gpu::alive(), 0u) << "something of the device was not released"; }

  static Job job() {
    Job job = sample_job();
    job.scenarios = 300;
    return job;
  }
  /// What is there is whole, and what is not can be made by the CPU.
  void expect_resumable(const std::string& what) const {
    if (fs::exists(run_)) {
      for (const auto& [name, text] : files_below(run_ / "shards")) EXPECT_EQ(text, shards_.at(name)) << what;
    }
    generate(simulation_, run_, on(Device::cpu));
    EXPECT_EQ(files_below(run_ / "shards"), shards_) << what;
    EXPECT_EQ(read_text(run_ / "dataset.h5"), read_text(whole_ / "dataset.h5")) << what;
    fs::remove_all(run_);
  }

  const TestFolder folder_;
  const Simulation simulation_ = sample_simulation(job());
  const fs::path whole_ = folder_.path() / "whole", run_ = folder_.path() / "run";
  std::map<std::string, std::string> shards_;
};

TEST_F(GpuFaults, WhereNothingFailsItsBytesAreTheCpus) {
  fake_gpu::use({.memory = kSmallMemory});
  EXPECT_EQ(generate(simulation_, run_, on(Device::cuda)).device, "a GPU that is none");
  EXPECT_GT(fake_gpu::calls().at("cudaLaunchKernel"), shards_.size()) << "a shard, two files, is several batches";
  expect_resumable("nothing failed");
}

TEST_F(GpuFaults, WithoutOneTheReasonIsToldOrTheCpuTaken) {
  const std::pair<Machine, std::string> cases[] = {
      {{.driver = 0}, "no NVIDIA driver is installed"},
      {{.devices = 0}, "no CUDA-capable device is detected"},
      {{.major = 7}, "is older than compute capability 8.0"},
      {{.call = "cudaGetDeviceCount"}, "unspecified launch failure"},
      {{.call = "cudaGetDeviceProperties"}, "unspecified launch failure"},
  };
  for (const auto& [machine, reason] : cases) {
    fake_gpu::use(machine);
    expect_refused([&] { generate(simulation_, run_, on(Device::cuda)); }, ExitCode::gpu, "no usable GPU: ");
    EXPECT_FALSE(fs::exists(run_)) << reason;
    fake_gpu::use(machine);
    expect_refused([&] { generate(simulation_, run_, on(Device::cuda)); }, ExitCode::gpu, reason);
    fake_gpu::use(machine);
    EXPECT_EQ(generate(simulation_, run_, on(Device::automatic)).device.substr(0, 3), "CPU") << reason;
    expect_resumable(reason);
  }
  fake_gpu::use({});
  GenerateOptions options = on(Device::cuda);
  options.devices = {3};
  expect_refused([&] { generate(simulation_, run_, options); }, ExitCode::gpu, "there is no GPU 3");
  EXPECT_FALSE(fs::exists(run_));
}

TEST_F(GpuFaults, EachHasAnIdThatOtherProcessesKnowItBy) {
  fake_gpu::use({.devices = 3});
  const std::string same = "f7" + std::string(29, '0');
  EXPECT_EQ(usable_gpus(on(Device::cuda)), (std::vector{same + '0', same + '1', same + '2'}));
  EXPECT_EQ(usable_gpus(on(Device::automatic)).size(), 3u);
  EXPECT_TRUE(usable_gpus(on(Device::cpu)).empty());
  GenerateOptions named = on(Device::cuda);
  named.devices = {1};
  EXPECT_TRUE(usable_gpus(named).empty()) << "what is named is not shared out";
  fake_gpu::use({.devices = 0});
  EXPECT_TRUE(usable_gpus(on(Device::automatic)).empty());
}

TEST_F(GpuFaults, AProcessUsesThoseOfItsShare) {
  fake_gpu::use({.devices = 2, .memory = kSmallMemory});
  GenerateOptions options = on(Device::cuda);
  const std::vector<std::string> own = usable_gpus(options);
  const std::string one = "a GPU that is none", both = one + ", " + one;
  const auto device_where = [&](std::vector<std::vector<std::string>> seen, unsigned neighbour) {
    options.neighbours = static_cast<unsigned>(seen.size());
    options.neighbour = neighbour;
    options.seen_gpus = std::move(seen);
    const GenerateResult result = generate(simulation_, run_, options);
    EXPECT_GT(result.device_use, 0.0);
    EXPECT_LE(result.device_use, 1.0);
    expect_resumable(result.device);
    return result.device;
  };
  EXPECT_EQ(device_where({}, 0), both) << "alone";
  EXPECT_EQ(device_where({own, own}, 0), one);
  EXPECT_EQ(device_where({own, own}, 1), one);
  EXPECT_EQ(device_where({{"another"}, own}, 1), both) << "bound to two of its own";
  options.seen_gpus = {{"another"}};
  options.neighbour = 0;
  expect_refused([&] { generate(simulation_, run_, options); }, ExitCode::gpu, "are gone");
}

TEST_F(GpuFaults, EnginesOfOneAreOneDevice) {
  fake_gpu::use({.devices = 2, .memory = kSmallMemory});
  const Workforce force = hire(simulation_, filled_schema(simulation_), plan_of(simulation_), on(Device::cuda));
  std::map<const BusyTime*, std::size_t> engines;
  for (const auto& engine : force.engines) ++engines[&engine->busy()];
  ASSERT_EQ(engines.size(), 2u);
  for (const auto& [device, count] : engines) EXPECT_EQ(count, force.engines.size() / 2);
  EXPECT_GE(force.engines.size(), 4u) << "one computes while another copies";
}

TEST_F(GpuFaults, OneThatIsTooSmallIsRefused) {
  fake_gpu::use({.memory = 1 << 14});
  expect_refused([&] { generate(simulation_, run_, on(Device::cuda)); }, ExitCode::gpu, "32 scenarios take");
  EXPECT_FALSE(fs::exists(run_));
}

TEST_F(GpuFaults, AnyCallThatFailsEndsWithOneLineAndWholeShards) {
  fake_gpu::use({.memory = kSmallMemory});
  generate(simulation_, run_, on(Device::cuda));
  fs::remove_all(run_);
  std::mt19937_64 random(6);
  std::size_t failed = 0, kept_shards = 0;
  for (const auto& [call, count] : fake_gpu::calls()) {
    if (call.starts_with("cudaGetDevice")) continue;  // there is none then, see above
    const std::size_t trials = std::min(count, faults_of_each_call());
    for (std::size_t trial = 0; trial < trials; ++trial) {
      Machine machine{.memory = kSmallMemory, .call = call};
      machine.number = trials == count ? trial : random() % count;
      machine.for_good = trial % 2 == 1;
      if (call.starts_with("cudaMalloc")) machine.error = cudaErrorMemoryAllocation;
      fake_gpu::use(machine);
      const std::string what = call + " number " + std::to_string(machine.number);
      try {
        generate(simulation_, run_, on(Device::cuda));
        EXPECT_TRUE(machine.number + 8 >= count) << what;  // how batches fall to engines changes how many there are
      } catch (const Error& error) {
        ++failed;
        EXPECT_EQ(error.code(), ExitCode::gpu) << what << ": " << error.what();
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << what;
        EXPECT_NE(std::string(error.what()).find("--device cpu"), std::string::npos) << what << ": " << error.what();
      }
      EXPECT_EQ(fake_gpu::alive(), 0u) << what;
      if (fs::exists(run_)) {
        for (const auto& [name, text] : files_below(run_)) {
          EXPECT_FALSE(name.ends_with(".part")) << what << ": " << name;
          kept_shards += name.ends_with("0.json") ? 1 : 0;
        }
      }
      expect_resumable(what);
    }
  }
  RecordProperty("calls_failed", static_cast<int>(failed));
  EXPECT_GT(failed, 20u);
  EXPECT_GT(kept_shards, 0u) << "some failed late enough to keep a shard";
}

}  // namespace
}  // namespace marketmimic
