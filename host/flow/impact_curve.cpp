#include "host/flow/impact_curve.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "host/statistics/bootstrap.hpp"
#include "host/statistics/estimators.hpp"
#include "host/statistics/parallel.hpp"
#include "kernels/cpu/order_book_launcher.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

Index steps_in(double seconds, double step_seconds) {
  return std::max<Index>(1, static_cast<Index>(std::llround(seconds / step_seconds)));
}

/// A statistic of the mean moves in some steps, with its bootstrap error.
ImpactEstimate estimate(const Metaorders& orders, const Eigen::Array<Index, Eigen::Dynamic, 1>& steps,
                        const std::function<double(const ArrayXd&)>& statistic) {
  Eigen::MatrixXd moves(orders.move.rows(), steps.size());
  for (Index k = 0; k < steps.size(); ++k) moves.col(k) = orders.move.col(steps[k]).matrix();
  const auto of = [&](const ArrayXd& times) {
    return statistic((moves.transpose() * times.matrix()).array() / times.sum());
  };
  BootstrapOptions options;
  std::vector<double> drawn(options.replicates);
  resample(moves.rows(), 1, options, [&](std::size_t i, const ArrayXd& times) { drawn[i] = of(times); });
  const Eigen::Map<const ArrayXd> values(drawn.data(), static_cast<Index>(drawn.size()));
  const ArrayXd known = values.isNaN().select(0.0, ArrayXd::Ones(values.size()));
  return {of(ArrayXd::Ones(moves.rows())), standard_deviation(known.select(values, 0.0), known)};
}

/// Slope of log impact against log size.
double slope(const ArrayXd& log_size, const ArrayXd& impact) {
  const ArrayXd known = (impact > 0).cast<double>();
  if (known.sum() < 2) return std::numeric_limits<double>::quiet_NaN();
  const ArrayXd x = centred(log_size, known), y = centred((impact > 0).select(impact, 1.0).log(), known);
  return (x * y).sum() / (x * x).sum();
}

}  // namespace

Metaorders run_metaorders(OrderBookParameters p, const MetaorderPlan& plan) {
  std::fill(std::begin(p.season), std::end(p.season), 0.0f);
  const auto step = std::make_unique<OrderBookStep>(OrderBookStep::of(p, plan.step_seconds, 1));
  const double dt = plan.step_seconds;
  const Index trading = steps_in(plan.seconds, dt), steps = steps_in(plan.seconds + plan.after, dt);
  const auto lots =
      static_cast<std::int32_t>(std::clamp(std::round(plan.participation * double{p.volume_rate} * dt), 1.0, 1.0e9));
  Metaorders orders{dt, trading, ArrayXd::Zero(steps), Eigen::ArrayXXd::Zero(Index{plan.blocks} * kLanes, steps)};
  Eigen::ArrayXXd filled = Eigen::ArrayXXd::Zero(plan.blocks, steps);
  parallel_for(plan.blocks, plan.threads, [&](std::size_t block) {
    std::vector<OrderBook> states(static_cast<std::size_t>(steps) * kLanes);
    for (const std::int32_t sign : {1, -1}) {
      OrderBookRun run;
      run.seed = plan.seed;
      run.first = block * kLanes;
      run.steps = static_cast<std::uint32_t>(steps);
      run.orders.market = sign * lots;
      run.trading_steps = static_cast<std::uint32_t>(trading);
      run_order_books(*step, run, states.data(), nullptr, best_instruction_set());
      for (int lane = 0; lane < kLanes; ++lane) {
        const auto row = static_cast<Index>(block) * kLanes + lane;
        const double start = states[static_cast<std::size_t>(lane)].candle.open;
        for (Index t = 0; t < steps; ++t) {
          const OrderBook& state = states[static_cast<std::size_t>(t) * kLanes + static_cast<std::size_t>(lane)];
          orders.move(row, t) += 0.5 * sign * std::log(state.candle.close / start);
          filled(static_cast<Index>(block), t) += state.own.taken_lots;
        }
      }
    }
  });
  double sum = 0;
  for (Index t = 0; t < steps; ++t) orders.traded[t] = sum += filled.col(t).sum() / (2.0 * kLanes * plan.blocks);
  return orders;
}

ImpactRange impact_range(const OrderBookParameters& p, double day_seconds) {
  ImpactRange range;
  range.day_lots = double{p.volume_rate} * day_seconds;
  range.day_volatility = double{p.volatility} * std::sqrt(day_seconds);
  return range;
}

Eigen::Array<Index, Eigen::Dynamic, 1> steps_of(const Metaorders& orders, const ImpactRange& range) {
  Eigen::Array<Index, Eigen::Dynamic, 1> steps(range.points);
  const double ratio = std::log(range.last / range.first) / static_cast<double>(range.points - 1);
  for (Index k = 0; k < range.points; ++k) {
    const double lots = range.day_lots * range.first * std::exp(ratio * static_cast<double>(k));
    const double* begin = orders.traded.data();
    // Rounding of the last size must not fall beyond what was traded.
    const Index step = std::lower_bound(begin, begin + orders.traded.size(), lots) - begin;
    steps[k] = std::min(step, orders.trading_steps - 1);
  }
  return steps;
}

ImpactLaw fit_impact_law(const Metaorders& orders, const ImpactRange& range) {
  const auto steps = steps_of(orders, range);
  const ArrayXd size = orders.traded(steps) / range.day_lots, root = range.day_volatility * size.sqrt();
  return {estimate(orders, steps, [&](const ArrayXd& impact) { return slope(size.log(), impact); }),
          estimate(orders, steps, [&](const ArrayXd& impact) { return (impact / root).mean(); })};
}

ImpactEstimate impact_left(const Metaorders& orders, double after) {
  Eigen::Array<Index, Eigen::Dynamic, 1> steps(2);
  const Index end = orders.trading_steps - 1;
  steps << end, std::min(end + steps_in(after, orders.step_seconds), orders.move.cols() - 1);
  return estimate(orders, steps, [](const ArrayXd& impact) { return impact[1] / impact[0]; });
}

ImpactEstimate impact_at(const Metaorders& orders, Index step) {
  return estimate(orders, Eigen::Array<Index, Eigen::Dynamic, 1>::Constant(1, step),
                  [](const ArrayXd& impact) { return impact[0]; });
}

}  // namespace marketmimic
