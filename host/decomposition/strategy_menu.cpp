#include <cmath>

#include "host/decomposition/strategy_file.hpp"
#include "host/decomposition/variation_fit.hpp"
#include "marketmimic/detectors.hpp"

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
    if (p.reduces() && k < cycle.reduction) cycle.reduction = k;
  }
}

/// Below it the exits that no rule explains are taken for such as were not seen right.
constexpr double kUnseen = 0.05;

bool closed(const Cycle& c) { return c.ends_flat != 0 && c.reduction > 0 && c.reduction < c.count; }

bool left_by_rule(const Cycle& c) { return c.exit_cause != static_cast<std::uint32_t>(ExitCause::own); }

/// Whether the rules are all there is to the exits of positions on a side.
bool rules_end_all(const Strategy& s, std::int32_t side) {
  std::size_t all = 0, ruled = 0;
  for (const Cycle& c : s.cycles) {
    if (!closed(c) || c.side != side) continue;
    ++all;
    ruled += left_by_rule(c) ? 1 : 0;
  }
  return static_cast<double>(all - ruled) < kUnseen * static_cast<double>(all);
}

/// Adds the closed cycles of a side for which `belongs` holds.
template <class Predicate>
MenuItem add(Strategy& s, std::int32_t side, const Predicate& belongs) {
  MenuItem item{static_cast<std::uint32_t>(s.menu.size()), 0};
  for (std::uint32_t i = 0; i < s.cycles.size(); ++i) {
    const Cycle& c = s.cycles[i];
    if (!closed(c) || c.side != side || !belongs(c)) continue;
    s.menu.push_back(i);
    ++item.count;
  }
  return item;
}

/// Adds lists of primitives, an item each.
template <class Lists>
std::vector<MenuItem> add_lists(Strategy& s, const Lists& lists) {
  std::vector<MenuItem> items;
  for (const std::vector<std::uint32_t>& list : lists) {
    items.push_back({static_cast<std::uint32_t>(s.menu.size()), static_cast<std::uint32_t>(list.size())});
    s.menu.insert(s.menu.end(), list.begin(), list.end());
  }
  return items;
}

/// Cycles by the events that open them.
void add_openings(Strategy& s) {
  std::vector<std::vector<std::uint32_t>> openings(kMarketEvents);
  for (std::uint32_t i = 0; i < s.cycles.size(); ++i) {
    const std::uint32_t trigger = s.primitives[s.cycles[i].first].trigger;
    for (std::uint32_t event = 0; event < kMarketEvents; ++event)
      if ((trigger >> event & 1u) != 0) openings[event].push_back(i);
  }
  s.openings = add_lists(s, openings);
}

/// What composed plans choose from.
void add_sequences(Strategy& s) {
  std::vector<std::vector<std::uint32_t>> instances(kMostKinds * 2), next(kMostKinds * 2), answers(kMarketEvents * 2);
  const auto key_of = [&](std::uint32_t i) {
    return s.primitives[i].kind * 2 + TradingRules::place(s.cycles[s.primitives[i].cycle].side);
  };
  for (const Cycle& cycle : s.cycles) {
    for (std::uint32_t k = 0; k < cycle.count; ++k) {
      const std::uint32_t i = cycle.first + k;
      const Primitive& p = s.primitives[i];
      instances[key_of(i)].push_back(i);
      if (k + 1 < cycle.count && !leaves_none(p)) next[key_of(i)].push_back(i + 1);
      if (p.start == 0) continue;
      for (std::uint32_t event = 0; event < kMarketEvents; ++event)
        if ((p.trigger >> event & 1u) != 0) answers[event * 2 + TradingRules::place(cycle.side)].push_back(i);
    }
  }
  s.instances = add_lists(s, instances);
  s.answers = add_lists(s, answers);
  const std::vector<MenuItem> following = add_lists(s, next);
  s.successors.clear();
  for (std::uint32_t i = 0; i < s.primitives.size(); ++i)  // what leaves no position has nothing after it
    s.successors.push_back(!leaves_none(s.primitives[i]) ? following[key_of(i)] : MenuItem{});
}

}  // namespace

void organise(Strategy& s) {
  for (std::uint32_t i = 0; i < s.cycles.size(); ++i) {
    describe(s.cycles[i], s);
    for (std::uint32_t k = 0; k < s.cycles[i].count; ++k) s.primitives[s.cycles[i].first + k].cycle = i;
  }
  s.menu.clear();
  for (const std::int32_t side : {1, -1}) {
    const std::uint32_t place = TradingRules::place(side);
    const bool ruled = rules_end_all(s, side);
    s.rules.entries[place] = add(s, side, [&](const Cycle& c) { return !ruled || left_by_rule(c); });
    for (std::uint32_t reason = 0; reason < kExitCauses; ++reason)
      s.rules.exits[place][reason] = add(s, side, [&](const Cycle& c) { return c.exit_cause == reason; });
  }
  add_openings(s);
  add_sequences(s);
  fit_variations(s);
}

}  // namespace marketmimic
