#include "host/decomposition/deeds.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace marketmimic {
namespace {

/// Volume, price and takers of the trades in a stretch.
struct Traded {
  double size = 0, worth = 0, taken = 0;
  std::vector<OrderVolume> orders;
  std::unordered_map<std::uint32_t, std::size_t> place_of;  ///< of an order in `orders`

  /// In which step of the stretch; changes come in the order of time.
  void add(const PositionChange& change, std::size_t step) {
    const double lots = std::abs(change.size());
    if (change.order == PositionChange::unobserved || lots == 0) return;
    const double took = change.taker ? lots : 0;
    size += lots;
    worth += lots * change.price;
    taken += took;
    const auto [place, is_new] = place_of.try_emplace(change.order, orders.size());
    if (is_new) orders.push_back({step, 0, 0});
    orders[place->second].lots += lots;
    orders[place->second].taken += took;
  }
};

}  // namespace

std::vector<Deed> deeds_of(const Ledger& ledger, std::size_t cycle, std::int64_t first_step_ms,
                           const std::vector<Stretch>& stretches, const MarketClock& market, const RuledExits& exits,
                           std::int64_t step_ms) {
  const LedgerCycle& whole = ledger.cycles[cycle];
  const PositionChange* change = ledger.changes.data() + whole.first;
  const PositionChange* const end = change + whole.count;
  std::vector<Deed> deeds;
  MeanEntry held;
  bool reduced = false;  // as HeldPositions sees it
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const Stretch& stretch = stretches[i];
    const bool last = i + 1 == stretches.size();
    const auto time_of = [&](std::size_t step) { return first_step_ms + static_cast<std::int64_t>(step) * step_ms; };
    Traded traded;
    const MeanEntry before = held;
    const bool reduced_before = reduced;
    for (; change != end && (change->time_ms < time_of(stretch.end) || last); ++change) {
      const std::int64_t into = std::max<std::int64_t>(change->time_ms - time_of(stretch.begin), 0) / step_ms;
      traded.add(*change, std::min(static_cast<std::size_t>(into), stretch.end - stretch.begin - 1));
      held.add(*change);
      reduced = reduced || change->reduces();
    }
    const Detectors& now = market.at(time_of(stretch.begin));
    const float unit = now.sigma() * market.rule().extreme_scale;

    Movement m;
    m.from = stretch.from;
    m.to = stretch.to;
    m.oscillates = stretch.oscillates;
    m.flips = (i == 0 && whole.begins_in_flip) || (last && whole.ends_in_flip);
    // An event holds from one bar's end to the next, and counts as beginning in the last bar that ended.
    m.events = now.active | now.started;
    m.fall = now.fall(market.rule());
    m.rise = (now.price - now.low) / unit;
    m.trend = now.trend(market.rule());
    m.burst = now.burst();
    if (before.lots > 0 && traded.size > 0) {
      const double gain = std::log(traded.worth / traded.size) - std::log(before.price());
      m.profit = m.side() * static_cast<float>(gain) / unit;
    }
    m.stop_known = exits.stop_known;
    m.target_known = exits.target_known;
    const bool first_reduction = reduced && !reduced_before;
    m.at_stop = first_reduction && exits.at_stop[cycle];
    m.at_target = first_reduction && exits.at_target[cycle];
    deeds.push_back({m, traded.size, traded.taken, std::move(traded.orders)});
  }
  return deeds;
}

}  // namespace marketmimic
