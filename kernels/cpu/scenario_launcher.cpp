#include "kernels/cpu/scenario_launcher.hpp"

#include "kernels/cpu/float_environment.hpp"
#include "kernels/cpu/versions.hpp"

namespace marketmimic {
namespace {

template <class Market>
MARKETMIMIC_HD void run(const ScenarioContext<Market>& context, std::uint64_t first, const Record& record,
                        Summary* summaries, Injection* injections) {
  using Rules = Scenario<Market, kLanes>;
  typename Rules::Block block;
  typename Rules::Tables tables;
  Rules::start(context, block, tables, record, first);
  Rules::run(context, block, tables, record, 0, context.steps);
  for (int lane = 0; lane < kLanes; ++lane) {
    summaries[lane] = Rules::finish(context, block, lane);
    for (std::uint32_t k = 0; k < context.injections; ++k)
      injections[k * kLanes + static_cast<std::uint32_t>(lane)] = tables.schedule[k].load(lane);
  }
}

}  // namespace

template <class Market>
void run_scenarios(const ScenarioContext<Market>& context, std::uint64_t first, const Record& record,
                   Summary* summaries, Injection* injections, InstructionSet set) {
  const FloatEnvironment environment;
  run_version(set, [&]() MARKETMIMIC_INLINE { run(context, first, record, summaries, injections); });
}

template void run_scenarios(const ScenarioContext<Diffusion>&, std::uint64_t, const Record&, Summary*, Injection*,
                            InstructionSet);
template void run_scenarios(const ScenarioContext<OrderBook>&, std::uint64_t, const Record&, Summary*, Injection*,
                            InstructionSet);

}  // namespace marketmimic
