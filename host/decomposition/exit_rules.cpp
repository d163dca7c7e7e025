#include "host/decomposition/exit_rules.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "host/input/bars.hpp"

namespace marketmimic {
namespace {

constexpr double kMemories[] = {6, 12, 24, 48, 96, 192};  ///< [bars] tried of each unit first
constexpr int kHalvings = 5;                              ///< of the step from the best one, in its logarithm

double smoothing(ExitUnit unit, double memory) {
  return unit == ExitUnit::smoothed ? 1 - std::exp2(-1 / memory) : 1 / memory;
}

/// The yardstick of the best level.
class YardstickSearch {
 public:
  YardstickSearch(const HeldPositions& positions, double sign) : positions_(positions), sign_(sign) {}

  void try_all(bool from_best, bool at_close) {
    const auto judge = [&](ExitUnit unit, double memory) { return judged({from_best, unit, memory, at_close}); };
    best_.push_back(judge(ExitUnit::log_price, 0));
    for (const ExitUnit unit : {ExitUnit::smoothed, ExitUnit::window, ExitUnit::true_range}) {
      Judged here;
      for (const double memory : kMemories) here = std::max(here, judge(unit, memory));
      double step = 0.5;  // octaves
      for (int halving = 0; halving < kHalvings && promising(here); ++halving, step /= 2)
        for (const double octaves : {-step, step}) {
          const double memory =
              std::min(std::round(here.yardstick.memory * std::exp2(octaves)), static_cast<double>(kLongestWindow));
          if (memory != here.yardstick.memory) here = std::max(here, judge(unit, memory));
        }
      best_.push_back(here);
    }
  }
  /// By the first unit that holds when looked at closely, the most promising first.
  std::optional<ExitRule> best() {
    std::sort(best_.begin(), best_.end(), [](const Judged& a, const Judged& b) { return b < a; });
    for (const Judged& here : best_) {
      if (!promising(here)) continue;  // of fewer tried less is enough
      if (const auto level = find_exit_level(positions_.excursions(sign_, here.yardstick), levels(here.yardstick)))
        return ExitRule{here.yardstick, *level};
    }
    return std::nullopt;
  }

 private:
  struct Judged {
    Yardstick yardstick;
    double evidence = -std::numeric_limits<double>::infinity();
    bool operator<(const Judged& other) const { return evidence < other.evidence; }
  };
  /// Each way to look at prices is a search of its own.
  std::size_t levels(const Yardstick& yardstick) const { return positions_.size() * tried_[yardstick.at_close]; }
  /// A closer look finds more, but hardly twice as much.
  bool promising(const Judged& here) const { return here.evidence >= least_evidence(levels(here.yardstick)) / 2; }
  Judged judged(const Yardstick& yardstick) {
    ++tried_[yardstick.at_close];
    return {yardstick, exit_level_evidence(positions_.excursions(sign_, yardstick))};
  }

  const HeldPositions& positions_;
  double sign_;
  std::vector<Judged> best_;   ///< of each unit
  std::size_t tried_[2] = {};  ///< by Yardstick::at_close
};

std::vector<bool> ended_by(const std::optional<ExitRule>& rule, double sign, const HeldPositions& positions) {
  std::vector<bool> ended(positions.size());
  if (!rule) return ended;
  const std::vector<Excursion> excursions = positions.excursions(sign, rule->yardstick);
  for (std::size_t i = 0; i < ended.size(); ++i) ended[i] = rule->level.ended(excursions[i]);
  return ended;
}

}  // namespace

HeldPositions::HeldPositions(const Ledger& ledger, const Bars& bars, double time_resolution_ms) {
  double before = bars.bars.empty() ? 0 : std::log(bars.bars.front().close);
  for (const Bar& bar : bars.bars) {
    const double close = std::log(bar.close);
    close_.push_back(close);
    low_.push_back(std::log(bar.low));
    high_.push_back(std::log(bar.high));
    squared_.push_back((close - before) * (close - before));
    range_.push_back(std::max(high_.back(), before) - std::min(low_.back(), before));
    before = close;
  }
  const auto bar_of = [&](std::int64_t time_ms) {
    const auto after = std::partition_point(bars.bars.begin(), bars.bars.end(),
                                            [&](const Bar& bar) { return bar.time_ms <= time_ms; });
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(after - bars.bars.begin(), 1)) - 1;
  };
  for (const LedgerCycle& cycle : ledger.cycles) {
    const PositionChange* change = ledger.changes.data() + cycle.first;
    const PositionChange* const end = change + cycle.count;
    const int side = change->size() < 0 ? -1 : 1;
    std::int64_t built_ms = change->time_ms;
    MeanEntry entry;
    for (; change != end && !change->reduces(); ++change) {
      built_ms = change->time_ms;
      entry.add(*change);
    }
    const std::size_t first = bar_of(built_ms);
    const bool ended = change != end;
    const std::size_t last = ended ? bar_of(change->time_ms) : first;
    const bool at_start = ended && change->time_ms == bars.bars[last].time_ms;
    const bool sees_last = ended && !(at_start && time_resolution_ms < static_cast<double>(bars.interval_ms));
    constexpr double soon = 0.2, before = 0.02;  // of a bar
    const auto interval = static_cast<double>(bars.interval_ms);
    const std::int64_t left = ended ? change->time_ms : built_ms;
    const std::size_t closed = bars.ended_by(left + static_cast<std::int64_t>(before * interval));
    const bool prompt =
        ended && closed > 0 && static_cast<double>(left - bars.bars[closed - 1].time_ms) <= (1 + soon) * interval;
    held_.push_back({side, std::log(entry.lots > 0 ? entry.price() : bars.bars[first].open), first, last, sees_last,
                     ended, closed, prompt});
  }
}

std::vector<double> HeldPositions::sizes(ExitUnit unit, double memory) const {
  if (unit == ExitUnit::log_price || low_.empty()) return std::vector<double>(low_.size(), 1.0);
  const bool range = unit == ExitUnit::true_range, window = unit == ExitUnit::window;
  const std::vector<double>& values = range ? range_ : squared_;
  // Until as many are known as are remembered, the mean of the first so many stands for them.
  const double memories = unit == ExitUnit::smoothed ? 2 * memory : memory;
  const auto full = std::min(static_cast<std::size_t>(memories), values.size() - 1);
  const double weight = smoothing(unit, memory);
  double mean = 0;
  for (std::size_t i = 1; i <= full; ++i) mean += values[i] / static_cast<double>(full);
  std::vector<double> result;
  result.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double least = std::max(mean, 1e-16);
    result.push_back(range ? least : std::sqrt(least));
    if (i > full) mean += window ? (values[i] - values[i - full]) * weight : (values[i] - mean) * weight;
  }
  return result;
}

std::vector<Excursion> HeldPositions::excursions(double sign, const Yardstick& yardstick) const {
  const std::vector<double> units = sizes(yardstick.unit, yardstick.memory);
  std::vector<Excursion> all;
  for (const Held& held : held_) {
    const double unit = units[held.first], towards = sign * held.side;
    Excursion e;
    const bool closes = yardstick.at_close;
    const std::size_t seen = closes ? held.closed : held.last + (held.sees_last ? 1 : 0);  // bars up to it
    e.bars = closes ? std::max(seen, held.first + 1) - held.first : held.last - held.first + 1;
    e.ended = held.ended;
    double best = held.entry;
    const std::vector<double>& high = closes ? close_ : high_;
    const std::vector<double>& low = closes ? close_ : low_;
    for (std::size_t i = held.first; i < seen; ++i) {
      const double distance = towards * ((towards > 0 ? high : low)[i] - best) / unit;
      const bool record = distance > (e.records.empty() ? 0 : e.records.back());
      if (record) e.records.push_back(distance);
      e.left_at_record = record && held.ended && (closes ? i + 1 == seen && held.prompt : i == held.last);
      if (yardstick.from_best) best = held.side > 0 ? std::max(best, high[i]) : std::min(best, low[i]);
    }
    all.push_back(std::move(e));
  }
  return all;
}

ExitRules learn_exit_rules(const HeldPositions& positions) {
  YardstickSearch stop(positions, -1), target(positions, 1);
  for (const bool at_close : {false, true}) {
    for (const bool from_best : {false, true}) stop.try_all(from_best, at_close);
    target.try_all(false, at_close);  // it can't move with the best price
  }
  return {stop.best(), target.best()};
}

RuledExits ruled_exits(const ExitRules& rules, const HeldPositions& positions) {
  RuledExits exits{rules.stop.has_value(), rules.target.has_value(), ended_by(rules.stop, -1, positions),
                   ended_by(rules.target, 1, positions)};
  for (std::size_t i = 0; i < positions.size(); ++i) exits.at_target[i] = exits.at_target[i] && !exits.at_stop[i];
  return exits;
}

}  // namespace marketmimic
