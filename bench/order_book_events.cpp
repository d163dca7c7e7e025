// Events a second of the order-book market, by instruction set and step length, beside a plain scalar simulator of
// Cont, Stoikov and Talreja's book: the same model with the same rates ("plain"), and with every ingredient and live
// shocks ("everything"). Nothing is recorded. An event is a message: limit order, cancellation, execution, hidden
// trade.
#include <benchmark/benchmark.h>

#include <cmath>
#include <memory>
#include <string>
#include <thread>

#include "bench/plain_cst.hpp"
#include "kernels/cpu/order_book_launcher.hpp"

namespace marketmimic {
namespace {

constexpr double kSeconds = 3600;  ///< of each simulated hour

/// Limit orders at distance i from the opposite best price: 1.5 i^-0.6 a second, as the paper's power law; a book of
/// some twenty orders a side.
PlainCst::Rates plain_rates() {
  PlainCst::Rates r;
  for (int i = 0; i < PlainCst::kLevels; ++i) r.limit[static_cast<std::size_t>(i)] = 1.5 * std::pow(i + 1, -0.6);
  r.market = 1;
  r.cancel = 0.6;
  return r;
}

/// The same rates here: limit orders from the opposite side at distances drawn from the law above, market orders of a
/// lot, and each order cancelled at the same rate, whether at the touch or behind it.
OrderBookParameters plain() {
  OrderBookParameters p;
  const PlainCst::Rates r = plain_rates();
  double sum = 0;
  for (const double rate : r.limit) sum += rate;
  p.deep_limit_rate = static_cast<float>(sum);
  p.deep_cancel_rate = static_cast<float>(r.cancel);
  p.from_opposite = 1;
  double below = 0;
  int level = 0;
  for (std::uint32_t k = 0; k < kSizeQuantiles; ++k) {
    while (level + 1 < PlainCst::kLevels &&
           (k + 0.5) / kSizeQuantiles >= (below + r.limit[static_cast<std::size_t>(level)]) / sum)
      below += r.limit[static_cast<std::size_t>(level++)];
    p.deep_distance[k] = 1 + level;
    p.limit_lots[k] = p.deep_lots[k] = p.trade_lots[k] = 1;
  }
  for (auto& bin : p.rate[static_cast<std::size_t>(TouchEvent::trade)])
    for (float& rate : bin) rate = static_cast<float>(r.market);
  for (auto& bin : p.rate[static_cast<std::size_t>(TouchEvent::cancel)])
    for (float& rate : bin) rate = static_cast<float>(r.cancel);
  p.queue_exponent = 1;
  p.mean_trade_lots = 1;
  p.mean_rate = 4;
  for (std::uint32_t k = 0; k < kWaitQuantiles; ++k)
    p.wait[k] = static_cast<float>(std::log(-std::log1p(-(k + 0.5) / kWaitQuantiles)));
  for (std::uint32_t k = 0; k < kStepQuantiles; ++k) {
    for (auto& course : p.improvement)
      for (auto& bin : course) bin[k] = 1;
    p.hidden_offset[k] = 1;
  }
  p.warm_up = 0;
  return p;
}

/// Rates by state, four kernels of self-excitation, clustered waits, sizes, memories, seasons and resistance.
OrderBookParameters everything() {
  OrderBookParameters p = plain();
  const float rates[kTouchEvents] = {1.0f, 2.0f, 1.2f, 0.5f, 0.1f};
  for (std::uint32_t e = 0; e < kTouchEvents; ++e) {
    for (std::uint32_t i = 0; i < kImbalanceBins; ++i)
      for (std::uint32_t s = 0; s < kSpreadBins; ++s)
        p.rate[e][i][s] = rates[e] * (0.6f + 0.1f * static_cast<float>(i) + 0.05f * static_cast<float>(s));
    for (std::uint32_t k = 0; k < kPreceding; ++k) p.follow[e][k] = 0.3f * std::sin(static_cast<float>(3 * e + 5 * k));
    for (std::uint32_t j = 0; j < kFlowMemories; ++j) p.memory_weight[e][j] = e == 3 ? 0.3f : 0.1f;
    for (std::uint32_t j = 0; j < kSpreadMemories; ++j) p.spread_weight[e][j] = e == 0 ? 0.3f : -0.1f;
    p.weight[e] = 0.8f + 0.1f * static_cast<float>(e);
  }
  for (std::uint32_t k = 0; k + 1 < kSpreadBins; ++k) p.spread_edges[k] = static_cast<std::int32_t>(1 + k);
  for (std::uint32_t k = 0; k < kExcitations; ++k) {
    p.branching[k] = 0.15f;
    p.decay[k] = 300.0f * std::pow(0.07f, static_cast<float>(k));
  }
  p.mean_rate = 8;
  p.queue_exponent = 0.5f;
  p.from_opposite = 0;
  p.deep_limit_rate = 10;
  const double scale = 1 / std::tgamma(1 + 1 / 0.7);  // Weibull waits of unit mean
  for (std::uint32_t k = 0; k < kWaitQuantiles; ++k)
    p.wait[k] = static_cast<float>(std::log(scale * std::pow(-std::log1p(-(k + 0.5) / kWaitQuantiles), 1 / 0.7)));
  for (std::uint32_t k = 0; k < kSizeQuantiles; ++k)
    p.limit_lots[k] = p.deep_lots[k] = p.trade_lots[k] = static_cast<std::int32_t>(1 + k * k / 100);
  p.mean_trade_lots = 200;
  p.volume_rate = 300;
  for (std::uint32_t k = 0; k < kSeasonKnots; ++k) p.season[k] = 0.2f * std::cos(0.13f * static_cast<float>(k));
  p.slow_sd = 0.3f;
  p.sweep_share = 0.4f;
  p.walk_share = 0.1f;
  p.newest_share = 0.3f;
  p.resistance = 2;
  return p;
}
Modifiers shocked() {
  Modifiers m;
  m.log_volatility = 0.2f;
  m.log_depth_bid = -0.2f;
  m.log_depth_ask = -0.1f;
  m.log_spread = 0.2f;
  m.log_volume = 0.2f;
  m.displacement = 1e-6f;
  m.excitation = 0.7f;
  m.steered = 0.5f;
  return m;
}

void run_plain_simulator(benchmark::State& state) {
  std::uint64_t events = 0;
  for (auto _ : state) {
    PlainCst book(plain_rates(), 1 + events + static_cast<std::uint64_t>(state.thread_index()));
    events += book.run(kSeconds);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
  state.counters["per_second"] =
      benchmark::Counter(static_cast<double>(events) / (kSeconds * static_cast<double>(state.iterations())),
                         benchmark::Counter::kAvgThreads);
}

void run_here(benchmark::State& state, const OrderBookParameters& parameters, const Modifiers& modifiers, float dt,
              InstructionSet set) {
  const auto step = std::make_unique<OrderBookStep>(OrderBookStep::of(parameters, dt, 10));
  OrderBookRun run;
  run.steps = static_cast<std::uint32_t>(kSeconds / static_cast<double>(dt));
  run.modifiers = modifiers;
  run.first = static_cast<std::uint64_t>(state.thread_index()) << 32;
  OrderBookTally tally;
  for (auto _ : state) {
    const OrderBookTally one = run_order_books(*step, run, nullptr, nullptr, set);
    tally.messages += one.messages;
    tally.turns += one.turns;
    run.first += kLanes;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(tally.messages));
  const double messages = static_cast<double>(tally.messages), kept = kLanes * static_cast<double>(tally.turns);
  state.counters["busy"] = benchmark::Counter(messages / kept, benchmark::Counter::kAvgThreads);
  state.counters["per_second"] = benchmark::Counter(
      messages / (kSeconds * kLanes * static_cast<double>(state.iterations())), benchmark::Counter::kAvgThreads);
}

}  // namespace
}  // namespace marketmimic

int main(int argc, char** argv) {
  using namespace marketmimic;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  benchmark::RegisterBenchmark("events/plain simulator", run_plain_simulator);
  benchmark::RegisterBenchmark("events/plain simulator, all cores", run_plain_simulator)->Threads(cores)->UseRealTime();
  for (const InstructionSet set : {InstructionSet::x86_64, InstructionSet::x86_64_v3, InstructionSet::x86_64_v4}) {
    if (!supported(set)) continue;
    for (const int dt : {1, 60, 300}) {
      const std::string title = "events/" + std::string(name(set)) + "/" + std::to_string(dt) + " s/";
      const auto seconds = static_cast<float>(dt);
      benchmark::RegisterBenchmark((title + "plain").c_str(), run_here, plain(), Modifiers{}, seconds, set);
      benchmark::RegisterBenchmark((title + "everything").c_str(), run_here, everything(), shocked(), seconds, set);
      if (dt == 60 && set == best_instruction_set())
        benchmark::RegisterBenchmark((title + "everything, all cores").c_str(), run_here, everything(), shocked(),
                                     seconds, set)
            ->Threads(cores)
            ->UseRealTime();
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
