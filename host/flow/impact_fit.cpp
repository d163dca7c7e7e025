#include "host/flow/impact_fit.hpp"

#include <algorithm>
#include <thread>

namespace marketmimic {
namespace {

constexpr double kSession = 23'400;  ///< [s]
constexpr double kShare = 0.2;
constexpr double kTrialResistance = 0.05, kTrialImpact = 0.5;
constexpr double kMost = 10;  ///< of either

}  // namespace

ImpactFit set_impact(OrderBookParameters& p, std::uint64_t seed, std::uint32_t blocks) {
  const ImpactRange range = impact_range(p, kSession);
  MetaorderPlan plan;
  plan.participation = kShare;
  plan.seconds = 1.02 * range.last * kSession / kShare;  // some orders find too little to take
  plan.blocks = blocks;
  plan.seed = seed;
  plan.threads = std::thread::hardware_concurrency();
  const auto metaorders = [&](double impact, double resistance) {
    p.impact = static_cast<float>(impact);
    p.resistance = static_cast<float>(resistance);
    return run_metaorders(p, plan);
  };
  const auto move = [&](double resistance) {
    const Metaorders orders = metaorders(0, resistance);
    return impact_at(orders, orders.trading_steps - 1).value;
  };
  const auto none = [&](const ImpactFit& fit) {
    p.impact = p.resistance = 0;
    return fit;
  };
  ImpactFit fit;
  fit.mechanical = move(0);
  if (!(fit.mechanical > 0)) return none(fit);
  double resistance = kTrialResistance;
  for (int round = 0; round < 2; ++round) {  // the move falls nearly on a straight line
    const double left = move(resistance);
    if (!(left < fit.mechanical)) return none(fit);
    resistance = std::min(resistance * fit.mechanical / (fit.mechanical - left), kMost);
  }
  double impact = kTrialImpact;
  for (int round = 0;; ++round) {  // what is left grows with impact, at last less than in proportion
    fit.law = fit_impact_law(metaorders(impact, resistance), range);
    const double prefactor = fit.law.prefactor.value;
    if (!(prefactor > 0)) return none(fit);
    if (round == 2) break;
    impact = std::min(impact / prefactor, kMost);
  }
  return fit;
}

}  // namespace marketmimic
