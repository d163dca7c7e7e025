#include "tools/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "host/readable.hpp"

namespace marketmimic {

ProgressBar::ProgressBar(const Console& console, std::string what) : console_(console), what_(std::move(what)) {}

ProgressBar::~ProgressBar() {
  if (console_.terminal() && shown_ != Clock::time_point{}) std::fputs("\r\033[K", stderr);
}

double ProgressBar::seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

void ProgressBar::show(double done, std::string_view detail) {
  const auto now = Clock::now();
  const bool terminal = console_.terminal();
  const auto last = terminal ? shown_ : std::max(shown_, start_);
  if (now - last < (terminal ? std::chrono::milliseconds(100) : std::chrono::minutes(1))) return;
  shown_ = now;
  done = std::clamp(done, 0.0, 1.0);
  const std::string left =
      done > 0 && done < 1 ? fmt::format(" · {} left", readable_time(seconds() * (1 - done) / done)) : "";
  const auto with_detail = [&] { return fmt::format(" {:3.0f} %  {}{}", 100 * done, detail, left); };
  std::string after = with_detail();
  if (!terminal) {
    std::fputs((what_ + after + "\n").c_str(), stderr);  // where that fails the work goes on
    return;
  }

  const auto room_beside = [&] {
    return static_cast<int>(console_.width()) - static_cast<int>(what_.size() + after.size()) - 2;
  };
  for (std::size_t cut = 0; room_beside() < 0 && (cut = detail.rfind(" · ")) != std::string_view::npos;) {
    detail = detail.substr(0, cut);
    after = with_detail();
  }
  const int room = room_beside();
  const int cells = std::clamp(room, 0, 40), full = static_cast<int>(std::lround(done * cells));
  std::string bar;
  for (int i = 0; i < cells; ++i) bar += console_.unicode() ? (i < full ? "█" : "░") : (i < full ? "#" : "-");
  if (console_.colour()) bar = "\033[36m" + bar + "\033[0m";
  if (room < 0) after = fmt::format(" {:3.0f} %", 100 * done);
  std::fputs(fmt::format("\r\033[K{} {}{}", what_, bar, after).c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace marketmimic
