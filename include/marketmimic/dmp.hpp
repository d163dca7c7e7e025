#pragma once

#include <cstdint>

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// Stiffness of the transformation system; beta = alpha / 4 damps it critically (Ijspeert et al., Neural Computation
/// 25, 2013).
inline constexpr float kDmpAlpha = 25.0f;

/// What the spring of a movement pulls to. Append only; the names are in host/config/names.hpp.
enum class DmpForm : std::uint32_t {
  unscaled = 0,      ///< to the goal from the beginning: the fastest start
  pastor = 1,        ///< to a point that goes evenly from the start to the goal (Hoffmann 2009, Pastor 2009, with the
                     ///< linear phase 1 - t / tau for x): starts without a jerk
  delayed_goal = 2,  ///< to a goal that is itself approached, tau g_d' = alpha_g (g - g_d) (Kulvicius et al., IEEE T-RO
                     ///< 28, 2012): a goal that jumps makes no jump in the acceleration
};
inline constexpr std::uint32_t kDmpForms = 3;
/// alpha_g of the delayed goal, in the unit of kDmpAlpha (Kulvicius et al.).
inline constexpr float kGoalAlpha = 15.0f;

/// What drives a Dynamic Movement Primitive during one step.
struct DmpDrive {
  float goal;              ///< g, at the step's start
  float goal_velocity;     ///< dg/dt [1/s]; feeding it forward removes the lag 4 tau v / alpha (Muelling et al. 2013)
  float forcing;           ///< f / (alpha beta): the displacement of the equilibrium, in the unit of y
  float tau;               ///< duration [s], > 0
  std::uint32_t form = 0;  ///< a DmpForm
  float start = 0;         ///< y0, where the movement began; form pastor only
  float progress = 1;      ///< t / tau of the movement at the step's end, 0 to 1; form pastor only
};

/// A Dynamic Movement Primitive with unscaled forcing (no factor g - y0, so neither blow-up nor mirror image for a
/// small or reversed movement; dmp_amplitude() puts one in where it is wanted):
///   tau^2 y'' = alpha (beta (r - y) + tau (g' - y')) + f,   r by the form.
struct Dmp {
  float y = 0;        ///< position
  float v = 0;        ///< velocity [1/s]
  float delayed = 0;  ///< goal as the spring sees it

  /// Exact over `h` seconds for goal velocity, forcing and progress held: with lambda = alpha / (2 tau) and the
  /// distance e from the moving equilibrium, e' = E (e (1 + lambda h) + w h), w' = E (w (1 - lambda h) - e lambda^2 h),
  /// E = e^(-lambda h). A delayed goal d away from the goal adds the particular solution K e^(-mu t), mu = alpha_g /
  /// tau, K = d lambda^2 / (lambda - mu)^2. Stable for every h.
  MARKETMIMIC_HD void step(const DmpDrive& d, float h) {
    constexpr float ratio = 2.0f * kGoalAlpha / kDmpAlpha;  // mu / lambda
    constexpr float response = 1.0f / ((1.0f - ratio) * (1.0f - ratio));
    const float lambda = 0.5f * kDmpAlpha / d.tau;
    const float lh = exact::min(lambda * h, 60.0f);
    const float decay = exact::exp(-lh);
    const bool delays = d.form == static_cast<std::uint32_t>(DmpForm::delayed_goal);
    const bool opens = d.form == static_cast<std::uint32_t>(DmpForm::pastor);
    const float away = delays ? delayed - d.goal : 0.0f;
    const float later = delays ? exact::exp(-ratio * lh) : 0.0f;
    const float target = opens ? d.start + (d.goal - d.start) * d.progress : d.goal;
    const float rest = target + d.forcing;
    const float k = response * away;
    const float e = y - rest - k;
    const float w = v - d.goal_velocity + k * ratio * lambda;
    y = rest + d.goal_velocity * h + k * later + decay * (e * (1.0f + lh) + w * h);
    v = d.goal_velocity - k * ratio * lambda * later + decay * (w * (1.0f - lh) - e * lambda * lh);
    delayed = d.goal + d.goal_velocity * h + away * later;
  }
};

/// How large the shape of a movement is where it has another size than demonstrated. Append only.
enum class Amplitude : std::uint32_t {
  kept = 0,          ///< as demonstrated, in the frame of the market
  proportional = 1,  ///< with the movement, as in Ijspeert et al. 2013, but within a limit
};
/// Movements shorter than this have no direction and no size to compare with.
inline constexpr float kDmpNoMove = 0.01f;

/// Factor on the forcing of a movement of `move`, where the demonstration moved by `shown`. `kept` is its size where it
/// keeps it, `most` the limit of a proportional one; `mirrors`: a movement in the other direction has its shape upside
/// down.
MARKETMIMIC_HD float dmp_amplitude(std::uint32_t amplitude, bool mirrors, float shown, float move, float kept,
                                   float most) {
  const bool comparable = exact::abs(shown) >= kDmpNoMove;
  const float ratio = comparable ? exact::min(exact::abs(move / shown), most) : kept;
  const float size = amplitude == static_cast<std::uint32_t>(Amplitude::proportional) ? ratio : kept;
  return mirrors && comparable && shown * move < 0.0f ? -size : size;
}

/// Sigmoid gate on the forcing: about 1 until late in the movement and almost 0 at its end, so that the goal is reached
/// (Kulvicius et al., IEEE T-RO 28, 2012). `phase` 0 to 1.
MARKETMIMIC_HD float dmp_gate(float phase) { return exact::sigmoid(40.0f * (0.85f - phase)); }

/// Radial basis function `i` of `n` on a linear phase, centres evenly on [0, 1], neighbours crossing at about 0.6.
MARKETMIMIC_HD float dmp_basis(float phase, std::uint32_t i, std::uint32_t n) {
  const float spacing = n > 1u ? 1.0f / static_cast<float>(n - 1u) : 1.0f;
  const float distance = (phase - static_cast<float>(i) * spacing) / spacing;
  return exact::exp(-2.0f * distance * distance);
}

/// The same on a circle: psi = exp(h (cos(2 pi (phase - c)) - 1)), centres c evenly on [0, 1), neighbours crossing at
/// about 0.6 too (Ijspeert et al. 2013).
MARKETMIMIC_HD float dmp_periodic_basis(float phase, std::uint32_t i, std::uint32_t n) {
  const float spacing = 1.0f / static_cast<float>(n);
  const float width = 0.5f / (1.0f - exact::sincos_turn(0.5f * spacing).cos);
  return exact::exp(width * (exact::sincos_turn(exact::abs(phase - static_cast<float>(i) * spacing)).cos - 1.0f));
}

/// Forcing at `phase` from `n` weights: sum(psi w) / sum(psi), gated where it belongs to a movement, which is to come
/// to its goal, and periodic where it belongs to a rhythm. The exact sum; rollouts look it up.
MARKETMIMIC_HD float dmp_forcing(float phase, const float* weights, std::uint32_t n, bool rhythmic = false) {
  float sum = 0, total = 1.0e-10f;
  for (std::uint32_t i = 0; i < n; ++i) {
    const float psi = rhythmic ? dmp_periodic_basis(phase, i, n) : dmp_basis(phase, i, n);
    sum += psi * weights[i];
    total += psi;
  }
  return (rhythmic ? 1.0f : dmp_gate(phase)) * sum / total;
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
