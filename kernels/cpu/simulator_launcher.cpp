#include "kernels/cpu/simulator_launcher.hpp"

#include "kernels/cpu/float_environment.hpp"
#include "kernels/cpu/versions.hpp"

namespace marketmimic {
namespace {

/// Before the first step where `from` is `until`.
template <class Market>
MARKETMIMIC_HD void run(const ScenarioContext<Market>& c, std::uint32_t from, std::uint32_t until,
                        PausedScenarios<Market>& paused, const Record& shown) {
  using Rules = Scenario<Market, kLanes>;
  const Record none;
  if (until == from + 1u)
    Rules::step(c, paused.block, paused.tables, none, from);  // all lanes at once
  else
    Rules::run(c, paused.block, paused.tables, none, from, until);
  Rules::record_market(AllLanes<kLanes>{}, c, paused.block, shown, 0);
}

template <class Market>
MARKETMIMIC_HD void begin(const ScenarioContext<Market>& c, std::uint64_t first, PausedScenarios<Market>& paused) {
  const Record none;
  Scenario<Market, kLanes>::start(c, paused.block, paused.tables, none, first);
}

}  // namespace

template <class Market>
void start_scenarios(const ScenarioContext<Market>& context, std::uint64_t first, PausedScenarios<Market>& paused,
                     InstructionSet set) {
  const FloatEnvironment environment;
  run_version(set, [&]() MARKETMIMIC_INLINE { begin(context, first, paused); });
}

template <class Market>
void continue_scenarios(const ScenarioContext<Market>& context, std::uint32_t from, std::uint32_t until,
                        PausedScenarios<Market>& paused, const Record& shown, InstructionSet set) {
  const FloatEnvironment environment;
  run_version(set, [&]() MARKETMIMIC_INLINE { run(context, from, until, paused, shown); });
}

template void start_scenarios(const ScenarioContext<Diffusion>&, std::uint64_t, PausedScenarios<Diffusion>&,
                              InstructionSet);
template void start_scenarios(const ScenarioContext<OrderBook>&, std::uint64_t, PausedScenarios<OrderBook>&,
                              InstructionSet);
template void continue_scenarios(const ScenarioContext<Diffusion>&, std::uint32_t, std::uint32_t,
                                 PausedScenarios<Diffusion>&, const Record&, InstructionSet);
template void continue_scenarios(const ScenarioContext<OrderBook>&, std::uint32_t, std::uint32_t,
                                 PausedScenarios<OrderBook>&, const Record&, InstructionSet);

}  // namespace marketmimic
