#include "tests/referee/referee.hpp"

#include <algorithm>

namespace marketmimic {
namespace {

class Recorder {
 public:
  Recorder(const MidPath& path, const Course& course) : path_(path), course_(course) {}

  /// The position becomes `to` at the open of the fill's bar.
  void at_open(const Fill& fill, double to) { add(opens(fill), to); }
  /// The position is closed within the fill's bar, at its price.
  void within_bar(const Fill& fill, bool stop) {
    const bool falls = (fill.side < 0) == stop;  // a long position's stop, a short one's target
    const auto reached = [&](std::size_t step) {
      return falls ? path_.low[step] <= fill.price : path_.high[step] >= fill.price;
    };
    std::size_t step = opens(fill);
    while (!reached(step)) ++step;
    add(step + 1, 0);
  }

  RefereeCourse take() && {
    std::vector<RequiredTrade>& trades = result_.trades;
    trades.erase(std::remove_if(trades.begin(), trades.end(), [](const RequiredTrade& t) { return t.from == t.to; }),
                 trades.end());
    result_.position.assign(path_.open.size(), 0.0);
    for (const RequiredTrade& t : trades)
      std::fill(result_.position.begin() + static_cast<std::ptrdiff_t>(t.step), result_.position.end(), t.to);
    return std::move(result_);
  }

 private:
  std::size_t opens(const Fill& fill) const {
    return course_.bar_steps * static_cast<std::size_t>(fill.time_ms / course_.bar_ms);
  }
  void add(std::size_t step, double to) {
    if (step >= path_.open.size()) return;
    const bool together = !result_.trades.empty() && result_.trades.back().step == step;
    if (together)
      result_.trades.back().to = to;
    else
      result_.trades.push_back({step, position_, to, path_.open[step]});
    position_ = to;
  }

  const MidPath& path_;
  const Course& course_;
  RefereeCourse result_;
  double position_ = 0;
};

}  // namespace

Bars bars_of(const MidPath& path, const Course& course) {
  Bars bars;
  bars.interval_ms = course.bar_ms;
  bars.source = "scenario";
  const std::size_t steps = path.open.size();
  for (std::size_t first = 0; first < steps; first += course.bar_steps) {
    const std::size_t end = std::min(first + course.bar_steps, steps);
    const auto from = static_cast<std::ptrdiff_t>(first), to = static_cast<std::ptrdiff_t>(end);
    bars.bars.push_back({static_cast<std::int64_t>(bars.bars.size()) * course.bar_ms, path.open[first],
                         *std::max_element(path.high.begin() + from, path.high.begin() + to),
                         *std::min_element(path.low.begin() + from, path.low.begin() + to), path.close[end - 1], 0});
  }
  return bars;
}

RefereeCourse referee_course(const KnownRule& rule, const MidPath& path, const Course& course) {
  KnownRule at_bars = rule;
  at_bars.minutes = false;
  const KnownLog log = trade(at_bars, bars_of(path, course), course.first_bar);
  Recorder recorder(path, course);
  for (std::size_t i = 0; i < log.reasons.size(); ++i) {
    const Fill& entry = log.fills.fills[2 * i];
    const Fill& exit = log.fills.fills[2 * i + 1];
    recorder.at_open(entry, entry.side);
    if (log.reasons[i] == ExitReason::signal)
      recorder.at_open(exit, 0);
    else
      recorder.within_bar(exit, log.reasons[i] == ExitReason::stop);
  }
  if (log.open) recorder.at_open(*log.open, log.open->side);
  return std::move(recorder).take();
}

double asked_next(const KnownRule& rule, MidPath path, const Course& course) {
  const double last = path.close.back();  // a step that stays there changes nothing
  for (std::vector<double>* column : {&path.open, &path.high, &path.low, &path.close}) column->push_back(last);
  return referee_course(rule, path, course).position.back();
}

}  // namespace marketmimic
