#pragma once

#include <cstdint>

#include "marketmimic/dmp.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// How far a fitted share may begin or aim beyond 0 and 1, between which it is held.
inline constexpr float kShareBeyond = 0.5f;

/// The second dimension of a primitive beside exposure: which share of its orders takes liquidity, as a DMP on the same
/// phase with a time scale of its own. It starts anew with every primitive: who leaves in a hurry does not ask how
/// patiently the position was built.
struct Aggressiveness {
  float start = 1;            ///< when the primitive begins, about 0 to 1
  float goal = 1;             ///< that it leads to, likewise
  float tau = 0;              ///< of the change [s]; 0: it stays what Primitive::aggressiveness says
  std::uint32_t forcing = 0;  ///< offset of its kForcingEntries in the forcing table

  MARKETMIMIC_HD bool changes() const { return tau > 0.0f; }
  MARKETMIMIC_HD Dmp begin() const { return {start, 0.0f, start}; }
  /// One step of `dt` seconds from `phase` of the primitive, 0 to 1, where the time scale is `stretch` times the
  /// demonstration's; what it comes to is a share, 0 to 1.
  MARKETMIMIC_HD float step(Dmp& state, const float* table, float phase, float stretch, float dt) const {
    state.step({goal, 0.0f, dmp_lookup(table, forcing, phase), exact::max(tau * stretch, dt)}, dt);
    return exact::clamp(state.y, 0.0f, 1.0f);
  }
};

}  // namespace marketmimic
