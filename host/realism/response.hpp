#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <vector>

#include "host/statistics/bootstrap.hpp"
#include "host/tape/tape.hpp"

namespace marketmimic {

/// A market order on a tape: trades that follow each other at one time on one side.
struct MarketOrder {
  double log_mid;  ///< of the book before it
  double sign;     ///< 1 bought, -1 sold
  double lots;     ///< > 0, hidden ones too
};

/// In the order of time; without those before which the book had but one side.
std::vector<MarketOrder> market_orders_of(const TapeView& tape);

inline constexpr std::array<Eigen::Index, 8> kResponseLags{1, 2, 5, 10, 20, 50, 100, 200};
inline constexpr Eigen::Index kWindowOrders = 10;

/// How the mid moves with the market orders of a tape; all of them, since a tape does not tell whose they are.
struct TapeImpact {
  std::size_t orders = 0;
  /// R(l) = <sign_t (m_(t+l) - m_t)> at kResponseLags, m_t the log mid before the t-th market order (Bouchaud et al.,
  /// Quantitative Finance 4, 2004) [basis points]. NaN with fewer than four orders for each of a lag.
  std::array<double, kResponseLags.size()> response;
  /// Of the return over kWindowOrders market orders, taken as positive where it has the sign of their signed volume Q,
  /// as a power of |Q|: the slope of its logarithm against that of |Q| by least squares, over the means of eight
  /// groups of as many windows each, ordered by |Q|. Windows do not overlap; those with Q = 0 are left out, and so is a
  /// group whose return is not positive. NaN with fewer than ten windows a group or three groups. This is the
  /// concavity of the impact of everybody's flow together; the exponent of one trader's metaorders is another figure
  /// (bench/impact.cpp).
  double exponent;

  std::array<Interval, kResponseLags.size()> response_interval;  ///< bootstrap; NaN where none was asked for
  Interval exponent_interval;
};

/// `options.replicates` 0: without intervals. Blocks are those of block_length(), of orders and of windows.
TapeImpact impact_of(const TapeView& tape, const BootstrapOptions& options);

/// A tape's impact beside that of a reference, which alone has intervals.
struct ImpactComparison {
  TapeImpact tape, reference;

  /// Lags at which the tape lies inside the reference's interval.
  std::size_t lags_inside() const;
};
ImpactComparison compare_impact(const TapeView& tape, const TapeView& reference, const BootstrapOptions& options);

}  // namespace marketmimic
