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

template <class Market>
MARKETMIMIC_VERSION("x86-64")
void run_x86_64(const ScenarioContext<Market>& c, std::uint64_t first, const Record& r, Summary* s, Injection* i) {
  run(c, first, r, s, i);
}
template <class Market>
MARKETMIMIC_VERSION("x86-64-v3")
void run_x86_64_v3(const ScenarioContext<Market>& c, std::uint64_t first, const Record& r, Summary* s, Injection* i) {
  run(c, first, r, s, i);
}
template <class Market>
MARKETMIMIC_VERSION("x86-64-v4")
void run_x86_64_v4(const ScenarioContext<Market>& c, std::uint64_t first, const Record& r, Summary* s, Injection* i) {
  run(c, first, r, s, i);
}

}  // namespace

template <class Market>
void run_scenarios(const ScenarioContext<Market>& context, std::uint64_t first, const Record& record,
                   Summary* summaries, Injection* injections, InstructionSet set) {
  const FloatEnvironment environment;
  switch (set) {
    case InstructionSet::x86_64_v4:
      return run_x86_64_v4(context, first, record, summaries, injections);
    case InstructionSet::x86_64_v3:
      return run_x86_64_v3(context, first, record, summaries, injections);
    case InstructionSet::x86_64:
      return run_x86_64(context, first, record, summaries, injections);
  }
}

template void run_scenarios(const ScenarioContext<Diffusion>&, std::uint64_t, const Record&, Summary*, Injection*,
                            InstructionSet);
template void run_scenarios(const ScenarioContext<OrderBook>&, std::uint64_t, const Record&, Summary*, Injection*,
                            InstructionSet);

}  // namespace marketmimic
