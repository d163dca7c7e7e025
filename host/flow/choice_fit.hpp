#pragma once

#include <array>
#include <vector>

#include "host/flow/excitation_fit.hpp"
#include "host/flow/touch_events.hpp"

namespace marketmimic {

/// How the event before and the memory of trades tilt what comes next; see OrderBookParameters.
struct ChoiceFit {
  std::array<std::array<double, kPreceding>, kTouchEvents> follow{};
  std::array<std::array<double, kFlowMemories>, kTouchEvents> memory_weight{};
  std::array<std::array<double, kSpreadMemories>, kTouchEvents> spread_weight{};
  double log_likelihood = 0;  ///< per event, against the state-dependent rates alone
};

/// Which of these ingredients to fit; those that are not stay 0.
struct ChoiceIngredients {
  bool follow = true, memory = true, moves = true, spread = true;
};

/// Maximum likelihood of a conditional logit model (McFadden 1974) with the logarithm of the rates as offsets: Newton's
/// method with a ridge of one pseudo-event, since some events never follow each other.
ChoiceFit fit_choice(const std::vector<TouchRow>& events, const ExcitationFit& rates, const ChoiceIngredients& what);

}  // namespace marketmimic
