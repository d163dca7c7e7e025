#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "tools/console.hpp"

namespace marketmimic {

/// A line at the bottom of the terminal that tells how far the work is; it goes away at the end. Elsewhere, as in the
/// log of a batch job, a line a minute.
class ProgressBar {
 public:
  ProgressBar(const Console& console, std::string what);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `done` is a share of the whole; `detail` stands before the time left, and its last parts, between ` · `, are left
  /// out where the terminal is narrow. Seldom shown more than ten times a second.
  void show(double done, std::string_view detail);
  /// Since it was made [s].
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  const Console& console_;
  std::string what_;
  Clock::time_point start_ = Clock::now(), shown_{};
};

}  // namespace marketmimic
