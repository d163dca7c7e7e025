#include "tools/stop_signals.hpp"

#include <cerrno>
#include <ctime>

namespace marketmimic {

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  for (int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  watcher_ = std::jthread([this](const std::stop_token& ended) {
    constexpr timespec pause = {.tv_sec = 0, .tv_nsec = 50'000'000};
    while (!ended.stop_requested()) {
      if (sigtimedwait(&signals_, nullptr, &pause) < 0) continue;  // nothing came
      flag_ = true;
      pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);  // of this thread: the next one has its usual effect
      return;
    }
  });
}

StopSignals::~StopSignals() {
  watcher_.request_stop();
  watcher_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace marketmimic
