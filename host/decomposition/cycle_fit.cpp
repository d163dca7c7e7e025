#include "host/decomposition/cycle_fit.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "host/decomposition/rhythm.hpp"

namespace marketmimic {
namespace {

/// One cycle with its path continued over the settling steps.
class CycleFitter {
 public:
  CycleFitter(const CyclePath& path, float dt, float tolerance, DmpForm form)
      : orders_(path.orders), by_half_(path.orders), path_(path.exposure), dt_(dt), tolerance_(tolerance), form_(form) {
    path_.insert(path_.end(), kSettleSteps, path_.back());
    std::stable_sort(by_half_.begin(), by_half_.end(),
                     [](const OrderMark& a, const OrderMark& b) { return a.half_step < b.half_step; });
  }

  std::vector<FittedSegment> run(const std::vector<Boundary>& boundaries, std::size_t allowance) {
    std::vector<Boundary> ahead(boundaries.rbegin(), boundaries.rend());  // the next one last
    // What the user asked for, or the log doesn't show, is no part of a rhythm.
    constexpr std::uint32_t apart = evidence_bit(Evidence::by_hand) | evidence_bit(Evidence::unobserved_change);
    for (const Boundary& b : boundaries) {
      if ((b.evidence & evidence_bit(Evidence::direction_changed)) != 0) turns_.push_back(b.step);
      if ((b.evidence & apart) != 0) stops_.push_back(b.step);
    }
    std::size_t looked_at = path_.size();
    std::vector<FittedSegment> segments;
    while (!ahead.empty()) {
      const Boundary begin = ahead.back();
      ahead.pop_back();
      const bool first_look = !begin.is_split() && std::exchange(looked_at, begin.step) != begin.step;
      if (std::optional<FittedSegment> rhythm = first_look ? rhythm_from(begin, end_state(segments)) : std::nullopt) {
        while (!ahead.empty() && ahead.back().step < rhythm->end) ahead.pop_back();
        if (ahead.empty() || ahead.back().step != rhythm->end)
          ahead.push_back({rhythm->end, evidence_bit(Evidence::movement_ended)});
        segments.push_back(std::move(*rhythm));
        continue;
      }
      const std::size_t end = ahead.empty() ? path_.size() - 1 : ahead.back().step;
      FittedSegment segment = fit(begin, end, end_state(segments));
      const bool may_split = !segment.fit.within(tolerance_) && segments.size() + ahead.size() + 2 <= allowance;
      const std::optional<Boundary> split = may_split ? split_of(segment) : std::nullopt;
      if (split) {
        ahead.push_back(*split);
        ahead.push_back(begin);
      } else {
        segments.push_back(std::move(segment));
      }
    }
    for (std::size_t i = 1; i < segments.size(); ++i)
      segments[i].confidence = confidence(i > 1 ? segments[i - 2].fit.end : Dmp{}, segments[i - 1], segments[i]);
    return segments;
  }

 private:
  static Dmp end_state(const std::vector<FittedSegment>& segments) {
    return segments.empty() ? Dmp{} : segments.back().fit.end;
  }

  /// What begins at a boundary where it is a rhythm that stays within the tolerance, as many periods of it as do: twice
  /// as many as long as they are there and do, so that what comes to nothing costs little.
  std::optional<FittedSegment> rhythm_from(const Boundary& begin, const Dmp& start) const {
    const auto turn = std::upper_bound(turns_.begin(), turns_.end(), begin.step);
    const auto stop = std::upper_bound(stops_.begin(), stops_.end(), begin.step);
    const std::size_t last = stop == stops_.end() ? path_.size() - 1 - kSettleSteps : *stop;
    std::optional<FittedSegment> longest;
    std::size_t fits = kFewestPeriods - 1;  // periods known to be within the tolerance, or too few
    const auto of = [&](std::size_t most) {
      return rhythm_at(path_, begin.step, std::span(turn, turns_.end()), last, most);
    };
    const auto fits_as = [&](const Rhythm& rhythm) {
      const FitTarget target = target_of(begin.step, rhythm.end());
      FittedSegment segment{begin, rhythm.end(),
                            fit_rhythm(target, static_cast<float>(rhythm.period) * dt_, start, dt_, tolerance_)};
      if (!segment.fit.within(tolerance_)) return false;
      longest = std::move(segment);
      fits = rhythm.periods;
      return true;
    };
    for (std::size_t most = kFewestPeriods;; most *= 2) {
      const std::optional<Rhythm> found = of(most);
      if (!found) return longest;
      if (fits_as(*found)) {
        if (found->periods < most) return longest;
        continue;
      }
      for (std::size_t misses = found->periods; misses - fits > 1;) {
        const std::size_t middle = fits + (misses - fits) / 2;
        const std::optional<Rhythm> between = of(middle);
        if (!between || between->periods < middle || !fits_as(*between)) misses = middle;
      }
      return longest;
    }
  }

  /// That two segments, the first from the state `start`, are no single one.
  float confidence(const Dmp& start, const FittedSegment& first, const FittedSegment& second) const {
    const FittedSegment both = fit(first.boundary, second.end, start);
    const auto steps = [](const FittedSegment& s) { return static_cast<double>(s.end - s.boundary.step); };
    const auto squares = [&](const FittedSegment& s) {
      return steps(s) * std::pow(static_cast<double>(s.fit.rmse), 2);
    };
    const auto parameters = [](const FittedSegment& s) { return static_cast<double>(s.fit.parameters); };
    const double gained = (squares(both) - squares(first) - squares(second)) / (2 * std::pow(double{tolerance_}, 2));
    const double spent = 0.5 * (parameters(first) + parameters(second) - parameters(both)) * std::log(steps(both));
    return static_cast<float>(1 / (1 + std::exp(spent - gained)));
  }
  static bool long_hold(std::size_t movement, std::size_t steps) {
    const std::size_t hold = steps - movement;
    return hold > kSettleSteps && 2 * hold >= movement;
  }
  bool changes(std::size_t step) const { return path_[step + 1] != path_[step]; }

  FittedSegment fit(const Boundary& boundary, std::size_t end, const Dmp& start) const {
    FitTarget target = target_of(boundary.step, end);
    // A forcing needs the phase for itself: no long hold after it.
    if (long_hold(target.movement, end - boundary.step)) target.parameters = 0;
    return {boundary, end, fit_segment(target, start, dt_, tolerance_)};
  }

  FitTarget target_of(std::size_t begin, std::size_t end) const {
    FitTarget target;
    target.form = form_;
    target.path = std::span(path_).subspan(begin, end - begin + 1);
    std::size_t moves = 0;
    for (std::size_t k = begin; k < end; ++k) {
      if (!changes(k)) continue;
      ++moves;
      target.movement = k + 1 - begin;
    }
    target.parameters = 2 * moves;  // as steps would cost
    auto mark =
        std::partition_point(by_half_.begin(), by_half_.end(), [&](const OrderMark& m) { return m.half_step < begin; });
    for (; mark != by_half_.end() && mark->half_step < end; ++mark)
      if (!one_of_a_stream(mark)) target.marks.push_back({mark->half_step - begin, mark->half_level, mark->size});
    return target;
  }

  /// Smaller than what a fit may miss by, amid others that come step after step: the path tells of their sum alone.
  bool one_of_a_stream(std::vector<OrderMark>::const_iterator mark) const {
    constexpr std::ptrdiff_t around = 2;   // orders before and after it
    constexpr std::uint32_t together = 4;  // steps for those
    if (std::abs(mark->size) >= tolerance_ || mark - by_half_.begin() < around || by_half_.end() - mark <= around)
      return false;
    return mark->half_step - (mark - around)->half_step <= together &&
           (mark + around)->half_step - mark->half_step <= together;
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
    auto mark = std::partition_point(orders_.begin(), orders_.end(),
                                     [&](const OrderMark& m) { return m.step <= s.boundary.step; });
    for (; mark != orders_.end() && mark->step < s.end; ++mark)
      if (!nearest || distance(mark->step) < distance(*nearest)) nearest = mark->step;
    return nearest;
  }

  const std::vector<OrderMark>& orders_;  ///< by first step
  std::vector<OrderMark> by_half_;        ///< by half_step
  std::vector<float> path_;
  std::vector<std::size_t> turns_;  ///< steps at which it changes between building up and reducing
  std::vector<std::size_t> stops_;  ///< at which no rhythm goes on
  float dt_, tolerance_;
  DmpForm form_;
};

/// Adds to `changes` the places in `begins`, steps in which orders begin, at which their rate changes.
void find_rate_changes(std::span<const std::size_t> begins, std::vector<std::size_t>& changes) {
  constexpr std::size_t fewest = 5;      // times between orders, on each side
  constexpr double one_in_10000 = 15.1;  // quantile of chi-squared with one degree of freedom
  if (begins.size() <= 2 * fewest) return;
  const std::size_t count = begins.size() - 1;
  // n log of the mean time between orders.
  const auto cost = [&](std::size_t from, std::size_t to) {
    const auto n = static_cast<double>(to - from);
    return n * std::log(static_cast<double>(begins[to] - begins[from]) / n);
  };
  std::size_t best = 0;
  const double whole = cost(0, count);
  double largest = one_in_10000 + 2 * std::log(static_cast<double>(count));
  for (std::size_t k = fewest; k + fewest <= count; ++k) {
    const double ratio = 2 * (whole - cost(0, k) - cost(k, count));
    if (ratio <= largest) continue;
    largest = ratio;
    best = k;
  }
  if (best == 0) return;
  find_rate_changes(begins.first(best + 1), changes);
  changes.push_back(begins[best]);
  find_rate_changes(begins.subspan(best), changes);
}

/// The same, so many orders at a time: a stream whose rate never settles takes a time that grows with its length alone.
std::vector<std::size_t> rate_changes(std::span<const std::size_t> begins) {
  constexpr std::size_t together = 1000;
  std::vector<std::size_t> changes;
  while (!begins.empty()) {
    const std::size_t before = changes.size(), looked_at = std::min(begins.size(), together);
    find_rate_changes(begins.first(looked_at), changes);
    if (looked_at == begins.size()) break;
    // What goes on beyond them is looked at again from where it began.
    const auto next = changes.size() == before ? begins.begin() + static_cast<std::ptrdiff_t>(looked_at)
                                               : std::lower_bound(begins.begin(), begins.end(), changes.back());
    begins = begins.subspan(static_cast<std::size_t>(next - begins.begin()));
  }
  return changes;
}

/// Boundaries where the rate of orders changes between those there are.
std::vector<Boundary> with_rate_changes(const CyclePath& path, const std::vector<Boundary>& boundaries) {
  std::vector<Boundary> all;
  auto order = path.orders.begin();
  for (std::size_t i = 0; i < boundaries.size(); ++i) {
    const std::size_t end = i + 1 < boundaries.size() ? boundaries[i + 1].step : path.steps();
    std::vector<std::size_t> begins;
    for (; order != path.orders.end() && order->step < end; ++order)
      if (begins.empty() || begins.back() != order->step) begins.push_back(order->step);
    all.push_back(boundaries[i]);
    for (const std::size_t step : rate_changes(begins)) all.push_back({step, evidence_bit(Evidence::rate_changed)});
  }
  return all;
}

}  // namespace

std::vector<Boundary> first_boundaries(const CyclePath& path, const MarketClock& market, std::int64_t step_ms,
                                       std::size_t pause_steps) {
  std::vector<Boundary> boundaries;
  float direction = 0;
  std::size_t last_active = 0, last_begun = 0, order = 0;
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
        begins && k > last_begun + 1 &&
        (market.started(path.start_ms + static_cast<std::int64_t>(boundaries.back().step) * step_ms, now) &
         ~kPositionStates) != 0;
    if (evidence != 0 || called) boundaries.push_back({k, evidence});
    if (change != 0) {
      direction = towards;
      last_active = k;
    }
    if (begins) last_active = last_begun = k;
  }
  return with_rate_changes(path, boundaries);
}

std::vector<FittedSegment> fit_cycle(const CyclePath& path, const std::vector<Boundary>& boundaries, float dt,
                                     float tolerance, std::size_t allowance, DmpForm form) {
  return CycleFitter(path, dt, tolerance, form).run(boundaries, allowance);
}

std::vector<float> rollout_of(const std::vector<FittedSegment>& segments) {
  std::vector<float> path{0.0f};
  for (const FittedSegment& s : segments) path.insert(path.end(), s.fit.rollout.begin(), s.fit.rollout.end());
  return path;
}

}  // namespace marketmimic
