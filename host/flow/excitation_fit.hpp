#pragma once

#include <array>
#include <vector>

#include "host/flow/touch_events.hpp"

namespace marketmimic {

/// The touch clock fitted to a tape.
struct ExcitationFit {
  std::array<double, kExcitations> branching, decay;  ///< decay [1/s]
  std::array<double, kTouchEvents> weight;            ///< mean 1 over events
  double base = 1;                                    ///< share of `rate` that is not excited
  double mean_rate = 0;                               ///< of `rate`, over events [1/s]
  /// Of a side, if all of it were unexcited [1/s]: [event][imbalance bin][spread bin].
  std::array<std::array<std::array<double, kSpreadBins>, kImbalanceBins>, kTouchEvents> rate;
  std::vector<double> waits;  ///< operational: the compensator between events, mean 1
  double log_likelihood = 0;  ///< per event, against a Poisson process of the same state-dependent rates
};

/// Maximum likelihood of a Hawkes process with state-dependent rates and exponential kernels by expectation and
/// maximisation (Veen and Schoenberg, JASA 103, 2008): each event is the child of an earlier one or of none, with
/// probabilities that the parameters give; the parameters follow from counting. Rates by event, imbalance and spread
/// are counts over the (excited) time spent there; a bin with few events leans on the same event's other bins.
/// `activity`: the season's factor at each event.
ExcitationFit fit_excitation(const std::vector<TouchRow>& events, const std::vector<double>& activity);

}  // namespace marketmimic
