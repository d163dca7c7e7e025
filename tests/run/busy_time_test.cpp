#include "host/run/busy_time.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "host/run/cpu_engine.hpp"
#include "host/run/production.hpp"
#include "host/run/run_folder.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

using std::chrono::milliseconds;
using Clock = BusyTime::Clock;

TEST(BusyTime, CountsEachMomentOnce) {
  BusyTime busy;
  EXPECT_EQ(busy.total().count(), 0);
  const Clock::time_point begin = Clock::now();
  {
    std::optional<BusyTime::Hold> one(std::in_place, busy);
    std::this_thread::sleep_for(milliseconds(10));
    EXPECT_GE(busy.total(), milliseconds(10)) << "while it is held";
    const BusyTime::Hold two(busy);
    one.reset();
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_LE(busy.total(), Clock::now() - begin) << "two at once are no more than one";
  EXPECT_GE(busy.total(), milliseconds(20)) << "from the first to the last";
  const auto held = busy.total();
  std::this_thread::sleep_for(milliseconds(5));
  EXPECT_EQ(busy.total(), held) << "at rest";
}

TEST(BusyTime, IsSharedByThreads) {
  BusyTime busy;
  const Clock::time_point begin = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 500; ++k) const BusyTime::Hold hold(busy);
      });
    }
  }
  EXPECT_LE(busy.total(), Clock::now() - begin);
}

/// Simulates, then rests as long in bringing it home.
class HalfIdle final : public ScenarioEngine {
 public:
  HalfIdle(const Simulation& simulation, const std::vector<RecordColumn>& columns, std::shared_ptr<BusyTime> device)
      : ScenarioEngine(std::move(device)), engine_(simulation.context, columns, best_instruction_set()) {}
  std::uint32_t capacity() const override { return engine_.capacity(); }
  std::size_t memory() const override { return engine_.memory(); }

 private:
  void simulate(std::uint64_t first, std::uint32_t count) override {
    const Clock::time_point begin = Clock::now();
    batch_ = engine_.run(first, count);
    std::this_thread::sleep_for(milliseconds(15));
    took_ = Clock::now() - begin;
  }
  Batch result() override {
    std::this_thread::sleep_for(took_);
    return batch_;
  }

  CpuEngine engine_;
  Batch batch_;
  Clock::duration took_{};
};

double device_use_of(const std::vector<std::shared_ptr<BusyTime>>& devices) {
  const TestFolder folder;
  Job job = sample_job();
  job.scenarios = 160;
  const Simulation simulation = sample_market(job);
  const Schema schema = schema_of(simulation);
  const std::vector<RecordColumn> columns = engine_columns(schema, simulation.job.steps);
  const std::filesystem::path run = folder.path() / "run";
  enter_run_folder(run, simulation, Entry::fresh);
  std::vector<std::unique_ptr<ScenarioEngine>> engines;
  for (const auto& device : devices) engines.push_back(std::make_unique<HalfIdle>(simulation, columns, device));
  Production production(simulation, schema, run, plan_of(simulation), all_shards(simulation),
                        [](const ShardInfo&) { return true; });
  EXPECT_TRUE(production.run(engines, [](std::uint64_t) { return true; }));
  return production.device_use();
}

TEST(DeviceUse, IsTheShareOfTheTimeInWhichADeviceSimulates) {
  const double half = device_use_of({std::make_shared<BusyTime>()});
  EXPECT_GT(half, 0.1);
  EXPECT_LE(half, 0.51) << "it rests as long as it simulates";
}

TEST(DeviceUse, CountsADeviceOfTwoEnginesOnce) {
  const auto device = std::make_shared<BusyTime>();
  const double use = device_use_of({device, device});
  EXPECT_GT(use, 0.1);
  EXPECT_LE(use, 1.0);
}

}  // namespace
}  // namespace marketmimic
