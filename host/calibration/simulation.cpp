#include "host/calibration/simulation.hpp"

#include <algorithm>

#include "host/statistics/parallel.hpp"
#include "kernels/cpu/market_launcher.hpp"

namespace marketmimic {
namespace {

/// Returns of one lane of a block of paths, a bar being `stride` steps.
Returns lane_returns(const SeriesPlan& plan, const std::vector<float>& log_price,
                     const std::vector<std::int32_t>& volume, std::size_t lane) {
  Returns r;
  r.bar_seconds = static_cast<double>(plan.interval_ms) / 1000.0;
  r.value.resize(plan.bars);
  r.valid.setOnes(plan.bars);
  if (plan.volumes) r.volume.resize(plan.bars);
  double before = 0;
  for (std::uint32_t bar = 0; bar < plan.bars; ++bar) {
    const std::size_t first = std::size_t{bar} * plan.steps_per_bar, last = first + plan.steps_per_bar - 1;
    const double price = static_cast<double>(log_price[last * kLanes + lane]);
    r.value[bar] = price - before;
    before = price;
    if (!plan.volumes) continue;
    double sum = 0;
    for (std::size_t step = first; step <= last; ++step) sum += volume[step * kLanes + lane];
    r.volume[bar] = sum;
  }
  return r;
}

}  // namespace

std::uint32_t steps_of_bar(std::int64_t interval_ms, std::uint32_t most) {
  const std::int64_t seconds = std::max<std::int64_t>(interval_ms / 1000, 1);
  std::uint32_t steps = most;
  while (seconds % steps != 0) --steps;
  return steps;
}

std::vector<std::vector<SeriesFacts>> simulate(const std::vector<DiffusionParameters>& models, const SeriesPlan& plan,
                                               std::uint32_t series, std::uint64_t seed, unsigned threads) {
  constexpr std::int64_t second_ms = 1000, day_ms = std::int64_t{kSecondsOfDay} * second_ms;
  const Calendar calendar = Calendar::regular(plan.start_ms, plan.interval_ms, plan.bars);
  const auto clock = static_cast<std::uint32_t>((plan.start_ms % day_ms + day_ms) % day_ms / second_ms);
  const auto dt = static_cast<float>(static_cast<double>(plan.interval_ms) / 1000.0 / plan.steps_per_bar);
  const std::size_t blocks = (series + kLanes - 1) / kLanes;
  const InstructionSet set = best_instruction_set();

  std::vector<std::vector<SeriesFacts>> found(models.size(), std::vector<SeriesFacts>(blocks * kLanes));
  parallel_for(models.size() * blocks, threads, [&](std::size_t job) {
    const std::size_t model = job / blocks, block = job % blocks;
    const std::uint32_t steps = plan.bars * plan.steps_per_bar;
    std::vector<float> log_price(std::size_t{steps} * kLanes);
    std::vector<std::int32_t> volume(plan.volumes ? log_price.size() : 0);
    MarketPaths paths;
    paths.log_price = log_price.data();
    if (plan.volumes) paths.volume = volume.data();
    run_market(DiffusionStep::of(models[model], dt, 1), seed, block * kLanes, steps, false, clock, paths, set);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const Returns r = lane_returns(plan, log_price, volume, lane);
      found[model][block * kLanes + lane] = {facts_of(r, calendar), hourly_profile(r, calendar)};
    }
  });
  for (std::vector<SeriesFacts>& each : found) each.resize(series);
  return found;
}

}  // namespace marketmimic
