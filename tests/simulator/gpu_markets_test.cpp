#include "host/simulator/gpu_markets.hpp"

#include <gtest/gtest.h>

#include <variant>
#include <vector>

#include "host/run/simulation.hpp"
#include "kernels/cuda/single_scenarios.hpp"
#include "tests/simulator/support.hpp"
#ifdef MARKETMIMIC_HAVE_CUDA
#include "kernels/cuda/devices.hpp"
#endif

namespace marketmimic {
namespace {

class GpuMarkets : public testing::TestWithParam<MarketModel> {};

/// The threads' body, one after the other in the host's memory, beside sixteen lanes.
template <class Market>
void compare_bodies(ScenarioContext<Market> context, MarketSimulator& simulator) {
  const auto count = static_cast<std::uint32_t>(simulator.scenarios());
  std::vector<typename Scenario<Market, 1>::Block> blocks(count);
  std::vector<Injection> schedule(kMaxInjections * count, Markets::nothing());
  Shown shown(count, context.levels);
  const SingleScenarios<Market> single{&context, blocks.data(), schedule.data(), count};
  for (std::uint32_t i = 0; i < count; ++i) single.begin(i);
  for (std::uint32_t t = 0; t < 30; t += 3) {
    if (t == 9) {
      simulator.inject(crash(), std::vector<std::uint64_t>{7});
      context.injections = 1;
      schedule[7] = crash();
      schedule[7].start = schedule[7].from = 10.0f * static_cast<float>(t);
    }
    simulator.advance(3);
    for (std::uint32_t i = 0; i < count; ++i) single.proceed(i, t, t + 3, shown.record());
    const auto expected = seen(simulator);
    for (std::size_t k = 0; k < Shown::kValues; ++k) ASSERT_EQ(shown.values[k], expected[k]) << t << ' ' << k;
    for (std::size_t k = 0; k < Shown::kBook; ++k) ASSERT_EQ(shown.book[k], expected[6 + k]) << t << ' ' << k;
    const auto acted = simulator.perturbations();
    ASSERT_EQ(shown.masks[0], std::vector<std::uint32_t>(acted.begin(), acted.end())) << t;
  }
}

TEST_P(GpuMarkets, AThreadAScenarioShowsWhatLanesShow) {
  Job job;
  job.step_seconds = 10;
  job.steps = 1'000'000;
  job.levels = 3;
  job.random_clock = false;
  job.model = GetParam();
  MarketSimulator simulator(both_models(), small(GetParam()));
  const Simulation simulation = prepare(job, both_models(), std::nullopt);
  std::visit([&](const auto& context) { compare_bodies(context, simulator); }, simulation.context);
}

TEST_P(GpuMarkets, ShowWhatTheCpuShows) {
#ifdef MARKETMIMIC_HAVE_CUDA
  const CudaDevices found = cuda_devices();
  if (found.devices.empty()) GTEST_SKIP() << found.reason;
  SimulatorOptions options = small(GetParam());
  options.correlation = {1, 0.5, 0.5, 1};
  options.contagion = Contagion{};
  const std::vector<MarketFile> two = {both_models(), both_models()};
  MarketSimulator cpu(two, options);
  options.device = found.devices.front().index;
  MarketSimulator gpu(two, options);
  Injection waiting = crash();
  waiting.trigger = static_cast<std::uint32_t>(Trigger::market_event);
  waiting.events = ~0u;
  for (int t = 0; t < 30; ++t) {
    for (MarketSimulator* s : {&cpu, &gpu}) {
      if (t == 0) s->inject(waiting);
      if (t == 5) s->inject(crash(), std::vector<std::uint64_t>{3, 19}, 1);
      s->advance(2);
    }
    for (const std::uint32_t asset : {0u, 1u}) ASSERT_EQ(seen(cpu, asset), seen(gpu, asset)) << t;
  }
  EXPECT_NE(gpu.on_device().close, nullptr);
  EXPECT_EQ(gpu.on_device(1).stride, options.scenarios);
#else
  GTEST_SKIP() << "this build has no CUDA";
#endif
}

TEST_P(GpuMarkets, AreRefusedWhereThereIsNoSuchDevice) {
  SimulatorOptions options = small(GetParam());
  options.device = 9999;
  EXPECT_EQ(refusal([&] { MarketSimulator(both_models(), options); }).substr(0, 2), "6 ");
  MarketSimulator cpu(both_models(), small(GetParam()));
  EXPECT_EQ(refusal([&] { cpu.on_device(); }), "2 views in a GPU's memory need a simulator with a device");
}

INSTANTIATE_TEST_SUITE_P(Models, GpuMarkets, testing::Values(MarketModel::diffusion, MarketModel::order_book),
                         [](const auto& info) {
                           return info.param == MarketModel::diffusion ? "Diffusion" : "OrderBook";
                         });

}  // namespace
}  // namespace marketmimic
