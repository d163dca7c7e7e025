#pragma once

#include <cstdint>

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// Stiffness of the transformation system; beta = alpha / 4 damps it critically (Ijspeert et al., Neural Computation
/// 25, 2013).
inline constexpr float kDmpAlpha = 25.0f;

/// What drives a Dynamic Movement Primitive during one step.
struct DmpDrive {
  float goal;           ///< g, at the step's start
  float goal_velocity;  ///< dg/dt [1/s]; feeding it forward removes the lag 4 tau v / alpha
  float forcing;        ///< f / (alpha beta): the displacement of the equilibrium, in the unit of y
  float tau;            ///< duration [s], > 0
};

/// A Dynamic Movement Primitive in the unscaled form (Hoffmann 2009, Pastor 2009: no factor g - y0, so neither blow-up
/// nor mirror image for a small or reversed movement):
///   tau^2 y'' = alpha (beta (g - y) + tau (g' - y')) + f.
struct Dmp {
  float y = 0;  ///< position
  float v = 0;  ///< velocity [1/s]

  /// Exact over `h` seconds for goal velocity and forcing held: with lambda = alpha / (2 tau) and the distance e from
  /// the moving equilibrium, e' = E (e (1 + lambda h) + w h), w' = E (w (1 - lambda h) - e lambda^2 h), E = e^(-lambda
  /// h). Stable for every h.
  MARKETMIMIC_HD void step(const DmpDrive& d, float h) {
    const float lambda = 0.5f * kDmpAlpha / d.tau;
    const float lh = exact::min(lambda * h, 60.0f);
    const float decay = exact::exp(-lh);
    const float rest = d.goal + d.forcing;
    const float e = y - rest;
    const float w = v - d.goal_velocity;
    y = rest + d.goal_velocity * h + decay * (e * (1.0f + lh) + w * h);
    v = d.goal_velocity + decay * (w * (1.0f - lh) - e * lambda * lh);
  }
};

/// Sigmoid gate on the forcing: about 1 until late in the movement and almost 0 at its end, so that the goal is reached
/// (Kulvicius et al., IEEE T-RO 28, 2012). `phase` 0 to 1.
MARKETMIMIC_HD float dmp_gate(float phase) { return exact::sigmoid(40.0f * (0.85f - phase)); }

/// Radial basis function `i` of `n` on a linear phase, centres evenly on [0, 1], neighbours crossing at about 0.6.
MARKETMIMIC_HD float dmp_basis(float phase, std::uint32_t i, std::uint32_t n) {
  const float spacing = n > 1u ? 1.0f / static_cast<float>(n - 1u) : 1.0f;
  const float distance = (phase - static_cast<float>(i) * spacing) / spacing;
  return exact::exp(-2.0f * distance * distance);
}

/// Gated forcing at `phase` from `n` weights: gate * sum(psi w) / sum(psi). The exact sum; rollouts look it up.
MARKETMIMIC_HD float dmp_forcing(float phase, const float* weights, std::uint32_t n) {
  float sum = 0, total = 1.0e-10f;
  for (std::uint32_t i = 0; i < n; ++i) {
    const float psi = dmp_basis(phase, i, n);
    sum += psi * weights[i];
    total += psi;
  }
  return dmp_gate(phase) * sum / total;
}

/// Entries of a forcing table, evenly on phase 0 to 1.
inline constexpr std::uint32_t kForcingEntries = 256;

/// Linear look-up in a table of kForcingEntries; `phase` 0 to 1.
MARKETMIMIC_HD float dmp_lookup(const float* table, std::uint32_t offset, float phase) {
  const float scaled = exact::clamp(phase, 0.0f, 1.0f) * static_cast<float>(kForcingEntries - 1u);
  const std::int32_t whole = exact::floor_to_int(scaled), last = static_cast<std::int32_t>(kForcingEntries) - 2;
  const std::int32_t below = whole < last ? whole : last;
  const std::uint32_t i = offset + static_cast<std::uint32_t>(below);
  return table[i] + (scaled - static_cast<float>(below)) * (table[i + 1u] - table[i]);
}

}  // namespace marketmimic
