#include "kernels/cuda/for_each.cuh"
#include "kernels/cuda/scenario_launcher.hpp"

namespace marketmimic {
namespace {

/// What one thread does: a scenario from its first to its last step in one launch, so that its state never leaves the
/// registers. Only the schedule, which is indexed at run time, lies in local memory.
struct WholeScenario {
  using Rules = Scenario<Diffusion, 1>;

  Rules::Context context;
  std::uint64_t first;
  Record record;
  Summary* summaries;
  Injection* injections;

  MARKETMIMIC_HD void operator()(std::uint32_t i) const {
    Record mine = record;
    mine.first = i;
    Rules::Block block;
    Rules::Schedule schedule;
    Rules::start(context, block, schedule, mine, first + i);
    for (std::uint32_t t = 0; t < context.steps; ++t) Rules::step(context, block, schedule, mine, t);
    summaries[i] = Rules::finish(context, block, 0);
    for (std::uint32_t k = 0; k < context.injections; ++k) injections[k * record.stride + i] = schedule[k].load(0);
  }
};

}  // namespace

void launch_scenarios(const ScenarioContext<Diffusion>& context, std::uint64_t first, std::uint32_t count,
                      const Record& record, Summary* summaries, Injection* injections, cudaStream_t stream) {
  for_each("running scenarios", WholeScenario{context, first, record, summaries, injections}, count, stream);
}

}  // namespace marketmimic
