#include "tests/decomposition/planted_score.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <vector>

namespace marketmimic {

void PlantedScore::add(const PlantedScore& other) {
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) kinds[kind].add(other.kinds[kind]);
  for (std::size_t shape = 0; shape < shapes.size(); ++shape) shapes[shape].add(other.shapes[shape]);
  all.add(other.all);
}

namespace {

/// The primitives that begin a movement and are no hold.
std::vector<std::size_t> begun_in(const Strategy& strategy) {
  std::vector<std::size_t> begun;
  for (std::size_t i = 0; i < strategy.primitives.size(); ++i) {
    const bool part = strategy.evidence[i] == evidence_bit(Evidence::fit_split);
    const bool hold = strategy.primitives[i].kind == static_cast<std::uint32_t>(PrimitiveKind::hold);
    if (!part && !hold) begun.push_back(i);
  }
  return begun;
}

}  // namespace

Fills without_orders(Fills fills) {
  for (Fill& fill : fills.fills) fill.order_id = fmt::format("fill-{}", fill.sequence);
  return fills;
}

PlantedScore score_of(const PlantedLog& log, const Strategy& strategy, std::int64_t tolerance) {
  PlantedScore score;
  const auto count = [&](std::uint32_t kind, bool smooth, double Recovery::*what) {
    score.kinds[kind].*what += 1;
    score.shapes[smooth ? 1 : 0].*what += 1;
    score.all.*what += 1;
  };
  const std::vector<std::size_t> begun = begun_in(strategy);
  std::vector<bool> taken(begun.size());
  for (const PlantedPrimitive& planted : log.primitives) {
    const auto kind = static_cast<std::uint32_t>(planted.kind);
    count(kind, planted.smooth, &Recovery::planted);
    std::int64_t nearest = tolerance * 60'000 + 1;
    std::size_t match = taken.size();
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const std::int64_t away = std::abs(strategy.start_ms[begun[i]] - planted.begin_ms);
      if (taken[i] || strategy.primitives[begun[i]].kind != kind || away >= nearest) continue;
      nearest = away;
      match = i;
    }
    if (match == taken.size()) continue;
    taken[match] = true;
    count(kind, planted.smooth, &Recovery::matched);
  }
  auto latest = log.primitives.begin();
  for (const std::size_t i : begun) {
    while (latest + 1 != log.primitives.end() && (latest + 1)->begin_ms <= strategy.start_ms[i] + tolerance * 60'000)
      ++latest;
    count(strategy.primitives[i].kind, latest->smooth, &Recovery::found);
  }
  return score;
}

}  // namespace marketmimic
