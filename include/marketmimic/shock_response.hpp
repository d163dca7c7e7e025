#pragma once

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/order_flow.hpp"
#include "marketmimic/perturbation.hpp"

namespace marketmimic {

/// How factors asked for become factors on the flow; the exponents were measured on the fit of AMZN, 2012-06-21
/// (bench/shocks). Depth is the size of orders; those that stand are replaced the faster the more depth goes. Spread is
/// how wide it seems to the flow, volume the rate of market orders with part of what refills the touch, volatility the
/// rate of everything and the distances between prices.
inline constexpr float kActivityOfVolatility = 1.1f;
inline constexpr float kTurnoverOfDepth = 0.5f;
inline constexpr float kStretchOfVolatility = 0.48f;
inline constexpr float kWideningOfSpread = 1.08f;
inline constexpr float kTradesOfVolume = 0.7f;
inline constexpr float kRefillOfVolume = 0.55f;
inline constexpr float kTradesOfLessVolume = 0.4f;
inline constexpr float kRefillOfLessVolume = 0.25f;
inline constexpr float kTradesOfThinness = 0.5f;
inline constexpr float kVolumeOfVolatility = 1.3f;
inline constexpr float kVolumeOfCalm = 0.9f;
/// A steered mid may be so far from its path as prices wander in 50 s; held closer it would have no volatility
/// [sqrt(s)].
inline constexpr float kLeeway = 7.0f;

/// What acts on one step, as factors on an order book's flow.
struct ShockResponse {
  float log_activity = 0;                    ///< of everything
  float size_bid = 1, size_ask = 1;          ///< on the size of limit orders
  float turnover_bid = 1, turnover_ask = 1;  ///< on their arrivals and cancellations behind the touch
  float refill = 1;                          ///< on arrivals at the touch
  float disturbed = 0;                       ///< 1 where anything acts
  float stretch = 1;                         ///< on distances between prices
  float perceived = 1;                       ///< on the spread as the flow sees it
  float trades = 1;                          ///< on market orders
  float excite = 1;                          ///< on the excitation of an event
  float leeway = 0;                          ///< of a steered mid [log price]

  MARKETMIMIC_HD static float factor(float log_factor) { return exact::exp(exact::clamp(log_factor, -10.0f, 10.0f)); }

  MARKETMIMIC_HD static ShockResponse of(const OrderBookStep& c, const Modifiers& m) {
    ShockResponse r;
    r.log_activity = kActivityOfVolatility * m.log_volatility;
    r.size_bid = factor(m.log_depth_bid);
    r.size_ask = factor(m.log_depth_ask);
    r.turnover_bid = factor(-kTurnoverOfDepth * exact::min(m.log_depth_bid, 0.0f));
    r.turnover_ask = factor(-kTurnoverOfDepth * exact::min(m.log_depth_ask, 0.0f));
    // The spread goes with the volatility of a trade (Wyart et al. 2008): what the one widens the other counts towards
    // the spread asked for.
    const float log_stretch = kStretchOfVolatility * m.log_volatility;
    const float widened = exact::clamp(log_stretch, 0.0f, exact::max(m.log_spread, 0.0f));
    r.stretch = factor(log_stretch);
    r.perceived = factor(-kWideningOfSpread * (m.log_spread - widened) - log_stretch);
    // What the flow trades more or less because all of it is faster or slower counts towards the volume asked for; and
    // market orders find less in a thin book, so that more of them are needed.
    const float faster = kVolumeOfVolatility * exact::max(m.log_volatility, 0.0f);
    const float slower = kVolumeOfCalm * exact::min(m.log_volatility, 0.0f);
    const float thin = exact::max(-exact::min(m.log_depth_bid, m.log_depth_ask), 0.0f);
    const float asked = choose(m.log_volume > 0.0f, exact::max(m.log_volume - faster, 0.0f), m.log_volume);
    const float net = asked - slower + choose(m.log_volume == 0.0f, 0.0f, kTradesOfThinness * thin);
    r.trades = factor(choose(net > 0.0f, kTradesOfVolume, kTradesOfLessVolume) * net);
    r.refill = factor(choose(net > 0.0f, kRefillOfVolume, kRefillOfLessVolume) * net);
    r.disturbed = choose(any(m.active != 0u, m.steered > 0.0f), 1.0f, 0.0f);
    r.excite = exact::max(m.excitation, c.branching) / exact::max(c.branching, 1.0e-3f);
    r.leeway = kLeeway * c.p.volatility * factor(m.log_volatility);
    return r;
  }
};

}  // namespace marketmimic
