#pragma once

#include <cstdint>

#include "marketmimic/composition.hpp"
#include "marketmimic/detectors.hpp"
#include "marketmimic/dmp.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/repulsion.hpp"
#include "marketmimic/trading_rules.hpp"

namespace marketmimic {

/// How much of the adaptation is at work; all but the first are baselines to compare it with. Append only.
enum class PlanFidelity : std::uint32_t {
  full = 0,          ///< goal, pace and phase follow the market at every step; events override the plan
  goal_only = 1,     ///< the goal follows the market at every step; pace as it was when the primitive began
  fixed_frame = 2,   ///< events begin primitives; goal and pace as the market was then
  replay = 3,        ///< the demonstration as it was, on its own clock
  replay_noise = 4,  ///< the same, goals and durations times log-normal factors
};
inline constexpr std::uint32_t kPlanFidelities = 5;

/// How what is missing to the target exposure is ordered. Append only.
enum class OrderStyle : std::uint32_t {
  demonstrated = 0,  ///< the share of the running primitive's volume that took liquidity in the demonstration takes it
  passive = 1,       ///< all of it rests at the best price
  aggressive = 2,    ///< all of it takes liquidity
  urgency = 3,       ///< the more is missing, the more takes liquidity; see urgency()
};
inline constexpr std::uint32_t kOrderStyles = 4;

/// Share of an order that takes liquidity, 0 to 1: all of it where as much is missing as may be (`tolerance`), less
/// where the spread is wider than in the event frame (`spread_then`, when the primitive began), more where it is
/// narrower. `missing` >= 0 and `tolerance` are exposures.
MARKETMIMIC_HD float urgency(float missing, float tolerance, float spread_then, float spread) {
  const float dear = exact::max(spread, 1.0f) / exact::max(spread_then, 1.0f);
  return exact::clamp(missing / (exact::max(tolerance, 1.0e-6f) * dear), 0.0f, 1.0f);
}

/// How a demonstration is carried over to another market.
struct AdaptationParameters {
  std::uint32_t fidelity = 0;        ///< a PlanFidelity
  float noise = 0.1f;                ///< deviation of the logarithm of replay_noise's factors, 0 to 1
  std::int32_t peak_lots = 1000;     ///< position at exposure 1 [lots], 1 to 100,000,000
  float eagerness = 0.25f;           ///< an event can begin the next primitive after this share of the running one
  float patience = 1.5f;             ///< without its event it begins after this multiple of the running one's duration
  float start_patience = 3600.0f;    ///< the first primitive waits for its event at most so long [s], see await()
  float horizon_share = 0.8f;        ///< cycles longer than this share of the horizon are sped up to fit
  float longest_compression = 8.0f;  ///< cycles that need more are not chosen, unless all do
  float size_exponent = 0.25f;       ///< goal ~ (the demonstration's burst / the burst now)^this
  float smallest_size = 0.5f, largest_size = 1.25f;  ///< limits of that factor
  std::uint32_t amplitude = 0;     ///< of the forcing, where the movement has another size: an Amplitude
  float largest_amplitude = 2.0f;  ///< of a proportional one
  bool mirror = false;             ///< the forcing of a movement in the other direction is upside down
  float slowest_pace = 0.5f, fastest_pace = 2.0f;                 ///< limits of sqrt(burst now / the demonstration's)
  float phase_stopping = 25.0f;                                   ///< time slows by 1 + this x (unfilled exposure)^2
  std::uint32_t override_events = event_bit(MarketEvent::crash);  ///< against the position, see override_action
  float participation = 0.2f;                                     ///< most of the expected volume of a step, 0 to 1
  float inventory_limit = 1.5f;                                   ///< |target exposure| never above
  float fill_tolerance = 0.1f;        ///< exposure that may be missing when a primitive is left
  std::uint32_t positions = 1;        ///< most that a scenario opens, one after the other, >= 1
  float warm_up = 0;                  ///< time at the start in which the market is only watched [s]
  std::uint32_t sequence = 0;         ///< a PlanSequence: what follows a primitive
  std::uint32_t override_action = 0;  ///< an OverrideAction: what override_events do
  float profit_target = 0;            ///< a position that gained so much is left [share of peak_lots' worth]; 0: none
  float loss_stop = 0;                ///< the same for one that lost so much
  float variation = 0;                ///< of primitives about their demonstrations, in those' own spread; see Varied
  std::uint32_t orders = 0;           ///< an OrderStyle
  float boundary_deviation = 0;       ///< of the logarithm of how long after its beginning a primitive is left, 0 to 1
  std::uint32_t hold_steps = 0;       ///< the last exposure is held so many steps before the plan is at its end
  Repulsion repulsion;

  /// Whether events begin primitives, rather than the demonstration's clock.
  MARKETMIMIC_HD bool listens() const { return fidelity < static_cast<std::uint32_t>(PlanFidelity::replay); }
  /// Whether a plan follows one cycle as it was demonstrated, once.
  MARKETMIMIC_HD bool plain() const {
    return positions <= 1u && sequence == 0u && override_action == 0u && hold_steps == 0u && profit_target <= 0.0f &&
           loss_stop <= 0.0f && variation <= 0.0f && boundary_deviation <= 0.0f && orders == 0u && !repulsion.any();
  }
};

/// Events in favour of a long and of a short position: they override nothing there.
inline constexpr std::uint32_t kRisingEvents = event_bit(MarketEvent::trend_up) | event_bit(MarketEvent::recovery);
inline constexpr std::uint32_t kFallingEvents = event_bit(MarketEvent::trend_down) | event_bit(MarketEvent::crash);

/// Where a scenario stands in its plan.
enum class PlanMode : std::uint32_t { none = 0, waiting = 1, running = 2, finished = 3 };

/// What a plan sees of the market besides the detectors. Prices are logarithms, since the start.
struct MarketSight {
  float open = 0, low = 0, high = 0;  ///< of the mid over the last step
  Yardsticks yardsticks;
  std::int32_t signal = 0;  ///< of the bar that ended with the last step: an EntrySignal's; 0 else
  bool bar_ended = false;   ///< with the last step
  bool warming_up = false;  ///< nothing may begin yet
  float left = 1.0e9f;      ///< until the horizon [s]
  float price = 0;          ///< of the mid at the last step's end
  float profit = 0;         ///< so far, of the largest position's worth
  float fallen = 0;         ///< the profit's fall from its best, as a share of the loss limit
  float shortfall = 0;      ///< so far, against the portfolio that holds the target at no cost, same unit
  float spread = 1;         ///< [ticks]
  float capacity = 1.0e9f;  ///< most exposure that a step's orders may change, by participation
};

}  // namespace marketmimic
