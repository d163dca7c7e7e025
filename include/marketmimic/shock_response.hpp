#pragma once

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/order_flow.hpp"
#include "marketmimic/perturbation.hpp"

namespace marketmimic {

/// How factors asked for become factors on the flow. Were time and prices measured in other units, the flow would be
/// the same: a faster flow in larger steps is the same market with more volume, volatility and spread. So the pace of
/// all flow makes the volume, distances between prices the rest of the volatility, how wide the spread seems to the
/// flow the spread, and the size of orders the depth; those that stand are replaced the faster the more depth goes.
/// Exponents that don't follow from this were measured on the fit of AMZN, 2012-06-21 (bench/shocks).
inline constexpr float kActivityOfVolatility = 1.1f;
inline constexpr float kTurnoverOfDepth = 0.5f;
inline constexpr float kStretchOfVolatility = 0.48f;
inline constexpr float kStretchOfCalm = 0.25f;
/// Below this log factor on depth, of many orders not a lot is left, and the spread widens by the exponent after it.
inline constexpr float kThin = -2.3f;
inline constexpr float kWideningOfThinness = 0.4f;
inline constexpr float kWideningOfSpread = 1.08f;
inline constexpr float kVolumeOfDepth = 0.85f;
inline constexpr float kStretchOfPace = 0.5f;
/// A steered mid may be so far from its path as prices wander in 50 s, held loosely the farther; held closer it would
/// have no volatility [sqrt(s)].
inline constexpr float kLeeway = 7.0f;

/// What acts on one step, as factors on an order book's flow.
struct ShockResponse {
  float log_activity = 0;                    ///< of everything
  float size_bid = 1, size_ask = 1;          ///< on the size of limit orders
  float turnover_bid = 1, turnover_ask = 1;  ///< on their arrivals and cancellations behind the touch
  float disturbed = 0;                       ///< 1 where anything acts
  float stretch = 1;                         ///< on distances between prices
  float perceived = 1;                       ///< on the spread as the flow sees it
  float inverse_width = 1;                   ///< of the spread that is asked for [1/half ticks]
  float unforced = 1;                        ///< least share of market orders that forced ones leave
  float excite = 1;                          ///< on the excitation of an event
  float leeway = 0;                          ///< of a steered mid [log price]

  MARKETMIMIC_HD static float factor(float log_factor) { return exact::exp(exact::clamp(log_factor, -10.0f, 10.0f)); }

  MARKETMIMIC_HD static ShockResponse of(const OrderBookStep& c, const Modifiers& m) {
    ShockResponse r;
    r.size_bid = factor(m.log_depth_bid);
    r.size_ask = factor(m.log_depth_ask);
    r.turnover_bid = factor(-kTurnoverOfDepth * exact::min(m.log_depth_bid, 0.0f));
    r.turnover_ask = factor(-kTurnoverOfDepth * exact::min(m.log_depth_ask, 0.0f));
    // What volatility and thin depth do to the volume counts towards what was asked for, and what calm takes is made
    // up; the pace of all flow makes the rest, and prices move the less by each event (Wyart et al. 2008: volatility is
    // that of a trade times the root of their number).
    const float brought = kActivityOfVolatility * m.log_volatility;
    const float thin = exact::min(0.5f * (m.log_depth_bid + m.log_depth_ask), 0.0f);
    const float missing = m.log_volume - brought - kVolumeOfDepth * thin;
    const float pace = choose(m.log_volume == 0.0f, exact::max(-brought, 0.0f),
                              choose(m.log_volume > 0.0f, exact::max(missing, 0.0f), missing));
    r.log_activity = brought + pace;
    const float of_volatility = choose(m.log_volatility > 0.0f, kStretchOfVolatility, kStretchOfCalm);
    const float log_stretch = of_volatility * m.log_volatility - kStretchOfPace * pace;
    r.stretch = factor(log_stretch);
    // What more volatile trades widen counts towards the spread asked for, and what calmer ones narrow is made up.
    const float gaps =
        kWideningOfThinness * (exact::max(kThin - m.log_depth_bid, 0.0f) + exact::max(kThin - m.log_depth_ask, 0.0f));
    const float widened = exact::min(log_stretch + gaps, exact::max(m.log_spread, 0.0f));
    r.perceived = factor(-kWideningOfSpread * (m.log_spread - widened) - log_stretch);
    r.inverse_width = c.inverse_usual_spread * factor(-exact::max(m.log_spread, log_stretch + gaps));
    r.unforced = factor(-exact::max(m.log_volume, 0.0f));
    r.disturbed = choose(any(m.active != 0u, m.steered > 0.0f), 1.0f, 0.0f);
    r.excite = exact::max(m.excitation, c.branching) / exact::max(c.branching, 1.0e-3f);
    r.leeway = kLeeway * c.p.volatility * factor(m.log_volatility) / exact::sqrt(exact::max(m.steered, 0.01f));
    return r;
  }
};

}  // namespace marketmimic
