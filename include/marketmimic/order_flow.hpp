#pragma once

#include <cstdint>

#include "marketmimic/coupling.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/market_view.hpp"

namespace marketmimic {

/// What can happen at the touch (the best price) of one side. Append only.
enum class TouchEvent : std::uint32_t {
  improve = 0,  ///< a limit order inside the spread: a new best price
  join = 1,     ///< a limit order at the best price
  cancel = 2,   ///< of an order at the best price
  trade = 3,    ///< a market order that takes this side
  hidden = 4,   ///< a trade inside the spread with an order nobody saw
};
inline constexpr std::uint32_t kTouchEvents = 5;

inline constexpr std::uint32_t kImbalanceBins = 7;  ///< of (own - other) / (own + other) touch lots, equal widths
inline constexpr std::uint32_t kSpreadBins = 6;
/// Where an order inside the spread takes the mid: on the way it lately went, no way, back.
inline constexpr std::uint32_t kCourses = 3;
inline constexpr float kMoved = 0.05f;  ///< the least memory of the mid's moves that counts as a way

/// `back`: the memory of the mid's moves, positive where the order leads back.
MARKETMIMIC_HD std::uint32_t course_of(float back) { return choose(back > kMoved, 2u, choose(back < -kMoved, 0u, 1u)); }
/// Memories of signed flow: two of trades counted in trades, two of trades and two of moves of the mid in seconds.
inline constexpr std::uint32_t kFlowMemories = 6;
inline constexpr std::uint32_t kFirstMove = 4;  ///< of them
inline constexpr std::uint32_t kCountedMemories = 3, kTimedMemories = 3;
inline constexpr float kMostPressure = 3.0f;  ///< bounds what market orders leave, or trends would feed themselves
inline constexpr float kFarthest = 4.0f;      ///< bounds how far the mid is from where it was [usual spreads]
inline constexpr float kWidest = 1.5f;        ///< bounds the log spread that is averaged
inline constexpr std::uint32_t kSpreadMemories = 2;   ///< of how wide the spread was
inline constexpr std::uint32_t kImpactScales = 5;     ///< of the memory of the strategy's flow, 10 to 100,000 s
inline constexpr std::uint32_t kExcitations = 4;      ///< kernels of the self-excitation
inline constexpr std::uint32_t kWaitQuantiles = 512;  ///< knots of the waiting-time law
inline constexpr std::uint32_t kSizeQuantiles = 256;  ///< knots of a size or distance law
inline constexpr std::uint32_t kStepQuantiles = 64;   ///< knots of an improvement law
inline constexpr std::uint32_t kSeasonKnots = 48;     ///< half hours of the day
inline constexpr std::uint32_t kPreceding = 2 * kTouchEvents + 1;  ///< events before: none, of this side, of the other

/// The order-book market: every message of a limit-order book, event by event in continuous time. Two clocks run.
///
/// The touch clock has the intensity
///   Lambda(t) = activity(t) R(state) + min(R(state), 0.95 mean_rate / n) sum_k h_k(t),
///   dh_k = -decay_k h_k dt + branching_k decay_k / mean_rate weight_c dN_c,   n = sum_k branching_k,
/// where R = sum over sides and events c of rate[c][imbalance bin of the side][spread bin] (a cancellation's times
/// touch orders ^ queue_exponent) and activity = exp(season + slow), slow an Ornstein-Uhlenbeck factor. So in a usual
/// state branching_k is the mean number of events that one event of weight 1 brings about, and never are there so many
/// that flow explodes, whatever state or shock. The integral of Lambda between two events is drawn from `wait` (unit
/// mean): Exp(1) makes it a Hawkes process, no branching a renewal process, both a Poisson process. This is
/// Papangelou's time change, read backwards.
///
/// Which event: probability ~ rate_c(state) follow[c][preceding event] exp(+- sum_j memory_weight[c][j] m_j), with m_j
/// the exponentially forgotten signed trades and moves of the mid; signed by the side (memory_weight). State-dependent
/// rates in (imbalance, spread) and impact memory that tilts probabilities follow Noble, Rosenbaum and Souilmi (arXiv
/// 2603.24137); self-excitation Hawkes (1971); the depth clock Cont, Stoikov and Talreja (2010).
///
/// The depth clock is Poisson: limit orders behind the touch, and cancellations of each order there.
///
/// There are no defaults: a model comes from a market file (see the presets) or from a calibration.
struct OrderBookParameters {
  float rate[kTouchEvents][kImbalanceBins][kSpreadBins] = {};  ///< of each side at activity 1 [1/s], >= 0
  std::int32_t spread_edges[kSpreadBins - 1] = {};  ///< bin = edges below the spread [ticks]; ascending, >= 0
  float queue_exponent = 0;                         ///< touch cancellations ~ touch orders ^ this, 0 to 1
  float deep_limit_rate = 1.0f;                     ///< limit orders behind the touch, each side [1/s], > 0
  float deep_cancel_rate = 0.1f;                    ///< of each order behind the touch [1/s], > 0
  std::uint32_t from_opposite = 0;  ///< 1: deep_distance counts from the other side's best price (may then improve)

  float mean_rate = 1.0f;                        ///< R of a usual state [1/s], > 0
  float branching[kExcitations] = {};            ///< events an event of weight 1 brings about, sum 0 to 0.95
  float decay[kExcitations] = {1, 1, 1, 1};      ///< [1/s], > 0
  float weight[kTouchEvents] = {1, 1, 1, 1, 1};  ///< of an event in it, 0 to 10
  float wait[kWaitQuantiles] = {};  ///< ln of the quantiles (k + 1/2) / kWaitQuantiles of the operational waiting time
  float slow_rate = 1.0e-3f;        ///< of the common activity factor [1/s], > 0
  float slow_sd = 0;                ///< its stationary standard deviation, 0 to 2
  float season[kSeasonKnots] = {};  ///< log activity at each half hour of the UTC day, linear between

  float follow[kTouchEvents][kPreceding] =
      {};  ///< log factor, by the event before: none, own side's five, other's five
  float memory_decay[kCountedMemories] = {0.5f, 0.9f,
                                          0.5f};  ///< what a trade leaves of the mean sign of those before, 0 to 0.999
  /// Of the sums of sign sqrt(lots / mean), within kMostPressure, and of the mid's distance from its exponential
  /// average in usual spreads, within kFarthest; two each [s], > 0.
  float memory_half_life[kTimedMemories] = {10, 300, 10};
  /// Log factor a unit of memory puts on an event: a buyer's memory counts positive for events of the ask and negative
  /// for events of the bid, a seller's the other way round.
  float memory_weight[kTouchEvents][kFlowMemories] = {};
  float spread_half_life[kSpreadMemories] = {20, 200};  ///< of the memories of the log spread, [s], > 0
  float usual_spread = 2.0f;  ///< unit of these memories and of the mid's distances [ticks], >= 1
  float spread_weight[kTouchEvents][kSpreadMemories] =
      {};  ///< log factor a unit of them puts on an event of either side

  std::int32_t limit_lots[kSizeQuantiles] = {};  ///< quantiles of the size of orders at or inside the touch, >= 1
  std::int32_t deep_lots[kSizeQuantiles] = {};   ///< of orders behind it, >= 1
  std::int32_t trade_lots[kSizeQuantiles] = {};  ///< of market orders that don't take exactly the touch, >= 1
  float mean_trade_lots = 100;                   ///< unit of the impact memory, > 0
  float sweep_share = 0;                         ///< market orders that take exactly the touch, 0 to 1
  float walk_share = 0;                          ///< of the others: those that may go on behind it, 0 to 1
  float newest_share = 0;  ///< touch cancellations that hit the last order in the queue; the others any, 0 to 1
  /// Ticks from the old best price inwards, >= 1. Orders that bring the mid back make the largest steps.
  std::int32_t improvement[kCourses][kSpreadBins][kStepQuantiles] = {};
  float widest_spread = 1.0e9f;  ///< mean of the widest bin; above it improvements grow in proportion [ticks], >= 1
  std::int32_t deep_distance[kSizeQuantiles] = {};  ///< ticks behind the best price, >= 1
  std::int32_t hidden_offset[kStepQuantiles] = {};  ///< of a hidden trade, ticks inside the touch, >= 1

  /// Impact of the strategy's own flow beyond what its orders take from the book, as tilts of everybody else's. A flow
  /// of the share phi of usual volume is followed first and met later: with r = sign sqrt(|phi|), the drift is
  ///   impact sum_k (r - average of r over T_k) / sqrt(T_k),  T_k = 10, 100, ..., 100,000 s,
  /// so that the price's answer decays about as t^(-1/2), impact grows with the root of what was traded and partly
  /// reverts (propagator model, Bouchaud et al. 2004), while `resistance` phi meets the drift that eating the book
  /// makes. A tape can't tell them; set_impact() finds both by simulation. In units of half the log ratio of sellers
  /// and buyers.
  float impact = 0;                 ///< 0 to 10
  float resistance = 0;             ///< 0 to 10
  float volume_rate = 1.0f;         ///< traded on average [lots/s], > 0: what a strategy expects at first
  float volatility = 5.0e-5f;       ///< of log returns [1/sqrt(s)], > 0: where the event detectors start from
  float warm_up = 60;               ///< simulated before the start [s], 0 to 3600
  std::int32_t initial_spread = 2;  ///< [ticks], >= 1
  std::int32_t initial_mid_half_ticks = 20000;  ///< 200 to 20,000,000
};

/// Time within a step is counted in 2^-30 of it.
inline constexpr std::int32_t kStepTicks = 1 << 30;
/// Powers of a queue's length that are looked up; longer ones count as the longest.
inline constexpr std::uint32_t kQueuePowers = 65;

/// The parameters prepared for one step length; exact arithmetic only.
struct OrderBookStep {
  OrderBookParameters p;
  float follow_factor[kTouchEvents][kPreceding];
  float queue_power[kQueuePowers];
  float inverse_decay[kExcitations];
  float memory_rate[kTimedMemories];   ///< [1/s]
  float spread_rate[kSpreadMemories];  ///< [1/s]
  float log_usual_spread;
  float dt, seconds_per_tick, ticks_per_second;
  float slow_decay, slow_noise;
  float impact_gain[kImpactScales], impact_weight[kImpactScales];
  float inverse_usual_volume;  ///< of a step [1/lots]
  float inverse_trade_lots, inverse_widest_spread;
  float inverse_usual_spread;  ///< [1/half ticks]
  float jump[kExcitations];    ///< of h at an event of weight 1
  float branching;             ///< n
  std::uint32_t warm_up_steps, levels;
  std::int32_t initial_mid_half_ticks;
  Coupling coupling;  ///< to other assets of the scenario
  float tide_decay;   ///< of the common flow, over a step
  float tide_noise;   ///< of it in a step, by the common price noise

  MARKETMIMIC_HD static OrderBookStep of(const OrderBookParameters& p, float dt, std::uint32_t levels) {
    OrderBookStep c{};
    c.p = p;
    c.dt = dt;
    c.levels = levels;
    c.seconds_per_tick = dt * 0x1p-30f;
    c.ticks_per_second = 0x1p30f / dt;
    c.initial_mid_half_ticks = p.initial_mid_half_ticks;
    for (std::uint32_t e = 0; e < kTouchEvents; ++e)
      for (std::uint32_t k = 0; k < kPreceding; ++k) c.follow_factor[e][k] = exact::exp(p.follow[e][k]);
    for (std::uint32_t n = 0; n < kQueuePowers; ++n)
      c.queue_power[n] = exact::power(static_cast<float>(n == 0u ? 1u : n), p.queue_exponent);
    c.branching = 0;
    for (std::uint32_t k = 0; k < kExcitations; ++k) {
      c.inverse_decay[k] = 1.0f / p.decay[k];
      c.jump[k] = p.branching[k] * p.decay[k] / p.mean_rate;
      c.branching += p.branching[k];
    }
    for (std::uint32_t k = 0; k < kTimedMemories; ++k) c.memory_rate[k] = 0.69314718f / p.memory_half_life[k];
    for (std::uint32_t k = 0; k < kSpreadMemories; ++k) c.spread_rate[k] = 0.69314718f / p.spread_half_life[k];
    c.log_usual_spread = exact::log(p.usual_spread);
    c.slow_decay = exact::exp(-p.slow_rate * dt);
    c.slow_noise = p.slow_sd * exact::sqrt(-exact::expm1(-2.0f * p.slow_rate * dt));
    float scale = 10.0f;
    for (std::uint32_t k = 0; k < kImpactScales; ++k, scale *= 10.0f) {
      c.impact_gain[k] = -exact::expm1(-dt / scale);
      c.impact_weight[k] = p.impact / exact::sqrt(scale);
    }
    c.inverse_usual_volume = 1.0f / (p.volume_rate * dt);
    c.inverse_trade_lots = 1.0f / p.mean_trade_lots;
    c.inverse_widest_spread = 1.0f / p.widest_spread;
    c.inverse_usual_spread = 0.5f / p.usual_spread;
    c.warm_up_steps = static_cast<std::uint32_t>(exact::floor_to_int(p.warm_up / dt + 0.999f));
    return c;
  }
};

}  // namespace marketmimic
