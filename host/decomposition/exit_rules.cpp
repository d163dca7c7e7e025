#include "host/decomposition/exit_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "host/input/bars.hpp"

namespace marketmimic {
namespace {

constexpr std::array<Yardstick, 8> kYardsticks = {
    {{false, 0}, {false, 12}, {false, 48}, {false, 192}, {true, 0}, {true, 12}, {true, 48}, {true, 192}}};
constexpr std::size_t kFromEntry = 4;  ///< the first of them: a target can't move with the best price

/// Standard deviation of log returns at the start of each bar, forgotten with a half-life; begins as that of the first.
std::vector<double> volatilities(const Bars& bars, double half_life) {
  const auto squared = [&](std::size_t i) {
    return std::pow(std::log(bars.bars[i].close / bars.bars[i - 1].close), 2);
  };
  const std::size_t count = bars.bars.size(), warm = std::min(count, static_cast<std::size_t>(2 * half_life));
  double variance = 0;
  for (std::size_t i = 1; i < warm; ++i) variance += squared(i) / static_cast<double>(warm - 1);
  const double keep = std::exp2(-1 / half_life);
  std::vector<double> result;
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back(std::sqrt(std::max(variance, 1e-16)));
    if (i > 0) variance = keep * variance + (1 - keep) * squared(i);
  }
  return result;
}

std::optional<ExitRule> best_rule(const HeldPositions& positions, double sign, std::span<const Yardstick> yardsticks) {
  std::optional<ExitRule> best;
  for (const Yardstick& yardstick : yardsticks) {
    const std::vector<Excursion> excursions = positions.excursions(sign, yardstick);
    const std::optional<ExitLevel> level = find_exit_level(excursions, positions.size() * yardsticks.size());
    if (level && (!best || level->likelihood_ratio > best->level.likelihood_ratio)) best = {yardstick, *level};
  }
  return best;
}

std::vector<bool> ended_by(const std::optional<ExitRule>& rule, double sign, const HeldPositions& positions) {
  std::vector<bool> ended(positions.size());
  if (!rule) return ended;
  const std::vector<Excursion> excursions = positions.excursions(sign, rule->yardstick);
  for (std::size_t i = 0; i < ended.size(); ++i) ended[i] = rule->level.ended(excursions[i]);
  return ended;
}

}  // namespace

HeldPositions::HeldPositions(const Ledger& ledger, const Bars& bars, double time_resolution_ms) : bars_(bars) {
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
    double lots = 0, worth = 0;
    for (; change != end && std::abs(change->after) >= std::abs(change->before); ++change) {
      built_ms = change->time_ms;
      if (change->order == PositionChange::unobserved) continue;
      lots += std::abs(change->size());
      worth += std::abs(change->size()) * change->price;
    }
    const std::size_t first = bar_of(built_ms);
    const bool ended = change != end;
    const std::size_t last = ended ? bar_of(change->time_ms) : first;
    const bool at_start = ended && change->time_ms == bars.bars[last].time_ms;
    const bool sees_last = ended && !(at_start && time_resolution_ms < static_cast<double>(bars.interval_ms));
    held_.push_back({side, std::log(lots > 0 ? worth / lots : bars.bars[first].open), first, last, sees_last, ended});
  }
}

std::vector<Excursion> HeldPositions::excursions(double sign, const Yardstick& yardstick) const {
  const std::vector<double> units =
      yardstick.half_life > 0 ? volatilities(bars_, yardstick.half_life) : std::vector<double>{};
  std::vector<Excursion> all;
  for (const Held& held : held_) {
    const double unit = units.empty() ? 1 : units[held.first], towards = sign * held.side;
    Excursion e;
    e.bars = held.last - held.first + 1;
    e.ended = held.ended;
    double best = held.entry;
    for (std::size_t i = held.first; i <= held.last && (i < held.last || held.sees_last); ++i) {
      const Bar& bar = bars_.bars[i];
      const double distance = towards * (std::log(towards > 0 ? bar.high : bar.low) - best) / unit;
      const bool record = distance > (e.records.empty() ? 0 : e.records.back());
      if (record) e.records.push_back(distance);
      e.left_at_record = record && held.ended && i == held.last;
      if (yardstick.from_best)
        best = held.side > 0 ? std::max(best, std::log(bar.high)) : std::min(best, std::log(bar.low));
    }
    all.push_back(std::move(e));
  }
  return all;
}

ExitRules learn_exit_rules(const HeldPositions& positions) {
  return {best_rule(positions, -1, kYardsticks), best_rule(positions, 1, std::span(kYardsticks).first(kFromEntry))};
}

RuledExits ruled_exits(const ExitRules& rules, const HeldPositions& positions) {
  RuledExits exits{rules.stop.has_value(), rules.target.has_value(), ended_by(rules.stop, -1, positions),
                   ended_by(rules.target, 1, positions)};
  for (std::size_t i = 0; i < positions.size(); ++i) exits.at_target[i] = exits.at_target[i] && !exits.at_stop[i];
  return exits;
}

}  // namespace marketmimic
