#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "host/run/busy_time.hpp"
#include "host/run/engine.hpp"
#include "host/run/plan.hpp"
#include "host/run/shard.hpp"

namespace marketmimic {

/// Makes shards of a run: workers take batches in the order of their numbers, simulate and write them; a publisher
/// finishes full shards beside them, in order, so that the disk works while the next are simulated. What is in memory
/// at a time does not grow with the number of scenarios.
class Production {
 public:
  /// Makes `shards` of `plan`, ascending, in the folder `run`. `published` is told of each, in order, on a thread of
  /// its own; where it returns false no more are wanted, and what was begun is thrown away. Everything passed by
  /// reference must outlive it.
  Production(const Simulation& simulation, const Schema& schema, const std::filesystem::path& run, const Plan& plan,
             std::vector<std::uint64_t> shards, std::function<bool(const ShardInfo&)> published);

  /// Runs one worker an engine until all is done; `watch` is called about 10 times a second with the scenarios done,
  /// and ends the work by returning false. Throws what went wrong first; what was not published is then removed.
  /// Returns whether all that is wanted was published.
  bool run(const std::vector<std::unique_ptr<ScenarioEngine>>& engines,
           const std::function<bool(std::uint64_t)>& watch);

  /// Share of the workers' time in which the disk set the pace: they wrote, or waited for full shards to be published.
  double waiting() const;
  /// Share of the time since it was made in which the devices simulated, over all of the engines' devices: CPU threads,
  /// or GPUs, of which each counts once whatever the number of its engines.
  double device_use() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Task {
    Scenarios scenarios;
    std::size_t place;  ///< of the shard in `shards_`
    std::shared_ptr<ShardWriter> shard;
  };

  void watch_over(const std::function<bool(std::uint64_t)>& watch);
  void work(ScenarioEngine& engine);
  std::optional<Task> next(std::uint32_t capacity);
  void hand_over(Task task);
  bool ended() const;
  void publish_all();
  std::shared_ptr<ShardWriter> take_full();
  void count(bool more);
  void cancel(std::exception_ptr reason);
  void outlast_the_disk();
  double share_of_time(std::chrono::nanoseconds spent, std::size_t over) const;

  const Simulation& simulation_;
  const Schema& schema_;
  const std::filesystem::path& run_;
  const Plan plan_;
  const std::vector<std::uint64_t> shards_;
  const std::function<bool(const ShardInfo&)> told_;
  const Clock::time_point start_ = Clock::now();
  std::atomic<std::int64_t> waited_{0};  ///< of all workers, for the disk [ns]
  std::mutex hdf5_;                      ///< held while libhdf5 works

  std::atomic<std::uint64_t> done_{0};
  std::atomic<bool> cancelled_{false};

  mutable std::mutex mutex_;  ///< for all below
  std::condition_variable changed_;
  std::size_t place_ = 0;                                     ///< in `shards_`, of the shard that is handed out
  std::uint64_t next_ = 0;                                    ///< scenario of it that is handed out next
  std::shared_ptr<ShardWriter> open_;                         ///< it, once begun
  std::map<std::size_t, std::shared_ptr<ShardWriter>> full_;  ///< by place in `shards_`
  std::span<const std::unique_ptr<ScenarioEngine>> engines_;  ///< constant once they work
  /// Of the engines, with what they had simulated before; constant once they work.
  std::map<const BusyTime*, std::chrono::nanoseconds> devices_;
  std::size_t working_ = 0;
  std::size_t simulating_ = 0;  ///< of the workers
  std::size_t published_ = 0;   ///< of `shards_`
  bool satisfied_ = false;      ///< no more are wanted
  std::exception_ptr failure_;
};

}  // namespace marketmimic
