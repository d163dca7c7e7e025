#include "kernels/cuda/for_each.cuh"
#include "kernels/cuda/scenario_launcher.hpp"
#include "kernels/cuda/whole_scenario.hpp"

namespace marketmimic {

void launch_scenarios(const ScenarioContext<Diffusion>& context, std::uint64_t first, std::uint32_t count,
                      const Record& record, Summary* summaries, Injection* injections, cudaStream_t stream) {
  for_each("running scenarios", WholeScenario{context, first, record, summaries, injections}, count, stream);
}

}  // namespace marketmimic
