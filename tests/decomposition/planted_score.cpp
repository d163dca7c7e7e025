#include "tests/decomposition/planted_score.hpp"

#include <cstdlib>
#include <vector>

namespace marketmimic {

void PlantedScore::add(const PlantedScore& other) {
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) kinds[kind].add(other.kinds[kind]);
  for (std::size_t shape = 0; shape < shapes.size(); ++shape) shapes[shape].add(other.shapes[shape]);
  all.add(other.all);
}

PlantedScore score_of(const PlantedLog& log, const Strategy& strategy) {
  PlantedScore score;
  const auto count = [&](std::uint32_t kind, bool smooth, double Recovery::*what) {
    score.kinds[kind].*what += 1;
    score.shapes[smooth ? 1 : 0].*what += 1;
    score.all.*what += 1;
  };
  std::vector<bool> taken(strategy.primitives.size());
  for (const PlantedPrimitive& planted : log.primitives) {
    const auto kind = static_cast<std::uint32_t>(planted.kind);
    count(kind, planted.smooth, &Recovery::planted);
    std::int64_t nearest = kBeginTolerance * 60'000 + 1;
    std::size_t match = taken.size();
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const std::int64_t away = std::abs(strategy.start_ms[i] - planted.begin_ms);
      if (taken[i] || strategy.primitives[i].kind != kind || away >= nearest) continue;
      nearest = away;
      match = i;
    }
    if (match == taken.size()) continue;
    taken[match] = true;
    count(kind, planted.smooth, &Recovery::matched);
  }
  auto latest = log.primitives.begin();
  for (std::size_t i = 0; i < strategy.primitives.size(); ++i) {
    const std::uint32_t kind = strategy.primitives[i].kind;
    if (kind == static_cast<std::uint32_t>(PrimitiveKind::hold)) continue;
    while (latest + 1 != log.primitives.end() &&
           (latest + 1)->begin_ms <= strategy.start_ms[i] + kBeginTolerance * 60'000)
      ++latest;
    count(kind, latest->smooth, &Recovery::found);
  }
  return score;
}

}  // namespace marketmimic
