#include <cmath>

#include "host/decomposition/strategy_file.hpp"

namespace marketmimic {
namespace {

void describe(Cycle& cycle, const Strategy& s) {
  cycle.reduction = cycle.count;
  cycle.side = 1;
  bool taken = false;
  for (std::uint32_t k = 0; k < cycle.count; ++k) {
    const Primitive& p = s.primitives[cycle.first + k];
    if (!taken && p.goal != 0) {
      taken = true;
      cycle.side = p.goal > 0 ? 1 : -1;
    }
    if (std::abs(p.goal) < std::abs(p.start) && k < cycle.reduction) cycle.reduction = k;
  }
}

/// Adds the closed cycles of a side for which `belongs` holds.
template <class Predicate>
MenuItem add(Strategy& s, std::int32_t side, const Predicate& belongs) {
  MenuItem item{static_cast<std::uint32_t>(s.menu.size()), 0};
  for (std::uint32_t i = 0; i < s.cycles.size(); ++i) {
    const Cycle& c = s.cycles[i];
    const bool closed = c.ends_flat != 0 && c.reduction > 0 && c.reduction < c.count;
    if (!closed || c.side != side || !belongs(c)) continue;
    s.menu.push_back(i);
    ++item.count;
  }
  return item;
}

}  // namespace

void organise(Strategy& s) {
  for (Cycle& cycle : s.cycles) describe(cycle, s);
  s.menu.clear();
  for (const std::int32_t side : {1, -1}) {
    const std::uint32_t place = TradingRules::place(side);
    s.rules.entries[place] = add(s, side, [](const Cycle&) { return true; });
    for (std::uint32_t reason = 0; reason < kExitCauses; ++reason)
      s.rules.exits[place][reason] = add(s, side, [&](const Cycle& c) { return c.exit_cause == reason; });
  }
}

}  // namespace marketmimic
