// One book alone, 16 side by side and every instruction set give the same bits.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <vector>

#include "kernels/cpu/order_book_launcher.hpp"
#include "tests/plain_order_book.hpp"

namespace marketmimic {
namespace {

/// Bits of a state; a struct of the whole would have padding in it.
template <class T>
void append(std::vector<std::uint32_t>& words, const T& value) {
  const std::size_t end = words.size();
  words.resize(end + sizeof(T) / 4);
  std::memcpy(words.data() + end, &value, sizeof(T));
}
template <class... T>
std::vector<std::uint32_t> words_of(const T&... values) {
  std::vector<std::uint32_t> words;
  (append(words, values), ...);
  return words;
}
std::vector<std::uint32_t> bits(const OrderBook& f) {
  return words_of(f.bid, f.ask, f.now, f.events, f.clocks, f.slow, f.memory, f.preceding, f.sweep_lots, f.sweep_side,
                  f.sweep_own, f.sweep_limit, f.own.side, f.own.place, f.own.key, f.own.lots, f.own.left,
                  f.own.taken_lots, f.own.rested_lots, f.own.taken_notional, f.own.rested_notional, f.clock, f.candle);
}

TEST(Widths, GiveTheSameBitsOnEveryInstructionSet) {
  OrderBookParameters p = plain_order_book();
  p.slow_sd = 0.3f;
  p.memory_weight[3][0] = 0.5f;
  p.memory_weight[3][2] = 0.3f;
  p.spread_weight[0][0] = 0.4f;
  p.resistance = 3;
  p.warm_up = 5;
  const auto c = std::make_unique<OrderBookStep>(OrderBookStep::of(p, 3, 10));
  OrderBookRun run;
  run.seed = 21;
  run.first = 48;
  run.steps = 30;
  run.modifiers.log_volatility = 0.5f;
  run.modifiers.log_depth_bid = -0.7f;
  run.modifiers.displacement = -1e-4f;
  run.modifiers.steered = 0.8f;
  run.orders = {-5, 7, 2};
  run.execution.latency = 0.4f;
  struct Result {
    std::vector<OrderBook> states;
    std::vector<BookLevel> levels;
    OrderBookTally tally;
  };
  std::vector<Result> results;
  for (const InstructionSet set : {InstructionSet::x86_64, InstructionSet::x86_64_v3, InstructionSet::x86_64_v4}) {
    if (!supported(set)) continue;
    Result& r = results.emplace_back();
    r.states.resize(run.steps * kLanes);
    r.levels.resize(c->levels * kLanes);
    r.tally = run_order_books(*c, run, r.states.data(), r.levels.data(), set);
  }
  const Result& first = results.front();
  EXPECT_GT(first.tally.messages, 5000u);
  EXPECT_GE(first.tally.turns * kLanes, first.tally.messages);
  for (const Result& r : results) {
    for (std::size_t i = 0; i < r.states.size(); ++i) ASSERT_EQ(bits(r.states[i]), bits(first.states[i]));
    EXPECT_EQ(std::memcmp(r.levels.data(), first.levels.data(), r.levels.size() * sizeof(BookLevel)), 0);
    EXPECT_EQ(r.tally.messages, first.tally.messages);
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const auto market = std::make_unique<MarketBlock<OrderBook, 1>>();
    Lanes<Stream, 1> stream;
    Lanes<Modifiers, 1> modifiers;
    Lanes<Orders, 1> orders;
    stream.store(0, Stream::of(run.seed, run.first + lane));
    modifiers.store(0, run.modifiers);
    orders.store(0, run.orders);
    market->start(*c, run.execution, stream, false, run.clock);
    for (std::uint32_t t = 0; t < run.steps; ++t) {
      market->advance(*c, run.execution, modifiers, orders, stream, t, [](int, const Trade&, const Trade&) {});
      ASSERT_EQ(bits(market->flow(0)), bits(first.states[t * kLanes + lane])) << "lane " << lane << ", step " << t;
    }
  }
}

}  // namespace
}  // namespace marketmimic
