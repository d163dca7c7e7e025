#include "host/run/run_length.hpp"

#include "host/run/stored_outcomes.hpp"

namespace marketmimic {

RunLength::RunLength(const Simulation& simulation, const std::filesystem::path& folder, const Plan& plan)
    : simulation_(simulation), folder_(folder), plan_(plan) {}

void RunLength::advance() {
  const std::uint64_t wanted = simulation_.job.stop.successes;
  if (wanted == 0) return;
  while (!cut_ && next_ < plan_.shards() && StoredShard::usable(simulation_, folder_, next_)) {
    successes_ += stored_summary(simulation_, folder_, {next_, 1}).all.successes;
    if (successes_ >= wanted) {
      plan_.scenarios = plan_.shard(next_).end();
      cut_ = true;
    }
    ++next_;
  }
}

}  // namespace marketmimic
