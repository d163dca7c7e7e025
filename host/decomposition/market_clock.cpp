#include "host/decomposition/market_clock.hpp"

#include <algorithm>
#include <cmath>

#include "host/input/bars.hpp"

namespace marketmimic {
namespace {

float log_price(const Bars& bars, double price) { return static_cast<float>(std::log(price / bars.bars.front().open)); }

/// Sign of the position after every change of a ledger; what a cycle that ended left behind by rounding is none.
std::vector<float> sides_of(const Ledger& ledger) {
  std::vector<float> sides;
  sides.reserve(ledger.changes.size());
  for (const LedgerCycle& cycle : ledger.cycles)
    for (std::size_t i = cycle.first; i < cycle.first + cycle.count; ++i) {
      const double after = ledger.changes[i].after;
      const bool flat = std::abs(after) <= kFlat * cycle.peak;
      sides.push_back(flat ? 0.0f : (after > 0 ? 1.0f : -1.0f));
    }
  return sides;
}

/// Mean square of the first bars' log returns, > 0.
float first_variance(const Bars& bars, float half_life) {
  const std::size_t count = std::min(bars.bars.size(), static_cast<std::size_t>(std::max(half_life, 2.0f)));
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double before = i == 0 ? bars.bars[0].open : bars.bars[i - 1].close;
    sum += std::pow(std::log(bars.bars[i].close / before), 2);
  }
  return static_cast<float>(std::max(sum / static_cast<double>(count), 1e-12));
}

}  // namespace

MarketClock::MarketClock(const Bars& bars, const Ledger& ledger, const DetectorParameters& parameters)
    : rule_(DetectorStep::of(parameters)) {
  ends_ms_.reserve(bars.bars.size());
  states_.reserve(bars.bars.size() + 1);
  states_.push_back(Detectors::start(0.0f, first_variance(bars, parameters.usual_half_life)));
  const std::vector<float> sides = sides_of(ledger);
  std::size_t change = 0;
  float side = 0;
  for (const Bar& bar : bars.bars) {
    const std::int64_t end = bar.time_ms + bars.interval_ms;
    Detectors state = states_.back();
    for (; change < sides.size() && ledger.changes[change].time_ms < end; ++change) {
      side = sides[change];
      state.watch(side);
    }
    state.update(rule_, log_price(bars, bar.close), side);
    ends_ms_.push_back(end);
    states_.push_back(state);
  }
}

std::size_t MarketClock::index_at(std::int64_t time_ms) const {
  return static_cast<std::size_t>(std::upper_bound(ends_ms_.begin(), ends_ms_.end(), time_ms) - ends_ms_.begin());
}

std::uint32_t MarketClock::started(std::int64_t from_ms, std::int64_t to_ms) const {
  std::uint32_t events = 0;
  for (std::size_t i = index_at(from_ms) + 1; i <= index_at(to_ms); ++i) events |= states_[i].started;
  return events;
}

}  // namespace marketmimic
