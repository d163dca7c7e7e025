#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/decomposition/dmp_fit.hpp"
#include "host/decomposition/exposure.hpp"
#include "host/decomposition/market_clock.hpp"

namespace marketmimic {

/// A boundary of a cycle's segments, with the reasons for it.
struct Boundary {
  std::size_t step;        ///< of the cycle's clock
  std::uint32_t evidence;  ///< bits of Evidence

  /// Nothing but a fit that failed made it: what follows continues the movement before.
  bool is_split() const { return evidence == evidence_bit(Evidence::fit_split); }
};

/// A segment from its boundary to the next, or to the cycle's end.
struct FittedSegment {
  Boundary boundary;
  std::size_t end;  ///< step of the next boundary, or kSettleSteps after the last change
  SegmentFit fit;
  /// Probability that the exposure changes its course at the boundary, rather than one primitive's running on from the
  /// segment before: Schwarz's approximation (Annals of Statistics 6, 1978) at even odds, errors of the fits as
  /// Gaussian noise of the tolerance. 1 at the beginning of a cycle.
  float confidence = 1;
};

/// Steps that a cycle's last primitive runs on once its path is at its end.
inline constexpr std::size_t kSettleSteps = 2;

/// Where the trader's own behaviour, or a market event, begins a new segment. Boundaries stand at the beginnings of
/// orders (and of unobserved changes), since between them exposure is constant: at a change between building up and
/// reducing, after a pause, and at the first order after a market event began, unless orders begin step after step:
/// what was under way is no answer. And where orders between two of these come more or less often from one on than
/// before it: by binary segmentation of the times between them, as if exponential, which regular ones are not as much
/// as (so fewer are found), where chance gives no such likelihood ratio once in 10,000 times.
std::vector<Boundary> first_boundaries(const CyclePath& path, const MarketClock& market, std::int64_t step_ms,
                                       std::size_t pause_steps);

/// Fits a cycle, segment after segment with the state carried across the joins. What goes up and down in the same way
/// is one segment, a rhythm, where that stays within `tolerance`. Else one that misses `tolerance` is split, as long as
/// there are fewer than `allowance` segments: where a movement ends and a long hold follows, else at the order nearest
/// to the largest error, or within a single order at the step where the exposure changes most.
std::vector<FittedSegment> fit_cycle(const CyclePath& path, const std::vector<Boundary>& boundaries, float dt,
                                     float tolerance, std::size_t allowance, DmpForm form = DmpForm::unscaled);

/// Rollout of a whole cycle: exposure at the beginning of each step and after the last, the settling steps included.
std::vector<float> rollout_of(const std::vector<FittedSegment>& segments);

}  // namespace marketmimic
