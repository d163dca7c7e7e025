#pragma once

#include <cstdint>

#include "marketmimic/draws.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/primitive.hpp"

namespace marketmimic {

/// Directions in which the demonstrations of a primitive differ that are drawn along.
inline constexpr std::uint32_t kVariationModes = 3;
/// Points on phase 0 to 1 at which the spread of forcings is known.
inline constexpr std::uint32_t kSpreadPoints = 32;
/// Rows of kSpreadPoints that a Variation has in StrategyView::shapes: the mean, then a mode each.
inline constexpr std::uint32_t kSpreadRows = 1 + kVariationModes;

/// How the demonstrations of one primitive differ among themselves: mean and principal components of the logarithms of
/// |goal| and duration and of the forcing together, scaled to one standard deviation (a Gaussian over the parameters of
/// movement primitives: Paraschos et al., NIPS 2013).
struct Variation {
  std::uint32_t count = 0;       ///< demonstrations of it; 0: too few to know
  std::uint32_t shapes = 0;      ///< offset of its rows in StrategyView::shapes
  float goal = 0, duration = 0;  ///< means of the logarithms
  float width = 1;               ///< of its draws, as a multiple of the job's
  float goals[kVariationModes] = {}, durations[kVariationModes] = {};
};

/// Room for a Variation of each of the primitives that are not alike.
inline constexpr std::uint32_t kVariations = kMostKinds * 6;

/// Index of a primitive's Variation: alike are those of one kind, on one side, that leave a position or none, or are
/// rhythms.
MARKETMIMIC_HD std::uint32_t variation_index(const Primitive& p, std::uint32_t place) {
  return (p.kind * 2u + place) * 3u + (p.rhythmic() ? 2u : (leaves_none(p) ? 1u : 0u));
}

/// One draw about a demonstration: x* = mean + (x - mean + h e) / sqrt(1 + h^2), e from the demonstrations' own spread;
/// the smoothed bootstrap that keeps mean and variance (Silverman and Young, Biometrika 74, 1987).
struct Varied {
  float keep = 1;                    ///< 1 / sqrt(1 + h^2)
  float mode[kVariationModes] = {};  ///< standard normals times h / sqrt(1 + h^2)
  float goal = 1, duration = 1;      ///< factors
  std::uint32_t shapes = 0;          ///< offset of the rows it goes by

  MARKETMIMIC_HD static Varied draw(const Variation& v, const Primitive& p, float job_width,
                                    const float (&z)[kVariationModes]) {
    Varied result;
    const float h = job_width * v.width;
    if (v.count == 0u || h <= 0.0f) return result;
    result.shapes = v.shapes;
    result.keep = 1.0f / exact::sqrt(1.0f + h * h);
    float goal = 0, duration = 0;
    for (std::uint32_t k = 0; k < kVariationModes; ++k) {
      result.mode[k] = z[k] * h * result.keep;
      goal += v.goals[k] * result.mode[k];
      duration += v.durations[k] * result.mode[k];
    }
    const float away = leaves_none(p) ? 0.0f : exact::log(exact::abs(p.goal)) - v.goal;
    const float longer = exact::log(p.duration) - v.duration;
    result.goal = exact::exp(exact::clamp(goal - (1.0f - result.keep) * away, -2.0f, 2.0f));
    result.duration = exact::exp(exact::clamp(duration - (1.0f - result.keep) * longer, -3.0f, 3.0f));
    return result;
  }

  /// The forcing at `phase`, where the demonstration's own, `size` times its own, is `own`.
  MARKETMIMIC_HD float forcing(const float* rows, float own, float size, float phase) const {
    if (keep == 1.0f) return own;
    const float scaled = exact::clamp(phase, 0.0f, 1.0f) * static_cast<float>(kSpreadPoints - 1u);
    const std::int32_t whole = exact::floor_to_int(scaled), last = static_cast<std::int32_t>(kSpreadPoints) - 2;
    const std::uint32_t below = static_cast<std::uint32_t>(whole < last ? whole : last);
    const float share = scaled - static_cast<float>(below);
    float sum = 0;
    for (std::uint32_t row = 0; row < kSpreadRows; ++row) {
      const float* const at = rows + shapes + row * kSpreadPoints + below;
      sum += (row == 0u ? 1.0f - keep : mode[row - 1u]) * (at[0] + share * (at[1] - at[0]));
    }
    return keep * own + size * sum;
  }
};

}  // namespace marketmimic
