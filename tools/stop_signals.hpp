#pragma once

#include <atomic>
#include <csignal>
#include <thread>

namespace marketmimic {

/// Turns SIGINT, SIGTERM and SIGUSR1 into a flag while it lives. Threads started meanwhile inherit the blocked mask, so
/// one thread of its own receives them. A second signal ends the process at once.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  const std::atomic<bool>& flag() const { return flag_; }

 private:
  sigset_t signals_{}, before_{};
  std::atomic<bool> flag_{false};
  std::jthread watcher_;
};

}  // namespace marketmimic
