#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <limits>

#include "marketmimic/order_flow.hpp"

namespace marketmimic {

/// A metaorder: market orders of the same size at every step's start, for a while; then the market is left alone.
struct MetaorderPlan {
  double participation = 0.1;  ///< of the usual volume, > 0; its lots a step are a whole number, at least one
  double seconds = 2340;       ///< of execution, > 0
  double after = 0;            ///< watched afterwards [s], >= 0
  float step_seconds = 10;     ///< > 0
  std::uint32_t blocks = 4;    ///< kLanes pairs of markets each, > 0
  std::uint64_t seed = 1;
  unsigned threads = 1;  ///< results don't depend on it
};

/// What many such did. Each market is run twice on the same random numbers, bought from and sold to, and half the
/// difference of the two is kept: what is not the metaorder's doing cancels out on average.
struct Metaorders {
  double step_seconds = 0;
  Eigen::Index trading_steps = 0;
  Eigen::ArrayXd traded;  ///< mean lots filled by the end of each step
  Eigen::ArrayXXd move;   ///< of the log mid, towards where the metaorder pushes: a row a pair, a column a step
};

/// Runs them in a market without season, so that a second is worth the same volume all day.
Metaorders run_metaorders(OrderBookParameters parameters, const MetaorderPlan& plan);

/// A figure with its bootstrap standard error, pairs drawn with replacement.
struct ImpactEstimate {
  double value = std::numeric_limits<double>::quiet_NaN(), error = value;
};

/// The square-root law I = Y sigma sqrt(Q / V).
struct ImpactLaw {
  ImpactEstimate exponent;   ///< of Q / V, by least squares on the logarithms
  ImpactEstimate prefactor;  ///< Y where the exponent is held at one half
};

/// Sizes Q / V at which a law is judged, spaced evenly on a logarithmic scale, and what it is measured in.
struct ImpactRange {
  double first = 1e-3, last = 1e-1;  ///< of a day's volume; within what was traded
  Eigen::Index points = 9;           ///< >= 2
  double day_lots = 1;               ///< V
  double day_volatility = 1;         ///< sigma, of a day's log return
};

/// Of a market as its file tells: a day of `day_seconds` at its usual volume and volatility.
ImpactRange impact_range(const OrderBookParameters& parameters, double day_seconds);

/// Step by whose end each size was traded.
Eigen::Array<Eigen::Index, Eigen::Dynamic, 1> steps_of(const Metaorders& orders, const ImpactRange& range);

/// Fits impact during execution against size; sizes at which the mean move is not positive are left out.
ImpactLaw fit_impact_law(const Metaorders& orders, const ImpactRange& range);

/// Share of the move at the end of execution that is left `after` seconds later.
ImpactEstimate impact_left(const Metaorders& orders, double after);

/// Mean move by the end of a step.
ImpactEstimate impact_at(const Metaorders& orders, Eigen::Index step);

}  // namespace marketmimic
