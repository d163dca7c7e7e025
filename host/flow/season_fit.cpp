#include "host/flow/season_fit.hpp"

#include <cmath>

namespace marketmimic {
namespace {

double half_hours(double time) { return std::fmod(time, 86400.0) / 1800.0; }

}  // namespace

void HalfHours::add(double time, double count, double waited) {
  const auto knot = static_cast<std::size_t>(half_hours(time));
  events[knot] += count;
  seconds[knot] += waited;
}

Season fit_season(const HalfHours& seen, double mean) {
  Season season{};
  for (std::size_t k = 0; k < kSeasonKnots; ++k) {
    const std::size_t before = (k + kSeasonKnots - 1) % kSeasonKnots;
    const double events = seen.events[before] + seen.events[k], seconds = seen.seconds[before] + seen.seconds[k];
    if (seconds > 600 && events > 100) season[k] = static_cast<float>(std::log(events / seconds / mean));
  }
  return season;
}

double log_activity(const Season& season, double time) {
  const double place = half_hours(time);
  const auto knot = static_cast<std::size_t>(place);
  const double part = place - static_cast<double>(knot);
  return (1 - part) * static_cast<double>(season[knot]) + part * static_cast<double>(season[(knot + 1) % kSeasonKnots]);
}

}  // namespace marketmimic
