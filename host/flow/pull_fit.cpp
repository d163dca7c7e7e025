#include "host/flow/pull_fit.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "host/statistics/estimators.hpp"
#include "kernels/cpu/order_book_launcher.hpp"

namespace marketmimic {
namespace {

constexpr float kMinute = 60;
constexpr std::uint32_t kBlocks = 4;
constexpr float kMostPull = 0.4f;

/// Of log returns over a minute [1/sqrt(s)]: the median over scenarios, since a few run away with the mean.
double volatility_of(const OrderBookParameters& p, const OrderBookRun& plan) {
  const auto step = std::make_unique<OrderBookStep>(OrderBookStep::of(p, kMinute, 1));
  std::vector<OrderBook> states(std::size_t{plan.steps} * kLanes);
  std::vector<double> squares;
  for (std::uint32_t block = 0; block < kBlocks; ++block) {
    OrderBookRun run = plan;
    run.first = std::uint64_t{block} * kLanes;
    run_order_books(*step, run, states.data(), nullptr, best_instruction_set());
    for (int lane = 0; lane < kLanes; ++lane) {
      double sum = 0;
      for (std::size_t t = 0; t < plan.steps; ++t) {
        const Candle& candle = states[t * kLanes + static_cast<std::size_t>(lane)].candle;
        const double change = std::log(static_cast<double>(candle.close) / candle.open);
        sum += change * change;
      }
      squares.push_back(sum / static_cast<double>(plan.steps) / double{kMinute});
    }
  }
  return std::sqrt(upper_median(std::move(squares)));
}

}  // namespace

float set_pull(OrderBookParameters& p, std::uint32_t clock, double seconds, std::uint64_t seed) {
  OrderBookRun run;
  run.seed = seed;
  run.clock = clock;
  run.steps = static_cast<std::uint32_t>(std::clamp(seconds, 1800.0, 28'800.0) / double{kMinute});
  float& improve = p.memory_weight[static_cast<std::size_t>(TouchEvent::improve)][kFlowMemories - 1];
  float& trade = p.memory_weight[static_cast<std::size_t>(TouchEvent::trade)][kFlowMemories - 1];
  const float improve_alone = improve, trade_alone = trade;
  const auto wanders = [&](float pull) {
    improve = improve_alone + pull;
    trade = trade_alone - pull;
    return volatility_of(p, run) > double{p.volatility};
  };
  if (!wanders(0)) return 0;
  float least = 0, most = kMostPull;
  for (int round = 0; round < 7; ++round) {
    const float pull = 0.5f * (least + most);
    (wanders(pull) ? least : most) = pull;
  }
  wanders(most);
  return most;
}

}  // namespace marketmimic
