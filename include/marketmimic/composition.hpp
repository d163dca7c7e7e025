#pragma once

#include <cstdint>

#include "marketmimic/exact_math.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/menu_item.hpp"
#include "marketmimic/primitive.hpp"

namespace marketmimic {

/// What follows a primitive. Append only; the names are in host/config/names.hpp.
enum class PlanSequence : std::uint32_t {
  demonstration = 0,  ///< what followed it in its cycle
  transitions = 1,    ///< what followed any primitive of its kind, as often as it did: a Markov chain of kinds
  plan = 2,           ///< what the job names
};

/// What an event against the position does to the plan. Append only.
enum class OverrideAction : std::uint32_t {
  leave = 0,    ///< straight to the exit of the cycle that runs
  abort = 1,    ///< flat at once; nothing is opened after it
  replace = 2,  ///< a primitive that answered such an event takes the running one's place, and the plan goes on
  replan = 3,   ///< the same, and what followed it in its own cycle is the plan from then on
};

/// Nothing follows.
inline constexpr std::uint32_t kNothing = 0xffffffffu;

/// Most primitives of a plan that a job names.
inline constexpr std::uint32_t kMostPlanSteps = 32;

/// A plan that a job names, kind after kind.
struct NamedPlan {
  std::uint32_t count = 0;
  std::uint32_t sides = 0;  ///< on which every kind was demonstrated: bit 1 << TradingRules::place(side)
  float duration = 0;       ///< of its primitives together, on average [s]
  std::uint8_t kinds[kMostPlanSteps] = {};
};

/// What plans choose from; primitives, and cycles in `openings`, as indices in StrategyView::menu.
struct SequenceMenu {
  const MenuItem* successors = nullptr;  ///< [primitives] what followed those of its kind and side
  const MenuItem* instances = nullptr;   ///< [kMostKinds * 2] of a kind, by kind * 2 + TradingRules::place(side)
  const MenuItem* answers = nullptr;     ///< [kMarketEvents * 2] begun on an event with a position, likewise
  const MenuItem* openings = nullptr;    ///< [kMarketEvents] cycles that begin on it
  NamedPlan plan;
};

/// Where a primitive leads from exposure `origin` when it stands outside of its own cycle: what reduces a position
/// keeps the share that it left of it, what builds one up adds as much as it did, and what builds the opposite one
/// leads where it led. A rhythm is to the position there is as it was to the larger of where it began and its level;
/// without a position it is as it was. `size` is that of the movement.
MARKETMIMIC_HD float relative_aim(const Primitive& p, float origin, float size) {
  const bool same_side = p.start * p.goal >= 0.0f;
  const bool reduces = same_side && p.reduces();
  const bool none = origin < kNoExposure && origin > -kNoExposure;
  const float larger = exact::abs(p.start) > exact::abs(p.goal) ? p.start : p.goal;
  if (p.rhythmic()) return p.goal * size * (none || larger == 0.0f ? 1.0f : origin / larger);
  const float share = reduces ? p.goal / p.start : 0.0f;
  const float kept = share > 0.0f ? exact::min(share * size, 1.0f) * origin : 0.0f;
  const bool turns = !none && origin * p.goal < 0.0f;
  return reduces ? kept : (same_side && !turns ? origin + (p.goal - p.start) * size : p.goal * size);
}

}  // namespace marketmimic
