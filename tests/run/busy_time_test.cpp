#include "host/run/busy_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
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

struct Interval {
  Clock::time_point begin, end;
};

/// Of the time in which at least one of these holds.
Clock::duration together(std::vector<Interval> intervals) {
  std::sort(intervals.begin(), intervals.end(), [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  Clock::duration sum{0};
  Clock::time_point counted{};
  for (const Interval& i : intervals) {
    if (i.end <= counted) continue;
    sum += i.end - std::max(i.begin, counted);
    counted = i.end;
  }
  return sum;
}

/// How long a batch takes to simulate and to bring home, at least.
struct Pace {
  std::shared_ptr<BusyTime> device;
  milliseconds simulating, bringing;
};

/// Keeps a pace, and notes when it simulated.
class Paced final : public ScenarioEngine {
 public:
  Paced(const Simulation& simulation, const std::vector<RecordColumn>& columns, const Pace& pace,
        std::vector<Interval>& noted)
      : ScenarioEngine(pace.device),
        engine_(simulation.context, columns, best_instruction_set()),
        pace_(pace),
        noted_(noted) {}
  std::uint32_t capacity() const override { return engine_.capacity(); }
  std::size_t memory() const override { return engine_.memory(); }

 private:
  void simulate(std::uint64_t first, std::uint32_t count) override {
    const Clock::time_point begin = Clock::now();
    batch_ = engine_.run(first, count);
    std::this_thread::sleep_for(pace_.simulating);
    noted_.push_back({begin, Clock::now()});
  }
  Batch result() override {
    std::this_thread::sleep_for(pace_.bringing);
    return batch_;
  }

  CpuEngine engine_;
  Pace pace_;
  Batch batch_;
  std::vector<Interval>& noted_;
};

struct Told {
  double use, waiting;         ///< by the production
  double seen;                 ///< what `use` should be, by what the engines noted
  double seen_by_each_engine;  ///< the same where devices were not shared
};

/// Of a run by these engines, where publishing a shard takes so long at least.
Told told_of(const std::vector<Pace>& paces, milliseconds publishing = milliseconds(0)) {
  const TestFolder folder;
  Job job = sample_job();
  job.scenarios = 480;
  const Simulation simulation = sample_market(job);
  const Schema schema = schema_of(simulation);
  const std::vector<RecordColumn> columns = engine_columns(schema, simulation.job.steps);
  const std::filesystem::path run = folder.path() / "run";
  enter_run_folder(run, simulation, Entry::fresh);
  std::vector<std::vector<Interval>> noted(paces.size());
  std::vector<std::unique_ptr<ScenarioEngine>> engines;
  for (std::size_t i = 0; i < paces.size(); ++i)
    engines.push_back(std::make_unique<Paced>(simulation, columns, paces[i], noted[i]));

  const Clock::time_point begin = Clock::now();
  Production production(simulation, schema, run, plan_of(simulation), all_shards(simulation), [&](const ShardInfo&) {
    std::this_thread::sleep_for(publishing);
    return true;
  });
  EXPECT_TRUE(production.run(engines, [](std::uint64_t) { return true; }));
  Told told{production.device_use(), production.waiting(), 0, 0};
  const std::chrono::duration<double> wall = Clock::now() - begin;

  std::map<const BusyTime*, std::vector<Interval>> by_device;
  for (std::size_t i = 0; i < paces.size(); ++i) {
    std::vector<Interval>& of_device = by_device[paces[i].device.get()];
    of_device.insert(of_device.end(), noted[i].begin(), noted[i].end());
    told.seen_by_each_engine += std::chrono::duration<double>(together(noted[i])) / wall;
  }
  for (const auto& [device, intervals] : by_device)
    told.seen += std::chrono::duration<double>(together(intervals)) / wall / static_cast<double>(by_device.size());
  EXPECT_NEAR(told.use, told.seen, 0.1) << "a thread may be kept waiting between two looks at the clock";
  EXPECT_LE(told.use, 1.0);
  return told;
}

TEST(DeviceUse, IsNearOneWhereADeviceHardlyRests) {
  const Told told = told_of({{std::make_shared<BusyTime>(), milliseconds(20), milliseconds(0)}});
  EXPECT_GT(told.use, 0.5) << "whatever else this machine does";
  EXPECT_LE(told.use + told.waiting, 1.0) << "a thread that simulates does not wait";
}

TEST(DeviceUse, IsHalfWhereItRestsAsLongAsItSimulates) {
  const Told told = told_of({{std::make_shared<BusyTime>(), milliseconds(15), milliseconds(15)}});
  EXPECT_GT(told.use, 0.2);
  EXPECT_LT(told.use, 0.6);
}

TEST(DeviceUse, IsLowWhereTheDiskSetsThePaceAndWaitingIsTheRest) {
  const Told told = told_of({{std::make_shared<BusyTime>(), milliseconds(2), milliseconds(0)}}, milliseconds(60));
  EXPECT_LT(told.use, 0.5);
  EXPECT_GT(told.waiting, 0.5);
  EXPECT_GT(told.use + told.waiting, 0.6);
  EXPECT_LE(told.use + told.waiting, 1.0);
}

TEST(DeviceUse, CountsADeviceOfTwoEnginesOnce) {
  const auto device = std::make_shared<BusyTime>();
  const Pace pace{device, milliseconds(20), milliseconds(0)};
  const Told told = told_of({pace, pace});
  EXPECT_GT(told.use, 0.5);
  EXPECT_GT(told.seen_by_each_engine, told.use + 0.3) << "they did simulate at a time";
}

TEST(DeviceUse, IsTheMeanOverDevices) {
  const auto own = [] { return std::make_shared<BusyTime>(); };
  const Told told = told_of({{own(), milliseconds(20), milliseconds(0)}, {own(), milliseconds(5), milliseconds(35)}});
  EXPECT_GT(told.use, 0.25);
  EXPECT_LT(told.use, 0.75);
}

}  // namespace
}  // namespace marketmimic
