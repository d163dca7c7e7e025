// Impact of metaorders of 0.1 to 10 % of a day's volume on an order-book market:
//   impact [MARKET_FILE [PAIRS]]
// by default the AMZN preset and 256 pairs of opposite metaorders, for each of three shares of the usual volume.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <thread>
#include <vector>

#include "host/config/market_file.hpp"
#include "host/error.hpp"
#include "host/flow/impact_curve.hpp"
#include "host/input/number.hpp"
#include "kernels/cpu/order_book_launcher.hpp"

namespace marketmimic {
namespace {

constexpr double kDay = 23'400;  ///< a session of 6.5 hours [s]

/// What the market does when nobody trades with it: volume and volatility over a day, beside what its file says.
void print_usual(OrderBookParameters p, std::uint32_t blocks) {
  std::fill(std::begin(p.season), std::end(p.season), 0.0f);
  constexpr std::size_t minutes = static_cast<std::size_t>(kDay) / 60;
  const auto step = std::make_unique<OrderBookStep>(OrderBookStep::of(p, 60, 1));
  std::vector<OrderBook> states(minutes * kLanes);
  double lots = 0, minute = 0, day = 0;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    OrderBookRun run;
    run.first = std::uint64_t{block} * kLanes;
    run.steps = minutes;
    run_order_books(*step, run, states.data(), nullptr, best_instruction_set());
    for (std::size_t i = 0; i < states.size(); ++i) {
      const Candle& c = states[i].candle;
      const double move = std::log(static_cast<double>(c.close) / c.open);
      lots += c.volume;
      minute += move * move;
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double move =
          std::log(static_cast<double>(states[(minutes - 1) * kLanes + lane].candle.close) / states[lane].candle.open);
      day += move * move;
    }
  }
  const double markets = static_cast<double>(blocks) * kLanes;
  fmt::print(
      "volume a day {:.0f} lots (file {:.0f}), volatility of a day {:.0f} bp (file {:.0f}), of its minutes {:.0f}\n",
      lots / markets, double{p.volume_rate} * kDay, 1e4 * std::sqrt(day / markets),
      1e4 * double{p.volatility} * std::sqrt(kDay), 1e4 * std::sqrt(minute / markets));
}

void print_execution(const OrderBookParameters& p, double participation, MetaorderPlan plan) {
  plan.participation = participation;
  const ImpactRange range = impact_range(p, kDay);
  plan.seconds = 1.02 * range.last * kDay / participation;  // some orders find too little to take
  const Metaorders orders = run_metaorders(p, plan);
  fmt::print("\nparticipation {:.0f} %\n    Q/V %   impact bp       +-\n", 100 * participation);
  for (const Eigen::Index step : steps_of(orders, range)) {
    const ImpactEstimate impact = impact_at(orders, step);
    fmt::print("{:9.3f} {:11.2f} {:8.2f}\n", 100 * orders.traded[step] / range.day_lots, 1e4 * impact.value,
               1e4 * impact.error);
  }
  const ImpactLaw law = fit_impact_law(orders, range);
  fmt::print("exponent {:.3f} +- {:.3f}, Y {:.2f} +- {:.2f}\n", law.exponent.value, law.exponent.error,
             law.prefactor.value, law.prefactor.error);
}

/// Smaller metaorders are watched more often, since each costs less.
void print_reversion(const OrderBookParameters& p, MetaorderPlan plan) {
  fmt::print(
      "\nimpact left after execution, participation 10 %\n    Q/V %   pairs   +1 x duration     +2 x            "
      "+4 x\n");
  const std::uint32_t blocks = plan.blocks;
  for (const double size : {0.001, 0.01, 0.1}) {
    plan.seconds = size * kDay / plan.participation;
    plan.after = 4 * plan.seconds;
    plan.blocks = static_cast<std::uint32_t>(std::lround(blocks * std::sqrt(0.1 / size)));
    const Metaorders orders = run_metaorders(p, plan);
    fmt::print("{:9.3f} {:7}", 100 * size, orders.move.rows());
    for (const double times : {1.0, 2.0, 4.0}) {
      const ImpactEstimate left = impact_left(orders, times * plan.seconds);
      fmt::print("   {:5.2f} +- {:4.2f}", left.value, left.error);
    }
    fmt::print("\n");
  }
}

int measure(int count, char** arguments) {
  const MarketFile market = read_market_file(count > 1 ? arguments[1] : "tools/presets/amzn.toml");
  if (!market.order_book) throw Error(ExitCode::input_data, "impact: the market file has no order book");
  const long pairs = count > 2 ? parse_number<long>(arguments[2]).value_or(0) : 256;
  if (pairs < kLanes || pairs > 1'000'000)
    throw Error(ExitCode::usage, fmt::format("impact: PAIRS must be {} to 1000000", int{kLanes}));
  MetaorderPlan plan;
  plan.blocks = static_cast<std::uint32_t>(pairs / kLanes);
  plan.threads = std::thread::hardware_concurrency();
  const OrderBookParameters& p = *market.order_book;
  fmt::print("{}\n{} pairs of metaorders; a day is {:.0f} s\n", market.provenance, plan.blocks * kLanes, kDay);
  print_usual(p, plan.blocks);
  for (const double participation : {0.05, 0.1, 0.2}) print_execution(p, participation, plan);
  print_reversion(p, plan);
  return 0;
}

}  // namespace
}  // namespace marketmimic

int main(int count, char** arguments) {
  try {
    return marketmimic::measure(count, arguments);
  } catch (const marketmimic::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.code());
  }
}
