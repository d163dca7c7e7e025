#include "host/decomposition/rhythm.hpp"

#include <cmath>

namespace marketmimic {
namespace {

constexpr double kDrift = 2;          ///< [steps]
constexpr double kLevelShare = 0.25;  ///< of the swing

}  // namespace

std::size_t Rhythm::end() const {
  return begin + static_cast<std::size_t>(std::llround(static_cast<double>(periods) * period));
}

std::optional<Rhythm> rhythm_at(std::span<const float> path, std::size_t begin, std::span<const std::size_t> turns,
                                std::size_t last, std::size_t most) {
  if (turns.size() < 2) return std::nullopt;
  const auto place = [&](std::size_t turn) { return turn == 0 ? begin : turns[turn - 1]; };
  const auto step = [&](std::size_t turn) { return static_cast<double>(place(turn)); };
  const auto level = [&](std::size_t turn) { return static_cast<double>(path[place(turn)]); };
  const double swing = std::abs(level(1) - level(0));
  Rhythm rhythm{begin, 0, step(2) - step(0)};
  const auto repeats = [&](std::size_t turn) {  // the turn as many periods before it
    const std::size_t like = turn % 2, times = turn / 2;
    const double expected = step(like) + static_cast<double>(times) * rhythm.period;
    return std::abs(step(turn) - expected) <= kDrift && std::abs(level(turn) - level(like)) <= kLevelShare * swing;
  };
  std::size_t turn = 2;
  for (; turn <= turns.size() && turn <= 2 * most && repeats(turn); ++turn)
    if (turn % 2 == 0) rhythm.period = (step(turn) - step(0)) / static_cast<double>(turn / 2);
  // The turn back within the last period is all that is seen of its end where the trader then does something else.
  rhythm.periods = turn / 2;
  while (rhythm.periods > 0 && rhythm.end() > last) --rhythm.periods;
  if (rhythm.periods < kFewestPeriods) return std::nullopt;
  return rhythm;
}

}  // namespace marketmimic
