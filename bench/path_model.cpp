// The diffusion market alone, 16 paths at a time on one core, by instruction set: what path_numpy.py and
// path_quantlib.cpp do, with candles and a book on top.
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

#include "kernels/cpu/market_launcher.hpp"

namespace marketmimic {
namespace {

constexpr std::uint32_t kSteps = 288;
constexpr float kStepSeconds = 300;

void run(benchmark::State& state, InstructionSet set) {
  const DiffusionStep step = DiffusionStep::of(DiffusionParameters{}, kStepSeconds, 10);
  std::vector<std::int32_t> close(kSteps * kLanes), high(close.size()), low(close.size()), volume(close.size());
  std::vector<float> log_price(close.size());
  const MarketPaths paths{close.data(), high.data(), low.data(), volume.data(), log_price.data()};
  std::uint64_t first = 0;
  for (auto _ : state) {
    run_market(step, 1, first, kSteps, false, 0, paths, set);
    first += kLanes;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(first) * kSteps);

  // The moments that show that all three run the same model.
  double squares = 0, volumes = 0;
  constexpr std::uint64_t sample = 8192;
  for (std::uint64_t i = 0; i < sample; i += kLanes) {
    run_market(step, 2, i, kSteps, false, 0, paths, set);
    for (std::size_t k = kLanes; k < log_price.size(); ++k) {
      squares += std::pow(log_price[k] - log_price[k - kLanes], 2);
      volumes += std::log1p(volume[k]);
    }
  }
  state.counters["return_sd"] = std::sqrt(squares / (sample * (kSteps - 1.0)));
  state.counters["log_volume"] = volumes / (sample * (kSteps - 1.0));
}

}  // namespace
}  // namespace marketmimic

int main(int argc, char** argv) {
  using namespace marketmimic;
  for (const InstructionSet set : {InstructionSet::x86_64, InstructionSet::x86_64_v3, InstructionSet::x86_64_v4}) {
    const std::string title = "path/marketmimic " + std::string(name(set));
    if (supported(set)) benchmark::RegisterBenchmark(title.c_str(), run, set);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
