#include "host/decomposition/kind_support.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <vector>

#include "host/decomposition/cycle_fit.hpp"
#include "host/decomposition/deeds.hpp"
#include "host/decomposition/exit_rules.hpp"
#include "host/decomposition/market_prices.hpp"
#include "host/input/bars.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXXd;
using Eigen::Index;

constexpr auto kUnclassified = static_cast<Index>(PrimitiveKind::unclassified);

/// What each arrangement, the true one first, finds of each kind: [arrangements, kinds].
struct Found {
  ArrayXXd segments, lots;

  Found(std::size_t arrangements, std::size_t kinds)
      : segments(ArrayXXd::Zero(static_cast<Index>(arrangements), static_cast<Index>(kinds))), lots(segments) {}

  void add(std::size_t arrangement, Index kind, const Deed& deed) {
    segments(static_cast<Index>(arrangement), kind) += 1;
    lots(static_cast<Index>(arrangement), kind) += deed.lots;
  }
};

std::vector<Stretch> stretches_of(const CyclePath& path, const std::vector<Boundary>& boundaries) {
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < boundaries.size(); ++i) {
    const std::size_t begin = boundaries[i].step;
    const std::size_t end = i + 1 < boundaries.size() ? boundaries[i + 1].step : path.steps();
    stretches.push_back({begin, end, path.exposure[begin], path.exposure[end]});
  }
  return stretches;
}

/// Share of values that are at least the first.
double share_as_large(const ArrayXd& values) {
  return static_cast<double>((values >= values[0]).count()) / static_cast<double>(values.size());
}

/// p_of_any of every kind in every arrangement: [arrangements, kinds].
ArrayXXd p_of_any(const ArrayXXd& segments) {
  ArrayXXd outstanding = segments.rowwise() - segments.colwise().mean();
  for (Index kind = 0; kind < segments.cols(); ++kind) {
    const double deviation = std::sqrt(outstanding.col(kind).square().mean());
    if (kind == kUnclassified || deviation == 0)
      outstanding.col(kind) = 0;
    else
      outstanding.col(kind) /= deviation;
  }
  ArrayXd largest = outstanding.rowwise().maxCoeff();
  std::sort(largest.begin(), largest.end());
  return outstanding.unaryExpr([&](double value) {
    const auto as_far = largest.end() - std::lower_bound(largest.begin(), largest.end(), value);
    return static_cast<double>(as_far) / static_cast<double>(largest.size());
  });
}

KindSupports supports_of(const Found& found) {
  const Index rotations = std::max<Index>(found.segments.rows() - 1, 1);
  const ArrayXXd p = p_of_any(found.segments);
  KindSupports supports;
  for (Index kind = 0; kind < found.segments.cols(); ++kind) {
    const ArrayXd segments = found.segments.col(kind);
    supports.kinds.push_back({static_cast<std::size_t>(segments[0]),
                              (segments.sum() - segments[0]) / static_cast<double>(rotations), share_as_large(segments),
                              p(0, kind)});
  }
  const ArrayXd lots = (p <= kSupported).select(found.lots, 0).rowwise().sum();
  supports.turnover = lots[0];
  supports.turnover_by_chance = (lots.sum() - lots[0]) / static_cast<double>(rotations);
  supports.turnover_p = share_as_large(lots);
  return supports;
}

}  // namespace

KindSupports kind_support(const Ledger& ledger, const Bars& bars, const DetectorParameters& detectors,
                          const Vocabulary& vocabulary, double time_resolution_ms, std::int64_t step_ms,
                          std::size_t pause_steps, std::size_t rotations) {
  std::vector<CyclePath> paths;
  for (const LedgerCycle& cycle : ledger.cycles) paths.push_back(cycle_path(ledger, cycle, step_ms));
  Found found(std::min(rotations, bars.bars.size() - 1) + 1, vocabulary.kind_names().size());
  const auto arrangements = static_cast<std::size_t>(found.segments.rows());
  bool stop_known = false, target_known = false;  // by the log as it was
  for (std::size_t i = 0; i < arrangements; ++i) {
    const Bars market = rotated(bars, i * bars.bars.size() / arrangements);
    const Ledger priced = at_market_prices(ledger, market);
    const MarketClock clock(market, priced, detectors);
    const HeldPositions held(priced, market, time_resolution_ms);
    const bool learns = i == 0 || stop_known || target_known;
    RuledExits exits = ruled_exits(learns ? learn_exit_rules(held) : ExitRules{}, held);
    if (i == 0) {
      stop_known = exits.stop_known;
      target_known = exits.target_known;
    }
    exits.stop_known = stop_known;
    exits.target_known = target_known;
    for (std::size_t cycle = 0; cycle < paths.size(); ++cycle) {
      const CyclePath& path = paths[cycle];
      const std::vector<Stretch> stretches = stretches_of(path, first_boundaries(path, clock, step_ms, pause_steps));
      for (const Deed& deed : deeds_of(priced, cycle, path.start_ms, stretches, clock, exits, step_ms))
        found.add(i, static_cast<Index>(vocabulary.name(deed.movement).kind), deed);
    }
  }
  return supports_of(found);
}

}  // namespace marketmimic
