#include "host/decomposition/signal_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "host/decomposition/trading_hours.hpp"
#include "host/input/bars.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kFewestEntries = 20;
constexpr double kLeastShare = 0.5;          ///< of signals followed, and of entries told
constexpr double kOneIn10000Signals = 15.1;  ///< quantile of chi-squared with one degree of freedom
constexpr std::array<std::uint32_t, 28> kFast = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 12, 13, 14, 15,
                                                 16, 18, 20, 21, 24, 25, 26, 30, 34, 36, 40, 48, 50, 60};
constexpr std::array<std::uint32_t, 36> kSlow = {3,  4,  5,  6,  8,  9,  10, 12,  13,  14,  15,  16,
                                                 18, 20, 21, 24, 25, 26, 28, 30,  34,  36,  40,  48,
                                                 50, 55, 60, 72, 80, 89, 96, 100, 120, 144, 200, 240};

using Sides = std::vector<std::int8_t>;  ///< [bars] 1, -1 or 0

/// What the trader did and could do after each bar.
struct Conduct {
  std::size_t first = 0, last = 0;  ///< bars [first, last) from the log's first entry to its last change
  Sides entered;                    ///< side of a position opened before the next bar ended
  Sides held;                       ///< side of the position just before the bar's end
  Sides left;                       ///< side of a position first reduced before the next bar ended
  std::vector<bool> can_enter;      ///< [bars] whether the next bar lies in the hours of entries ...
  std::vector<bool> can_leave;      ///< ... and of exits
};

std::int8_t side_of(const PositionChange& opening) { return opening.size() > 0 ? 1 : -1; }

/// Whether the bar after each lies in the hours of what was done.
std::vector<bool> in_hours_of(const Sides& done, const Bars& bars) {
  std::vector<std::int64_t> times_ms;
  for (std::size_t i = 0; i < done.size(); ++i)
    if (done[i] != 0) times_ms.push_back(bars.bars[i].time_ms + bars.interval_ms);
  const TradingHours hours(times_ms);
  std::vector<bool> within;
  for (const Bar& bar : bars.bars) within.push_back(hours.contain(bar.time_ms + bars.interval_ms));
  return within;
}

Conduct conduct_of(const Ledger& ledger, const Bars& bars) {
  const std::size_t count = bars.bars.size();
  Conduct c;
  c.entered.assign(count, 0);
  c.held.assign(count, 0);
  c.left.assign(count, 0);
  c.first = std::max<std::size_t>(bars.ended_by(ledger.changes.front().time_ms), 1) - 1;
  c.last = std::max(c.first, bars.ended_by(ledger.changes.back().time_ms));
  for (const LedgerCycle& cycle : ledger.cycles) {
    const PositionChange& opening = ledger.changes[cycle.first];
    const PositionChange& closing = ledger.changes[cycle.first + cycle.count - 1];
    const std::size_t open = bars.ended_by(opening.time_ms);
    const std::size_t shut = cycle.ends_flat ? bars.ended_by(closing.time_ms) : count;
    if (open > 0) c.entered[open - 1] = side_of(opening);
    for (std::size_t i = open; i < shut; ++i) c.held[i] = side_of(opening);
    if (const PositionChange* reduction = first_reduction(ledger, cycle)) {
      const std::size_t bar = bars.ended_by(reduction->time_ms);
      if (bar > 0) c.left[bar - 1] = side_of(opening);
    }
  }
  c.can_enter = in_hours_of(c.entered, bars);
  c.can_leave = in_hours_of(c.left, bars);
  return c;
}

double log_likelihood(double hits, double trials) {
  if (hits <= 0 || hits >= trials) return 0;
  return hits * std::log(hits / trials) + (trials - hits) * std::log1p(-hits / trials);
}

/// One candidate against what the trader did.
class Judge {
 public:
  explicit Judge(const Conduct& conduct) : conduct_(conduct) {
    for (std::size_t i = conduct.first; i < conduct.last; ++i) {
      bars_ += conduct.can_enter[i] ? 1 : 0;
      if (conduct.entered[i] != 0) ++entries_[TradingRules::place(conduct.entered[i])];
    }
  }
  std::size_t entries() const { return entries_[0] + entries_[1]; }

  /// `signal(i)`: 1, -1 or 0 at the end of bar i.
  template <class Signal>
  void consider(EntrySignal candidate, const Signal& signal) {
    std::size_t calls[2][2] = {}, followed[2][2] = {};  // [direction][side]
    for (std::size_t i = conduct_.first; i < conduct_.last; ++i) {
      const int sign = signal(i);
      if (sign == 0 || !conduct_.can_enter[i]) continue;
      for (const int direction : {1, -1}) {
        const int side = direction * sign;
        const std::uint32_t d = TradingRules::place(direction), s = TradingRules::place(side);
        const bool took = conduct_.entered[i] == side;
        calls[d][s] += took || conduct_.held[i] != side ? 1 : 0;
        followed[d][s] += took ? 1 : 0;
      }
    }
    for (const int direction : {1, -1}) {
      candidate.direction = direction;
      const std::uint32_t d = TradingRules::place(direction);
      weigh(candidate, calls[d], followed[d]);
    }
  }

  std::optional<SignalFit> best() const {
    const double least = kOneIn10000Signals + 2 * std::log(static_cast<double>(std::max<std::size_t>(tried_, 1)));
    const auto share = [](std::size_t part, std::size_t whole) {
      return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
    };
    const bool good = best_.likelihood_ratio > least && share(best_.followed, best_.calls) >= kLeastShare &&
                      share(best_.told, best_.entries) >= kLeastShare;
    return good ? std::optional(best_) : std::nullopt;
  }

 private:
  void weigh(const EntrySignal& candidate, const std::size_t (&calls)[2], const std::size_t (&followed)[2]) {
    ++tried_;
    SignalFit fit;
    fit.signal = candidate;
    const auto bars = static_cast<double>(bars_);
    for (std::size_t s = 0; s < 2; ++s) {
      const auto n = static_cast<double>(calls[s]), k = static_cast<double>(followed[s]);
      const auto all = static_cast<double>(entries_[s]);
      if (n == 0 || all == 0 || k / n <= all / bars) continue;
      fit.takes[s] = true;
      fit.entries += entries_[s];
      fit.told += followed[s];
      fit.calls += calls[s];
      fit.followed += followed[s];
      fit.likelihood_ratio +=
          2 * (log_likelihood(k, n) + log_likelihood(all - k, bars - n) - log_likelihood(all, bars));
    }
    if (fit.likelihood_ratio > best_.likelihood_ratio) best_ = fit;
  }

  const Conduct& conduct_;
  std::size_t bars_ = 0;  ///< in which the trader can enter
  std::size_t entries_[2] = {};
  std::size_t tried_ = 0;
  SignalFit best_;
};

/// For every bar, how many closes before it lie strictly below its own (`sign` 1) or above it (-1).
std::vector<std::size_t> reaches(const Bars& bars, double sign) {
  std::vector<std::size_t> reach(bars.bars.size()), rising;  // bars whose closes were not passed since
  for (std::size_t i = 0; i < reach.size(); ++i) {
    const auto value = [&](std::size_t k) { return sign * bars.bars[k].close; };
    while (!rising.empty() && value(rising.back()) < value(i)) rising.pop_back();
    reach[i] = rising.empty() ? i : i - rising.back() - 1;
    rising.push_back(i);
  }
  return reach;
}

void try_breakouts(const Bars& bars, Judge& judge) {
  const std::vector<std::size_t> above = reaches(bars, 1), below = reaches(bars, -1);
  for (std::uint32_t slow = 2; slow < kHistoryBars; ++slow)
    judge.consider({static_cast<std::uint32_t>(SignalFamily::breakout), 1, slow, 1},
                   [&](std::size_t i) { return above[i] >= slow ? 1 : (below[i] >= slow ? -1 : 0); });
}

void try_crossings(const Bars& bars, Judge& judge) {
  std::vector<double> sums = {0};
  for (const Bar& bar : bars.bars) sums.push_back(sums.back() + std::log(bar.close / bars.bars.front().close));
  for (const std::uint32_t fast : kFast)
    for (const std::uint32_t slow : kSlow) {
      if (slow <= fast) continue;
      const auto mean = [&](std::size_t end, std::uint32_t n) { return (sums[end] - sums[end - n]) / n; };
      const auto above = [&](std::size_t end) { return mean(end, fast) > mean(end, slow); };
      judge.consider({static_cast<std::uint32_t>(SignalFamily::crossing), fast, slow, 1}, [&](std::size_t i) {
        if (i < slow) return 0;
        const bool now = above(i + 1);
        return now == above(i) ? 0 : (now ? 1 : -1);
      });
    }
}

void try_bands(const Bars& bars, Judge& judge) {
  constexpr std::array<std::uint32_t, 10> bars_looked_at = {10, 12, 14, 15, 20, 21, 24, 30, 50, 100};
  constexpr std::array<float, 8> levels = {1, 1.5f, 1.8f, 2, 2.2f, 2.5f, 2.8f, 3};
  std::vector<double> sums = {0}, squares = {0};
  for (const Bar& bar : bars.bars) {
    const double price = std::log(bar.close / bars.bars.front().close);
    sums.push_back(sums.back() + price);
    squares.push_back(squares.back() + price * price);
  }
  for (const std::uint32_t n : bars_looked_at)
    for (const float level : levels)
      judge.consider({static_cast<std::uint32_t>(SignalFamily::bands), 1, n, 1, 3, level}, [&](std::size_t i) {
        if (i < n) return 0;
        const double mean = (sums[i + 1] - sums[i + 1 - n]) / n, square = (squares[i + 1] - squares[i + 1 - n]) / n;
        const double away = sums[i + 1] - sums[i] - mean;
        constexpr double rounding = 1e-18;  // a price that stands still has no bands to leave
        if (away * away <= double{level} * level * std::max(square - mean * mean, rounding)) return 0;
        return away > 0 ? 1 : -1;
      });
}

void try_strengths(const Bars& bars, Judge& judge) {
  constexpr std::array<std::uint32_t, 10> changes = {2, 3, 5, 7, 9, 10, 14, 20, 21, 25};
  constexpr std::array<float, 9> levels = {5, 10, 15, 20, 25, 30, 35, 40, 45};
  constexpr std::uint32_t remembered = 10;  // times the changes, by Wilder's smoothing: e^-10 of what was before
  const std::size_t count = bars.bars.size();
  std::vector<double> gains(count), losses(count), up(count + 1), down(count + 1);  // and their sums before each
  for (std::size_t i = 1; i < count; ++i) {
    const double change = std::log(bars.bars[i].close / bars.bars[i - 1].close);
    gains[i] = std::max(change, 0.0);
    losses[i] = std::max(-change, 0.0);
  }
  for (std::size_t i = 0; i < count; ++i) {
    up[i + 1] = up[i] + gains[i];
    down[i + 1] = down[i] + losses[i];
  }
  const auto index_of = [](double gained, double lost) {
    return gained + lost > 0 ? 100 * gained / (gained + lost) : 50;
  };
  std::vector<double> index(count);
  const auto consider = [&](std::uint32_t n, std::uint32_t slow) {
    for (const float level : levels)
      judge.consider({static_cast<std::uint32_t>(SignalFamily::strength), n, slow, 1, 3, level}, [&](std::size_t i) {
        if (i < slow) return 0;
        return index[i] > 100 - double{level} ? 1 : (index[i] < double{level} ? -1 : 0);
      });
  };
  for (const std::uint32_t n : changes) {
    for (std::size_t i = n; i < count; ++i)
      index[i] = index_of(up[i + 1] - up[i + 1 - n], down[i + 1] - down[i + 1 - n]);
    consider(n, n);
    double gained = 0, lost = 0;
    for (std::size_t i = 1; i < count; ++i) {
      const double weight = 1 / static_cast<double>(std::min<std::size_t>(i, n));
      gained += (gains[i] - gained) * weight;
      lost += (losses[i] - lost) * weight;
      index[i] = index_of(gained, lost);
    }
    consider(n, std::min(remembered * n, kHistoryBars - 1));
  }
}

}  // namespace

int signal_at(const EntrySignal& signal, const Bars& bars, std::size_t i) {
  if (i < signal.slow) return 0;
  const double unit = bars.bars.front().close;
  return signal.read([&](std::uint32_t k) { return std::log(bars.bars[i - k].close / unit); });
}

std::optional<SignalFit> fit_entry_signal(const Ledger& ledger, const Bars& bars) {
  const Conduct conduct = conduct_of(ledger, bars);
  Judge judge(conduct);
  if (judge.entries() < kFewestEntries) return std::nullopt;
  try_breakouts(bars, judge);
  try_crossings(bars, judge);
  try_bands(bars, judge);
  try_strengths(bars, judge);
  return judge.best();
}

ExitCauses exit_causes(const Ledger& ledger, const Bars& bars, const RuledExits& exits,
                       const std::optional<SignalFit>& entry, const std::vector<std::uint32_t>& called) {
  ExitCauses reasons;
  std::vector<bool> opposite(ledger.cycles.size());
  if (entry) {
    const Conduct conduct = conduct_of(ledger, bars);
    std::size_t calls = 0, followed = 0, flipped = 0;
    for (std::size_t i = conduct.first; i < conduct.last; ++i) {
      const int side = signal_at(entry->signal, bars, i);
      if (side == 0 || conduct.held[i] != -side || !conduct.can_leave[i]) continue;
      ++calls;
      followed += conduct.left[i] == -side ? 1 : 0;
      flipped += conduct.left[i] == -side && conduct.entered[i] == side ? 1 : 0;
    }
    const bool leaves = calls > 0 && static_cast<double>(followed) >= kLeastShare * static_cast<double>(calls);
    reasons.flips = leaves && 2 * flipped > followed;
    for (std::size_t c = 0; leaves && c < opposite.size(); ++c) {
      const PositionChange* const reduction = first_reduction(ledger, ledger.cycles[c]);
      const std::size_t ended = reduction == nullptr ? 0 : bars.ended_by(reduction->time_ms);
      opposite[c] =
          ended > 0 && signal_at(entry->signal, bars, ended - 1) == -side_of(ledger.changes[ledger.cycles[c].first]);
    }
  }
  for (std::size_t c = 0; c < opposite.size(); ++c)
    reasons.of_cycle.push_back(exits.at_stop[c]     ? ExitCause::stop
                               : exits.at_target[c] ? ExitCause::target
                               : opposite[c]        ? ExitCause::signal
                               : called[c] != 0     ? ExitCause::event
                                                    : ExitCause::own);
  return reasons;
}

ExitDistance executed(const std::optional<ExitRule>& rule) {
  if (!rule) return {};
  return {static_cast<float>(rule->level.distance), static_cast<std::uint32_t>(rule->yardstick.unit),
          static_cast<float>(rule->yardstick.memory), rule->yardstick.from_best ? 1u : 0u,
          rule->yardstick.at_close ? 1u : 0u};
}

TradingRules trading_rules(const ExitRules& exits, const std::optional<SignalFit>& entry, const ExitCauses& reasons) {
  TradingRules rules;
  if (entry) {
    rules.entry = entry->signal;
    rules.entry.sides = (entry->takes[0] ? 1u : 0u) | (entry->takes[1] ? 2u : 0u);
  }
  rules.stop = executed(exits.stop);
  rules.target = executed(exits.target);
  rules.flips = reasons.flips ? 1u : 0u;
  return rules;
}

}  // namespace marketmimic
