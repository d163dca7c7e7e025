#include "host/decomposition/kind_support.hpp"

#include <algorithm>
#include <vector>

#include "host/decomposition/cycle_fit.hpp"
#include "host/decomposition/deeds.hpp"
#include "host/decomposition/market_prices.hpp"
#include "host/input/bars.hpp"

namespace marketmimic {
namespace {

using Counts = std::array<std::size_t, kPrimitiveKinds>;

Counts count_kinds(const Ledger& ledger, const std::vector<CyclePath>& paths, const MarketClock& market,
                   const RuledExits& exits, std::int64_t step_ms, std::size_t pause_steps) {
  Counts counts{};
  for (std::size_t cycle = 0; cycle < paths.size(); ++cycle) {
    const CyclePath& path = paths[cycle];
    const std::vector<Boundary> boundaries = first_boundaries(path, market, step_ms, pause_steps);
    std::vector<Stretch> stretches;
    for (std::size_t i = 0; i < boundaries.size(); ++i) {
      const std::size_t begin = boundaries[i].step;
      const std::size_t end = i + 1 < boundaries.size() ? boundaries[i + 1].step : path.steps();
      stretches.push_back({begin, end, path.exposure[begin], path.exposure[end]});
    }
    for (const Deed& deed : deeds_of(ledger, cycle, path.start_ms, stretches, market, exits, step_ms))
      ++counts[static_cast<std::size_t>(rule_of(deed.movement).kind)];
  }
  return counts;
}

}  // namespace

KindSupports kind_support(const Ledger& ledger, const Bars& bars, const DetectorParameters& detectors,
                          const ExitRules& rules, double time_resolution_ms, std::int64_t step_ms,
                          std::size_t pause_steps, std::size_t rotations) {
  std::vector<CyclePath> paths;
  for (const LedgerCycle& cycle : ledger.cycles) paths.push_back(cycle_path(ledger, cycle, step_ms));
  const std::size_t arrangements = std::min(rotations, bars.bars.size() - 1) + 1;
  KindSupports supports;
  Counts as_many{};
  for (std::size_t i = 0; i < arrangements; ++i) {
    const Bars market = rotated(bars, i * bars.bars.size() / arrangements);
    const Ledger priced = at_market_prices(ledger, market);
    const MarketClock clock(market, priced, detectors);
    const RuledExits exits = ruled_exits(rules, HeldPositions(priced, market, time_resolution_ms));
    const Counts counts = count_kinds(priced, paths, clock, exits, step_ms, pause_steps);
    for (std::size_t kind = 0; kind < kPrimitiveKinds; ++kind) {
      KindSupport& support = supports[kind];
      if (i == 0) support.count = counts[kind];
      if (i > 0) support.by_chance += static_cast<double>(counts[kind]) / static_cast<double>(arrangements - 1);
      as_many[kind] += counts[kind] >= support.count ? 1 : 0;
    }
  }
  for (std::size_t kind = 0; kind < kPrimitiveKinds; ++kind)
    supports[kind].p = static_cast<double>(as_many[kind]) / static_cast<double>(arrangements);
  return supports;
}

}  // namespace marketmimic
