#pragma once

#include <string>
#include <vector>

#include "host/flow/choice_fit.hpp"
#include "host/flow/excitation_fit.hpp"
#include "host/flow/slow_fit.hpp"
#include "host/flow/touch_events.hpp"
#include "host/tape/tape.hpp"

namespace marketmimic {

/// Parts of the order-book market that can be left out, to see what each is worth; the plain one is the model of Cont,
/// Stoikov and Talreja (2010).
struct FlowIngredients {
  bool state = true;       ///< rates depend on imbalance and spread
  bool excitation = true;  ///< self-exciting flow
  bool waits = true;       ///< waiting times from the tape, not exponential
  bool sizes = true;       ///< sizes from the tape, not constant
  bool follow = true;      ///< the event before tilts the next
  bool memory = true;      ///< and so do the trades before
  bool moves = true;       ///< where the mid lately went tilts what comes, and decides how far orders improve
  bool spread = true;      ///< and how wide the spread was
  bool season = true;      ///< activity follows the time of day
  bool slow = true;        ///< and, beyond it, a slow factor, where the tape tells of one

  /// None of them.
  static constexpr FlowIngredients plain() {
    return {false, false, false, false, false, false, false, false, false, false};
  }
};

/// A fitted order-book market.
struct FlowFit {
  OrderBookParameters parameters;
  FlowEvents events;
  ExcitationFit excitation;
  ChoiceFit choice;
  SlowFit slow;
  std::vector<std::string> notices;  ///< where the data is too thin for a parameter, a line each
};

/// Fits the order-book market to a tape of any depth. Error(input_data): fewer than 1,000 messages at the touch.
FlowFit fit_flow(const TapeView& tape, std::int64_t tick, const FlowIngredients& what = {});

}  // namespace marketmimic
