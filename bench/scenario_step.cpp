// The whole scenario step on one core, every column recorded, by instruction set; and without one of its parts, so that
// the difference is what the part costs.
#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "bench/sample_job.hpp"
#include "kernels/cpu/market_launcher.hpp"
#include "kernels/cpu/scenario_launcher.hpp"

namespace marketmimic {
namespace {

/// What a benchmark leaves out.
enum class Without { nothing, strategy, perturber, both };
constexpr std::array<std::string_view, 4> kNames = {"whole", "without strategy", "without perturber", "without both"};

void run_whole(benchmark::State& state, Without without, InstructionSet set) {
  SampleJob job;
  ScenarioContext<Diffusion>& c = job.context;
  if (without == Without::strategy || without == Without::both) c.strategy.cycle_count = 0;
  if (without == Without::perturber || without == Without::both) c.injections = 0;
  std::vector<std::byte> memory(record_bytes(job.columns, kLanes));
  const Record record = record_in(memory.data(), job.columns, kLanes);
  std::array<Summary, kLanes> summaries{};
  std::vector<Injection> injections(kMaxInjections * kLanes);
  std::uint64_t first = 0;
  for (auto _ : state) {
    run_scenarios(c, first, record, summaries.data(), injections.data(), set);
    first += kLanes;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(first) * c.steps);
}

void run_market_alone(benchmark::State& state, InstructionSet set) {
  const SampleJob job;
  const ScenarioContext<Diffusion>& c = job.context;
  std::vector<std::int32_t> close(c.steps * kLanes), high(close.size()), low(close.size()), volume(close.size());
  std::vector<float> log_price(close.size());
  const MarketPaths paths{close.data(), high.data(), low.data(), volume.data(), log_price.data()};
  std::uint64_t first = 0;
  for (auto _ : state) {
    run_market(c.market, c.seed, first, c.steps, true, 0, paths, set);
    first += kLanes;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(first) * c.steps);
}

}  // namespace
}  // namespace marketmimic

int main(int argc, char** argv) {
  using namespace marketmimic;
  for (const InstructionSet set : {InstructionSet::x86_64, InstructionSet::x86_64_v3, InstructionSet::x86_64_v4}) {
    if (!supported(set)) continue;
    const std::string title = "scenario/" + std::string(name(set)) + "/";
    benchmark::RegisterBenchmark((title + "market alone").c_str(), run_market_alone, set);
    for (std::size_t i = 0; i < kNames.size(); ++i)
      benchmark::RegisterBenchmark((title + std::string(kNames[i])).c_str(), run_whole, static_cast<Without>(i), set);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
