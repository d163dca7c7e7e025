#pragma once

#include <chrono>
#include <mutex>

namespace marketmimic {

/// How long something that threads share was in use: the time in which at least one of them held it, each moment
/// counted once. Any thread may hold it and ask.
class BusyTime {
 public:
  using Clock = std::chrono::steady_clock;

  /// Keeps it in use while it lives.
  class Hold {
   public:
    explicit Hold(BusyTime& used) : used_(used) { used_.begin(); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() { used_.end(); }

   private:
    BusyTime& used_;
  };

  /// Until now.
  std::chrono::nanoseconds total() const {
    const std::lock_guard lock(mutex_);
    return holders_ == 0 ? before_ : before_ + (Clock::now() - since_);
  }

 private:
  void begin() {
    const std::lock_guard lock(mutex_);
    if (holders_++ == 0) since_ = Clock::now();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    if (--holders_ == 0) before_ += Clock::now() - since_;
  }

  mutable std::mutex mutex_;  ///< for all below
  unsigned holders_ = 0;
  Clock::time_point since_{};  ///< it was last taken up from rest
  std::chrono::nanoseconds before_{0};
};

}  // namespace marketmimic
