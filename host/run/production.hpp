#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "host/run/engine.hpp"
#include "host/run/plan.hpp"
#include "host/run/shard.hpp"
#include "host/run/summary.hpp"

namespace marketmimic {

/// Makes the shards of a run: workers take batches in the order of their numbers, simulate and write them; a publisher
/// finishes full shards beside them, in order, so that the disk works while the next are simulated. What is in memory
/// at a time does not grow with the number of scenarios. A stop rule of the job is looked at after each shard; what was
/// begun beyond the one that fulfils it is thrown away.
class Production {
 public:
  /// Everything passed by reference must outlive it.
  Production(const Simulation& simulation, const Schema& schema, const std::filesystem::path& run, const Plan& plan);

  /// Runs one worker an engine until all is done; `watch` is called about 10 times a second with the scenarios done,
  /// and ends the work by returning false. Throws what went wrong first; what was not published is then removed.
  /// Returns whether the run is complete.
  bool run(const std::vector<std::unique_ptr<ScenarioEngine>>& engines,
           const std::function<bool(std::uint64_t)>& watch);

  /// After run(): what was published.
  const RunSummary& summary() const { return summary_; }
  /// In order.
  const std::vector<ShardInfo>& shards() const { return published_; }
  /// What a complete run holds: the plan given, up to the shard at which a stop rule ended it.
  const Plan& plan() const { return plan_; }

 private:
  struct Task {
    Scenarios scenarios;
    std::uint64_t index;  ///< of the shard
    std::shared_ptr<ShardWriter> shard;
  };

  void watch_over(const std::function<bool(std::uint64_t)>& watch);
  void work(ScenarioEngine& engine);
  std::optional<Task> next(std::uint32_t capacity);
  void hand_over(Task task);
  bool ended() const;
  void publish_all();
  std::shared_ptr<ShardWriter> take_full();
  void count(const ShardInfo& info, const std::vector<ScenarioRow>& outcomes);
  void cancel(std::exception_ptr reason);

  const Simulation& simulation_;
  const Schema& schema_;
  const std::filesystem::path& run_;
  std::mutex hdf5_;  ///< held while libhdf5 works

  std::atomic<std::uint64_t> done_{0};
  std::atomic<bool> cancelled_{false};

  mutable std::mutex mutex_;  ///< for all below
  std::condition_variable changed_;
  Plan plan_;
  std::uint64_t next_ = 0;
  std::shared_ptr<ShardWriter> open_;                           ///< shard of `next_`, once begun
  std::map<std::uint64_t, std::shared_ptr<ShardWriter>> full_;  ///< by index
  std::size_t working_ = 0;
  std::vector<ShardInfo> published_;  ///< the first ones of the plan
  RunSummary summary_;
  std::exception_ptr failure_;
};

}  // namespace marketmimic
