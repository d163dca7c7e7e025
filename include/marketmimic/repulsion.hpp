#pragma once

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"

namespace marketmimic {

/// How near something is to its limit, given its share of it: 0 up to half of the limit, 1 at it and beyond.
MARKETMIMIC_HD float nearness(float share) {
  const float x = exact::clamp(2.0f * share - 1.0f, 0.0f, 1.0f);
  return x * x;
}

/// Couplings that keep a movement away from limits, as potential fields keep a robot away from walls (Khatib 1986; for
/// movement primitives Park et al. 2008), but acting on the goal, so that the movement stays stable. 0: none.
struct Repulsion {
  float loss = 0;             ///< the goal shrinks by this share as the profit's fall nears the loss limit, 0 to 1
  float inventory = 0;        ///< how firmly goals are kept below the inventory limit: 1 keeps every goal below
  float price = 0;            ///< positions grow less by this share as the price runs away to price_limit, 0 to 1
  float participation = 0;    ///< time slows by 1 + this x nearness of the orders to what participation allows
  float price_limit = 0.02f;  ///< [log price since the position began]

  MARKETMIMIC_HD bool any() const { return loss > 0.0f || inventory > 0.0f || price > 0.0f || participation > 0.0f; }

  /// The goal as it is after them. `fallen` is the share of the loss limit that was lost, `y` where the movement is,
  /// `move` the log price since the position began, `limit` the inventory limit.
  MARKETMIMIC_HD float on_goal(float goal, float y, float fallen, float move, float limit) const {
    const float safe = goal * (1.0f - loss * nearness(fallen));
    // Half of the limit is free; beyond it |goal| approaches the limit and never gets there.
    const float beyond = exact::abs(safe) / limit - 0.5f;
    const float soft = limit * (0.5f + beyond / (1.0f + 2.0f * inventory * beyond));
    const float kept = inventory > 0.0f && beyond > 0.0f ? (safe > 0.0f ? soft : -soft) : safe;
    const bool grows = price > 0.0f && kept * y >= 0.0f && exact::abs(kept) > exact::abs(y);
    const float away = (kept > 0.0f ? move : -move) / price_limit;
    return grows ? y + (kept - y) * (1.0f - price * nearness(away)) : kept;
  }
  /// Factor by which time slows. `wanted`: the orders' size as a share of what participation allows.
  MARKETMIMIC_HD float slowing(float wanted) const { return 1.0f + participation * nearness(wanted); }
};

}  // namespace marketmimic
