#include "host/sensitivity/trials.hpp"

#include <algorithm>
#include <atomic>

#include "host/error.hpp"
#include "host/run/rows.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/workforce.hpp"
#include "host/statistics/parallel.hpp"

namespace marketmimic {

std::vector<Trial> run_trials(const Simulation& simulation, const GenerateOptions& options,
                              const std::function<void(std::uint64_t)>& progress) {
  const Schema nothing;
  const Workforce force = hire(simulation, nothing, plan_of(simulation), options);
  std::vector<Trial> trials(simulation.scenarios);
  std::atomic<std::uint64_t> next{0}, done{0};
  parallel_for(force.engines.size(), static_cast<unsigned>(force.engines.size()), [&](std::size_t worker) {
    ScenarioEngine& engine = *force.engines[worker];
    const std::uint64_t capacity = engine.capacity();
    for (std::uint64_t first = next.fetch_add(capacity); first < trials.size(); first = next.fetch_add(capacity)) {
      if (options.stop != nullptr && options.stop->load())
        throw Error(ExitCode::interrupted, "interrupted: nothing was written");
      const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(capacity, trials.size() - first));
      const Batch batch = engine.run(first, count);
      for (std::uint32_t i = 0; i < count; ++i) {
        const Summary& s = batch.summaries[i];
        trials[first + i] = {s.attempted, static_cast<std::uint8_t>(s.failed_primitive),
                             static_cast<std::uint8_t>(s.success)};
      }
      progress(done += count);
    }
  });
  return trials;
}

}  // namespace marketmimic
