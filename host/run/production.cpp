#include "host/run/production.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace marketmimic {

Production::Production(const Simulation& simulation, const Schema& schema, const std::filesystem::path& run,
                       const Plan& plan, std::vector<std::uint64_t> shards,
                       std::function<bool(const ShardInfo&)> published)
    : simulation_(simulation),
      schema_(schema),
      run_(run),
      plan_(plan),
      shards_(std::move(shards)),
      told_(std::move(published)) {}

/// Nothing more is wanted; `mutex_` is held.
bool Production::ended() const { return cancelled_ || satisfied_ || published_ == shards_.size(); }

bool Production::run(const std::vector<std::unique_ptr<ScenarioEngine>>& engines,
                     const std::function<bool(std::uint64_t)>& watch) {
  engines_ = engines;
  for (const auto& engine : engines) devices_.emplace(&engine->busy(), engine->busy().total());
  working_ = simulating_ = engines.size();
  {
    std::vector<std::jthread> threads;  // an exception must not leave while they work
    try {
      for (const auto& engine : engines) threads.emplace_back([this, &engine] { work(*engine); });
      threads.emplace_back([this] { publish_all(); });
      watch_over(watch);
    } catch (...) {
      cancel(std::current_exception());
    }
  }
  open_.reset();
  full_.clear();
  if (failure_) std::rethrow_exception(failure_);
  return satisfied_ || published_ == shards_.size();
}

void Production::watch_over(const std::function<bool(std::uint64_t)>& watch) {
  std::unique_lock lock(mutex_);
  while (working_ != 0) {
    changed_.wait_for(lock, std::chrono::milliseconds(100));
    lock.unlock();
    if (!watch(done_)) cancel(nullptr);
    lock.lock();
  }
}

void Production::work(ScenarioEngine& engine) {
  try {
    std::vector<std::byte> scratch(ShardWriter::scratch_bytes(schema_));
    while (const std::optional<Task> task = next(engine.capacity())) {
      const auto count = static_cast<std::uint32_t>(task->scenarios.count);
      const Batch batch = engine.run(task->scenarios.first, count);
      if (cancelled_) break;
      std::chrono::nanoseconds writing{0};
      const bool full = task->shard->write(batch, task->scenarios.first, count, scratch, writing);
      waited_ += writing.count();
      done_ += count;
      if (full) hand_over(*task);
    }
  } catch (...) {
    cancel(std::current_exception());
  }
  outlast_the_disk();
}

/// The last to have simulated waits for what is left to publish, in the name of all.
void Production::outlast_the_disk() {
  std::unique_lock lock(mutex_);
  if (--simulating_ == 0) {
    const Clock::time_point begun = Clock::now();
    changed_.wait(lock, [this] { return ended(); });
    waited_ += std::chrono::nanoseconds(Clock::now() - begun).count() * static_cast<std::int64_t>(engines_.size());
  }
  --working_;
  changed_.notify_all();
}

std::optional<Production::Task> Production::next(std::uint32_t capacity) {
  const std::lock_guard lock(mutex_);
  if (ended() || place_ == shards_.size()) return std::nullopt;
  const std::uint64_t index = shards_[place_];
  const Scenarios shard = plan_.shard(index);
  if (!open_) {
    next_ = shard.first;
    const Clock::time_point begun = Clock::now();
    open_ = std::make_shared<ShardWriter>(simulation_, schema_, run_, shard_name(simulation_.identity, index), shard,
                                          hdf5_);
    waited_ += std::chrono::nanoseconds(Clock::now() - begun).count();
  }
  const std::uint64_t count = std::min<std::uint64_t>(capacity, shard.end() - next_);
  Task task{{next_, count}, place_, open_};
  next_ += count;
  if (next_ == shard.end()) {
    ++place_;
    open_.reset();
  }
  return task;
}

/// Waits while two shards are full already: the disk sets the pace. The one that is to be published next never waits.
void Production::hand_over(Task task) {
  constexpr std::size_t most = 2;
  std::unique_lock lock(mutex_);
  const Clock::time_point begun = Clock::now();
  changed_.wait(lock, [&] { return full_.size() < most || task.place == published_ || ended(); });
  waited_ += std::chrono::nanoseconds(Clock::now() - begun).count();
  full_.emplace(task.place, std::move(task.shard));
  changed_.notify_all();
}

/// Of as many as `over`, since the work began.
double Production::share_of_time(std::chrono::nanoseconds spent, std::size_t over) const {
  const std::chrono::duration<double> all = Clock::now() - start_;
  return std::chrono::duration<double>(spent) / (all * static_cast<double>(std::max<std::size_t>(over, 1)));
}

double Production::waiting() const { return share_of_time(std::chrono::nanoseconds(waited_), engines_.size()); }

double Production::device_use() const {
  std::chrono::nanoseconds simulated{0};
  for (const auto& [device, before] : devices_) simulated += device->total() - before;
  return share_of_time(simulated, devices_.size());
}

std::shared_ptr<ShardWriter> Production::take_full() {
  std::unique_lock lock(mutex_);
  const auto due = [this] { return full_.find(published_); };
  changed_.wait(lock, [&] { return due() != full_.end() || working_ == 0 || ended(); });
  if (ended() || due() == full_.end()) return nullptr;
  std::shared_ptr<ShardWriter> shard = std::move(full_.extract(due()).mapped());
  changed_.notify_all();
  return shard;
}

void Production::publish_all() {
  try {
    while (const std::shared_ptr<ShardWriter> shard = take_full()) {
      count(told_(shard->publish()));
    }
  } catch (...) {
    cancel(std::current_exception());
  }
}

void Production::count(bool more) {
  const std::lock_guard lock(mutex_);
  ++published_;
  satisfied_ = !more;
  changed_.notify_all();
}

void Production::cancel(std::exception_ptr reason) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(reason);
  cancelled_ = true;
  for (const auto& engine : engines_) engine->stop();
  changed_.notify_all();
}

}  // namespace marketmimic
