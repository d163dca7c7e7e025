#include "host/decomposition/cycle_fit.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace marketmimic {
namespace {

/// One cycle with its path continued over the settling steps.
class CycleFitter {
 public:
  CycleFitter(const CyclePath& path, std::vector<Boundary> boundaries, float dt, float tolerance)
      : source_(path), path_(path.exposure), boundaries_(std::move(boundaries)), dt_(dt), tolerance_(tolerance) {
    path_.insert(path_.end(), kSettleSteps, path_.back());
  }

  std::vector<FittedSegment> run(std::size_t allowance) {
    fit_from(0);
    while (segments_.size() < allowance) {
      const std::optional<std::size_t> at = worst();
      if (!at) break;
      const Boundary split = *split_of(segments_[*at]);
      boundaries_.insert(boundaries_.begin() + static_cast<std::ptrdiff_t>(*at) + 1, split);
      fit_from(*at);
    }
    return std::move(segments_);
  }

 private:
  static bool long_hold(std::size_t movement, std::size_t steps) {
    const std::size_t hold = steps - movement;
    return hold > kSettleSteps && 2 * hold >= movement;
  }
  bool changes(std::size_t step) const { return path_[step + 1] != path_[step]; }

  void fit_from(std::size_t first) {
    segments_.resize(first);
    for (std::size_t i = first; i < boundaries_.size(); ++i) {
      const std::size_t begin = boundaries_[i].step;
      const std::size_t end = i + 1 < boundaries_.size() ? boundaries_[i + 1].step : path_.size() - 1;
      FitTarget target;
      target.path = std::span(path_).subspan(begin, end - begin + 1);
      std::size_t moves = 0;
      for (std::size_t k = begin; k < end; ++k) {
        if (!changes(k)) continue;
        ++moves;
        target.movement = k + 1 - begin;
      }
      // Steps would cost two parameters for each change. A forcing needs the phase for itself: no long hold after it.
      target.parameters = long_hold(target.movement, end - begin) ? 0 : 2 * moves;
      for (const OrderMark& mark : source_.orders)
        if (mark.half_step >= begin && mark.half_step < end)
          target.marks.push_back({mark.half_step - begin, mark.half_level, mark.size});
      segments_.push_back(
          {boundaries_[i], end, fit_segment(target, i == 0 ? Dmp{} : segments_[i - 1].fit.end, dt_, tolerance_)});
    }
  }

  /// The segment that misses the tolerance most and can be split.
  std::optional<std::size_t> worst() const {
    std::optional<std::size_t> found;
    double largest = -1;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      const FittedSegment& s = segments_[i];
      if (s.fit.within(tolerance_)) continue;
      const double squares = std::pow(s.fit.rmse, 2) * static_cast<double>(s.end - s.boundary.step);
      if (squares > largest && split_of(s)) {
        found = i;
        largest = squares;
      }
    }
    return found;
  }

  std::optional<Boundary> split_of(const FittedSegment& s) const {
    const std::size_t begin = s.boundary.step;
    std::vector<std::size_t> moves;
    for (std::size_t k = begin; k < s.end; ++k)
      if (changes(k)) moves.push_back(k);
    if (moves.size() < 2) return std::nullopt;
    const std::size_t movement = moves.back() + 1 - begin;
    // Only a build-up of many steps is worth a forcing.
    if (moves.size() >= 6 && 4 * moves.size() >= movement && long_hold(movement, s.end - begin))
      return Boundary{moves.back() + 1, evidence_bit(Evidence::movement_ended)};
    if (const std::optional<std::size_t> step = worst_order(s))
      return Boundary{*step, evidence_bit(Evidence::fit_split)};
    const auto larger = [&](std::size_t a, std::size_t b) {
      return std::abs(path_[a + 1] - path_[a]) < std::abs(path_[b + 1] - path_[b]);
    };
    return Boundary{*std::max_element(moves.begin() + 1, moves.end(), larger), evidence_bit(Evidence::fit_split)};
  }

  /// First step of the order nearest to the largest error, if one begins within the segment.
  std::optional<std::size_t> worst_order(const FittedSegment& s) const {
    std::size_t worst_step = s.boundary.step;
    float error = -1;
    for (std::size_t k = s.boundary.step; k < s.end; ++k) {
      const float miss = std::abs(s.fit.rollout[k - s.boundary.step] - path_[k + 1]);
      if (miss > error) {
        error = miss;
        worst_step = k;
      }
    }
    std::optional<std::size_t> nearest;
    const auto distance = [&](std::size_t step) { return step > worst_step ? step - worst_step : worst_step - step; };
    for (const OrderMark& mark : source_.orders) {
      if (mark.step <= s.boundary.step || mark.step >= s.end) continue;
      if (!nearest || distance(mark.step) < distance(*nearest)) nearest = mark.step;
    }
    return nearest;
  }

  const CyclePath& source_;
  std::vector<float> path_;
  std::vector<Boundary> boundaries_;
  std::vector<FittedSegment> segments_;
  float dt_, tolerance_;
};

}  // namespace

std::vector<Boundary> first_boundaries(const CyclePath& path, const MarketClock& market, std::int64_t step_ms,
                                       std::size_t pause_steps) {
  std::vector<Boundary> boundaries;
  float direction = 0;
  std::size_t last_active = 0, order = 0;
  for (std::size_t k = 0; k < path.steps(); ++k) {
    std::uint32_t evidence = k == 0 ? evidence_bit(Evidence::position_opened) : 0u;
    const float change = path.exposure[k + 1] - path.exposure[k];
    bool begins = false;
    for (; order < path.orders.size() && path.orders[order].step == k; ++order) {
      begins = true;
      if (path.orders[order].order == PositionChange::unobserved) evidence |= evidence_bit(Evidence::unobserved_change);
    }
    const float towards = change * (path.exposure[k] + path.exposure[k + 1]) < 0 ? -1.0f : 1.0f;  // flat or not
    if (k > 0 && change != 0 && towards != direction) evidence |= evidence_bit(Evidence::direction_changed);
    if (k > 0 && begins && k - last_active > pause_steps) evidence |= evidence_bit(Evidence::order_after_pause);
    const std::int64_t now = path.start_ms + static_cast<std::int64_t>(k) * step_ms;
    const bool called =
        begins && k > 0 &&
        market.started(path.start_ms + static_cast<std::int64_t>(boundaries.back().step) * step_ms, now) != 0;
    if (evidence != 0 || called) boundaries.push_back({k, evidence});
    if (change != 0) {
      direction = towards;
      last_active = k;
    }
    if (begins) last_active = k;
  }
  return boundaries;
}

std::vector<FittedSegment> fit_cycle(const CyclePath& path, std::vector<Boundary> boundaries, float dt, float tolerance,
                                     std::size_t allowance) {
  return CycleFitter(path, std::move(boundaries), dt, tolerance).run(allowance);
}

std::vector<float> rollout_of(const std::vector<FittedSegment>& segments) {
  std::vector<float> path{0.0f};
  for (const FittedSegment& s : segments) path.insert(path.end(), s.fit.rollout.begin(), s.fit.rollout.end());
  return path;
}

}  // namespace marketmimic
