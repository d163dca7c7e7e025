#include "kernels/cuda/for_each.cuh"
#include "kernels/cuda/scenario_launcher.hpp"
#include "kernels/cuda/whole_scenario.hpp"

namespace marketmimic {

template <class Market>
void launch_scenarios(const ScenarioContext<Market>& context, const ScenarioContext<Market>* there, std::uint64_t first,
                      std::uint32_t count, const Record& record, Summary* summaries, Injection* injections,
                      cudaStream_t stream) {
  const auto launch = [&](const auto& body) { for_each("running scenarios", body, count, stream); };
  if (Sequencer::goes_on(context.adaptation, context.strategy))
    launch(WholeScenario<Market, true>::of(context, there, first, record, summaries, injections));
  else
    launch(WholeScenario<Market, false>::of(context, there, first, record, summaries, injections));
}

template void launch_scenarios(const ScenarioContext<Diffusion>&, const ScenarioContext<Diffusion>*, std::uint64_t,
                               std::uint32_t, const Record&, Summary*, Injection*, cudaStream_t);
template void launch_scenarios(const ScenarioContext<OrderBook>&, const ScenarioContext<OrderBook>*, std::uint64_t,
                               std::uint32_t, const Record&, Summary*, Injection*, cudaStream_t);

}  // namespace marketmimic
