#include "host/flow/impact_fit.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "kernels/cpu/order_book_launcher.hpp"

namespace marketmimic {
namespace {

constexpr float kStepSeconds = 10;
constexpr std::uint32_t kSteps = 360;
constexpr double kLean = 0.01;
constexpr double kShare = 0.1;

/// Mean log return of hours in which `push` acts one way, minus those in which it acts the other, halved; a second.
template <class Push>
double drift(const OrderBookStep& step, std::uint64_t seed, std::uint32_t blocks, const Push& push) {
  std::vector<OrderBook> states(std::size_t{kSteps} * kLanes);
  double sum = 0;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    for (const int sign : {1, -1}) {
      OrderBookRun run;
      run.seed = seed;
      run.first = std::uint64_t{block} * kLanes;
      run.steps = kSteps;
      push(run, sign);
      run_order_books(step, run, states.data(), nullptr, best_instruction_set());
      for (int lane = 0; lane < kLanes; ++lane) {
        const OrderBook& first = states[static_cast<std::size_t>(lane)];
        const OrderBook& last = states[std::size_t{kSteps - 1} * kLanes + static_cast<std::size_t>(lane)];
        sum += sign * std::log(static_cast<double>(last.candle.close) / first.candle.open);
      }
    }
  }
  return sum / (2.0 * blocks * kLanes) / (double{kSteps} * kStepSeconds);
}

}  // namespace

ImpactFit set_impact(OrderBookParameters& p, std::uint64_t seed, std::uint32_t blocks) {
  p.impact = p.resistance = 0;
  const auto step = std::make_unique<OrderBookStep>(OrderBookStep::of(p, kStepSeconds, 1));
  ImpactFit fit;
  fit.mobility = drift(*step, seed, blocks,
                       [](OrderBookRun& run, int sign) { run.modifiers.lean = static_cast<float>(-sign * kLean); }) /
                 kLean;
  const double lots = std::max(1.0, std::round(kShare * double{p.volume_rate} * double{kStepSeconds}));
  fit.mechanical = drift(*step, seed, blocks, [&](OrderBookRun& run, int sign) {
    run.orders.market = sign * static_cast<std::int32_t>(lots);
  });
  if (!(fit.mobility > 0)) return fit;
  // sum_k (1 - exp(-t / T_k)) sqrt(T_k) is sqrt(t) / 0.78 to within a fifth from 10 to 10,000 s.
  p.impact = static_cast<float>(std::clamp(0.78 * double{p.volatility} / fit.mobility, 0.0, 10.0));
  const double share = lots / (double{p.volume_rate} * double{kStepSeconds});
  p.resistance = static_cast<float>(std::clamp(fit.mechanical / share / fit.mobility, 0.0, 10.0));
  return fit;
}

}  // namespace marketmimic
