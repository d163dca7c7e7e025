#include "kernels/cpu/scenario_launcher.hpp"

#include <algorithm>

#include "kernels/cpu/float_environment.hpp"
#include "kernels/cpu/versions.hpp"

namespace marketmimic {
namespace {

template <class Market>
MARKETMIMIC_HD void run(const ScenarioContext<Market>& context, std::uint64_t first, const Record& record,
                        Summary* summaries, Injection* injections, const std::atomic<bool>* stop) {
  constexpr float between_looks = 4096 * 60.0f;  // seconds of the market's; of a busy order book one or two of ours
  const auto slice = static_cast<std::uint32_t>(std::clamp(between_looks / context.dt, 1.0f, 4096.0f));
  using Rules = Scenario<Market, kLanes>;
  typename Rules::Block block;
  typename Rules::Tables tables;
  Rules::start(context, block, tables, record, first);
  for (std::uint32_t from = 0, until = 0; from < context.steps; from = until) {
    if (stop != nullptr && *stop) return;
    until = std::min(context.steps - from, slice) + from;
    Rules::run(context, block, tables, record, from, until);
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    summaries[lane] = Rules::finish(context, block, lane);
    for (std::uint32_t k = 0; k < context.injections; ++k)
      injections[k * kLanes + static_cast<std::uint32_t>(lane)] = tables.schedule[k].load(lane);
  }
}

}  // namespace

template <class Market>
void run_scenarios(const ScenarioContext<Market>& context, std::uint64_t first, const Record& record,
                   Summary* summaries, Injection* injections, InstructionSet set, const std::atomic<bool>* stop) {
  const FloatEnvironment environment;
  run_version(set, [&]() MARKETMIMIC_INLINE { run(context, first, record, summaries, injections, stop); });
}

template void run_scenarios(const ScenarioContext<Diffusion>&, std::uint64_t, const Record&, Summary*, Injection*,
                            InstructionSet, const std::atomic<bool>*);
template void run_scenarios(const ScenarioContext<OrderBook>&, std::uint64_t, const Record&, Summary*, Injection*,
                            InstructionSet, const std::atomic<bool>*);

}  // namespace marketmimic
