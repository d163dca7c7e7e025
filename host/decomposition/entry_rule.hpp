#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "host/decomposition/ledger.hpp"
#include "host/statistics/logistic_regression.hpp"

namespace marketmimic {

struct Bars;

/// When a trader opens positions on one side, as far as the market tells: after every bar the chance that it will open
/// one before the next bar ends, from what a DetectorBank sees. An event-history model in discrete time (Allison,
/// 1982).
struct EntryRule {
  int side = 1;
  LogisticModel chance;
  double threshold =
      0;  ///< log odds from which on an entry is expected: as often as the trader entered, where it was fitted

  /// For every bar of `bank.seen_by(side)`, whether an entry is expected after it.
  std::vector<bool> expects(const Eigen::MatrixXd& seen) const;
};

/// The bars after which the positions of one side were opened: the last that had ended by then; positions opened within
/// the first bar are left out. Ascending; a bar twice where two were.
std::vector<std::size_t> entry_bars(const Ledger& ledger, const Bars& bars, int side);

/// Fits to the bars [first, last) of `seen`, of which `entries` are those before an entry. Positions that the trader
/// holds play no part, so that nothing but the market tells the times.
EntryRule fit_entry_rule(const Eigen::MatrixXd& seen, int side, const std::vector<std::size_t>& entries,
                         std::size_t first, std::size_t last);

}  // namespace marketmimic
