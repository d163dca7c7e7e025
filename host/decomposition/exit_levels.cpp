#include "host/decomposition/exit_levels.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "host/input/bars.hpp"

namespace marketmimic {
namespace {

constexpr double kOneIn10000 = 15.1;  ///< quantile of chi-squared with one degree of freedom

/// Log-likelihood of `events` in `trials` at the best chance.
double log_likelihood(double events, double trials) {
  if (events <= 0 || events >= trials) return 0;
  return events * std::log(events / trials) + (trials - events) * std::log1p(-events / trials);
}

/// A position up to its first reduction, in the bars that held it.
struct Held {
  int side = 1;
  double entry = 0;  ///< log of the mean entry price
  double sigma = 0;  ///< usual volatility of a bar at the entry
  std::size_t first = 0, last = 0;  ///< bars [first, last]
  bool sees_last = true;            ///< false: left at the start of the last one
  bool ended = true;
};

std::vector<Held> positions(const Ledger& ledger, const Bars& bars, const MarketClock& market, double resolution_ms) {
  const auto bar_of = [&](std::int64_t time_ms) {
    const auto after = std::partition_point(bars.bars.begin(), bars.bars.end(),
                                            [&](const Bar& bar) { return bar.time_ms <= time_ms; });
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(after - bars.bars.begin(), 1)) - 1;
  };
  std::vector<Held> all;
  for (const LedgerCycle& cycle : ledger.cycles) {
    const PositionChange* change = ledger.changes.data() + cycle.first;
    const PositionChange* const end = change + cycle.count;
    Held held;
    held.side = change->size() < 0 ? -1 : 1;
    std::int64_t built_ms = change->time_ms;
    double lots = 0, worth = 0;
    for (; change != end && std::abs(change->after) >= std::abs(change->before); ++change) {
      built_ms = change->time_ms;
      if (change->order == PositionChange::unobserved) continue;
      lots += std::abs(change->size());
      worth += std::abs(change->size()) * change->price;
    }
    held.first = bar_of(built_ms);
    held.ended = change != end;
    held.last = held.ended ? bar_of(change->time_ms) : bars.bars.size() - 1;
    const bool at_start = held.ended && change->time_ms == bars.bars[held.last].time_ms;
    held.sees_last = !(at_start && resolution_ms < static_cast<double>(bars.interval_ms));
    held.entry = std::log(lots > 0 ? worth / lots : bars.bars[held.first].open);
    held.sigma = market.at(built_ms).sigma();
    all.push_back(held);
  }
  return all;
}

/// Farthest gain (`sign` 1) or loss (-1) from the entry or the best price.
Excursion measure(const Held& held, const Bars& bars, double sign, Yardstick yardstick) {
  const double unit = yardstick.in_volatility ? held.sigma : 1;
  Excursion e;
  e.bars = held.last - held.first + 1;
  e.ended = held.ended;
  double best = held.entry;
  for (std::size_t i = held.first; i <= held.last; ++i) {
    e.before = e.reached;
    if (i == held.last && !held.sees_last) break;
    const Bar& bar = bars.bars[i];
    const double towards = sign * held.side;  // of the price
    const double farthest = std::log(towards > 0 ? bar.high : bar.low);
    e.reached = std::max(e.reached, towards * (farthest - best) / unit);
    if (yardstick.from_best) best = held.side > 0 ? std::max(best, std::log(bar.high)) : std::min(best, std::log(bar.low));
  }
  return e;
}

}  // namespace

std::optional<ExitLevel> find_exit_level(std::span<const Excursion> excursions, std::size_t alternatives) {
  std::vector<double> reached, began, left, levels;  // of positions that get to a level, that end there first
  double trials = 0, exits = 0;
  for (const Excursion& e : excursions) {
    trials += static_cast<double>(e.bars);
    exits += e.ended ? 1 : 0;
    reached.push_back(e.reached);
    if (!e.ended || !(e.reached > e.before)) continue;
    began.push_back(e.before);
    left.push_back(e.reached);
    levels.push_back(e.reached);
    if (e.before > 0) levels.push_back(e.before);
  }
  for (std::vector<double>* values : {&reached, &began, &left}) std::sort(values->begin(), values->end());
  const auto below = [](const std::vector<double>& values, double level) {
    return static_cast<double>(std::lower_bound(values.begin(), values.end(), level) - values.begin());
  };
  const double without = log_likelihood(exits, trials);
  std::optional<ExitLevel> best;
  for (const double level : levels) {
    const double there = static_cast<double>(reached.size()) - below(reached, level);
    const double obeyed = below(began, level) - below(left, level);
    const double elsewhere = (exits - obeyed) / std::max(trials - there, 1.0);
    if (2 * obeyed < there || obeyed < elsewhere * there) continue;
    const double gain = log_likelihood(obeyed, there) + log_likelihood(exits - obeyed, trials - there) - without;
    if (!best || 2 * gain > best->likelihood_ratio)
      best = {level, static_cast<std::size_t>(there), static_cast<std::size_t>(obeyed), 2 * gain};
  }
  const double tried = static_cast<double>(std::max<std::size_t>(1, excursions.size() * alternatives));
  if (best && best->likelihood_ratio < kOneIn10000 + 2 * std::log(tried)) best.reset();
  return best;
}

template <class Measure>
ExitLevels::Found ExitLevels::find(std::size_t cycles, std::span<const Yardstick> yardsticks, const Measure& measure) {
  Found found;
  found.ended.assign(cycles, false);
  for (const Yardstick& yardstick : yardsticks) {
    std::vector<Excursion> excursions;
    for (std::size_t i = 0; i < cycles; ++i) excursions.push_back(measure(i, yardstick));
    const std::optional<ExitLevel> level = find_exit_level(excursions, yardsticks.size());
    if (!level || (found.rule && found.rule->level.likelihood_ratio >= level->likelihood_ratio)) continue;
    found.rule = {yardstick, *level};
    for (std::size_t i = 0; i < cycles; ++i) found.ended[i] = level->ended(excursions[i]);
  }
  return found;
}

ExitLevels::ExitLevels(const Ledger& ledger, const Bars& bars, const MarketClock& market, double time_resolution_ms) {
  const std::vector<Held> held = positions(ledger, bars, market, time_resolution_ms);
  constexpr std::array<Yardstick, 4> all = {{{false, false}, {false, true}, {true, false}, {true, true}}};
  const auto towards = [&](double sign) {
    return [&held, &bars, sign](std::size_t i, Yardstick y) { return measure(held[i], bars, sign, y); };
  };
  stop_ = find(held.size(), all, towards(-1));
  target_ = find(held.size(), std::span(all).first(2), towards(1));
}

}  // namespace marketmimic
