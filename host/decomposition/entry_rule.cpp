#include "host/decomposition/entry_rule.hpp"

#include "host/input/bars.hpp"
#include "host/statistics/estimators.hpp"

namespace marketmimic {
namespace {

constexpr double kChanceRidge =
    1;  ///< a weight of 1, an odds ratio of e for a deviation, costs half a unit of log-likelihood

}  // namespace

std::vector<bool> EntryRule::expects(const Eigen::MatrixXd& seen) const {
  const Eigen::VectorXd odds = chance.log_odds(seen);
  std::vector<bool> expected(static_cast<std::size_t>(odds.size()));
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = odds[static_cast<Eigen::Index>(i)] > threshold;
  return expected;
}

std::vector<std::size_t> entry_bars(const Ledger& ledger, const Bars& bars, int side) {
  std::vector<std::size_t> entries;
  for (const LedgerCycle& cycle : ledger.cycles) {
    const PositionChange& opening = ledger.changes[cycle.first];
    if (opening.size() * side < 0) continue;
    const std::size_t ended = bars.ended_by(opening.time_ms);
    if (ended > 0) entries.push_back(ended - 1);
  }
  return entries;
}

EntryRule fit_entry_rule(const Eigen::MatrixXd& seen, int side, const std::vector<std::size_t>& entries,
                         std::size_t first, std::size_t last) {
  const auto count = static_cast<Eigen::Index>(last - first);
  Eigen::VectorXd entered = Eigen::VectorXd::Zero(count);
  for (const std::size_t bar : entries)
    if (bar >= first && bar < last) entered[static_cast<Eigen::Index>(bar - first)] = 1;
  const Eigen::MatrixXd rows = seen.middleRows(static_cast<Eigen::Index>(first), count);

  EntryRule rule;
  rule.side = side;
  rule.chance = fit_logistic(rows, entered, kChanceRidge);
  rule.threshold = quantile(rule.chance.log_odds(rows).array(), Eigen::ArrayXd::Ones(count), 1 - entered.mean());
  return rule;
}

}  // namespace marketmimic
