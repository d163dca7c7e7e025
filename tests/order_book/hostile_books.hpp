// Order books under random and hostile parameters, shocks and orders of the strategy, each held against a book kept
// from its messages alone.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/order_book/mirror.hpp"
#include "tests/plain_order_book.hpp"

namespace marketmimic {

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : random_(seed) {}
  bool one_in(std::uint32_t n) { return random_() % n == 0; }
  std::int32_t between(std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(random_() % static_cast<std::uint32_t>(high - low + 1));
  }
  float real(float low, float high) { return low + (high - low) * static_cast<float>(random_() % 65536u) / 65536.0f; }
  /// Uniform on a logarithmic scale.
  float scale(float low, float high) { return low * std::pow(high / low, real(0, 1)); }

 private:
  std::mt19937 random_;
};

/// Rates between nothing and far too much, sizes from 1 to 10^6, books of one order a side and books that overflow.
inline OrderBookParameters hostile(Chance& chance) {
  OrderBookParameters p = plain_order_book();
  const bool tiny = chance.one_in(6), trades_only = chance.one_in(6), crowded = chance.one_in(3);
  for (std::uint32_t event = 0; event < kTouchEvents; ++event) {
    const float usual = chance.one_in(5) ? 0.0f : chance.scale(1e-3f, 30.0f);
    for (auto& bin : p.rate[event])
      for (float& rate : bin)
        rate = usual * (chance.one_in(4) ? 0.0f : chance.real(0.2f, 3.0f)) * (tiny ? 1e-6f : 1.0f);
  }
  if (trades_only)
    for (const std::uint32_t event : {0u, 1u, 2u, 4u})
      for (auto& bin : p.rate[event])
        for (float& rate : bin) rate = 0;
  p.queue_exponent = chance.real(0, 1);
  p.deep_limit_rate = chance.scale(1e-3f, crowded ? 50.0f : 5.0f);
  p.deep_cancel_rate = crowded ? 1e-3f : chance.scale(1e-2f, 10.0f);
  p.from_opposite = chance.one_in(2);
  p.mean_rate = chance.scale(0.1f, 30);
  for (float& branching : p.branching) branching = chance.real(0, 0.23f);
  for (float& decay : p.decay) decay = chance.scale(1e-3f, 1e4f);
  for (float& weight : p.weight) weight = chance.real(0, 1);  // heavier ones may bring about more than one event each
  p.slow_sd = chance.real(0, 0.5f);
  for (float& season : p.season) season = chance.real(-1, 1);
  for (auto& row : p.follow)
    for (float& x : row) x = chance.real(-3, 3);
  for (auto& row : p.memory_weight)
    for (float& x : row) x = chance.real(-2, 2);
  for (auto& row : p.spread_weight)
    for (float& x : row) x = chance.real(-2, 2);
  const std::int32_t most = std::array{1, 3, 200, 1'000'000}[static_cast<std::size_t>(chance.between(0, 3))];
  for (std::uint32_t k = 0; k < kSizeQuantiles; ++k) {
    p.limit_lots[k] = chance.between(1, most);
    p.deep_lots[k] = chance.between(1, most);
    p.trade_lots[k] = chance.between(1, chance.one_in(8) ? 1'000'000 : most);
    p.deep_distance[k] = chance.between(1, chance.one_in(3) ? 1000 : 5);
  }
  for (std::uint32_t k = 0; k < kStepQuantiles; ++k) {
    for (auto& course : p.improvement)
      for (auto& bin : course) bin[k] = chance.between(1, chance.one_in(8) ? 100000 : 3);
    p.hidden_offset[k] = chance.between(1, 10);
  }
  p.mean_trade_lots = chance.scale(1, 1e5f);
  p.sweep_share = chance.real(0, 1);
  p.walk_share = chance.real(0, 1);
  p.newest_share = chance.real(0, 1);
  p.resistance = chance.one_in(2) ? 0.0f : chance.scale(0.1f, 100);
  p.volume_rate = chance.scale(1e-2f, 1e4f);
  p.widest_spread = chance.one_in(2) ? 1.0f : chance.scale(1, 1e9f);
  p.warm_up = 2;
  p.initial_spread = chance.one_in(3) ? 1 : chance.between(1, 50);
  p.initial_mid_half_ticks = chance.one_in(2) ? 200 : chance.between(200, 20'000'000);  // near one tick, and anywhere
  return p;
}

/// Bound on the events of a second without shocks and excitation, roughly.
inline float rates(const OrderBookParameters& p) {
  float sum = 4 * p.deep_limit_rate;
  for (const auto& event : p.rate) sum += 2 * event[kImbalanceBins / 2][0];
  return sum;
}

inline Modifiers hostile_modifiers(Chance& chance) {
  Modifiers m;
  if (chance.one_in(2)) return m;
  m.log_volatility = chance.real(-2, 1);
  m.log_depth_bid = chance.real(-6, 2);
  m.log_depth_ask = chance.real(-6, 2);
  m.log_spread = chance.real(-1, 3);
  m.log_volume = chance.real(-3, 2);
  m.displacement = chance.real(-0.05f, 0.05f);
  m.excitation = chance.real(0, 0.95f);
  m.steered = chance.one_in(2) ? 0.0f : chance.real(0, 1);
  m.halted = chance.one_in(6) ? 1u : 0u;
  return m;
}

inline Orders hostile_orders(Chance& chance, std::int32_t passive_before) {
  Orders o;
  const std::int32_t most = chance.one_in(4) ? 1'000'000 : 50;
  if (chance.one_in(2)) o.market = chance.between(-most, most);
  if (!chance.one_in(3)) o.passive = chance.one_in(2) ? passive_before : chance.between(-most, most);
  if (chance.one_in(2)) o.slippage = chance.between(0, 3);
  return o;
}

template <int Width>
struct Hearing {
  static constexpr bool listens = true;
  std::vector<Mirror<Width>>& mirrors;
  void operator()(int lane, const FlowEvent& e, const BookChange& b, const OrderBook& flow,
                  const LimitOrderBook<Width>& book) {
    mirrors[static_cast<std::size_t>(lane)].hear(e, b, flow, book);
  }
};

template <int Width>
void run_hostile_books(std::uint32_t first, std::uint32_t last, std::uint32_t steps,
                       typename Mirror<Width>::Seen& seen) {
  for (std::uint32_t seed = first; seed < last; ++seed) {
    Chance chance(seed);
    const OrderBookParameters parameters = hostile(chance);
    ExecutionParameters execution;
    execution.taker_fee = chance.between(0, 65535);
    execution.maker_fee = chance.between(0, 65535);
    const float dt = chance.scale(5, 50) / (rates(parameters) + 1);
    execution.latency = chance.one_in(3) ? 0.0f : chance.one_in(4) ? dt : chance.real(0, dt);
    const auto c = std::make_unique<OrderBookStep>(OrderBookStep::of(parameters, dt, 10));
    const std::int32_t latency = exact::round_to_int(exact::min(execution.latency * c->ticks_per_second, 0x1p30f));
    const auto market = std::make_unique<MarketBlock<OrderBook, Width>>();
    Lanes<Stream, Width> streams;
    for (int lane = 0; lane < Width; ++lane) streams.store(lane, Stream::of(seed, static_cast<std::uint64_t>(lane)));
    market->start(*c, execution, streams, true, 0);
    std::vector<Mirror<Width>> mirrors;
    for (int lane = 0; lane < Width; ++lane) {
      mirrors.emplace_back(lane);
      mirrors.back().begin(*market);
    }
    Hearing<Width> listener{mirrors};
    std::vector<Orders> sent(Width);
    Lanes<Modifiers, Width> modifiers;
    Lanes<Orders, Width> orders;
    for (std::uint32_t t = 0; t < steps; ++t) {
      for (int lane = 0; lane < Width; ++lane) {
        Orders& mine = sent[static_cast<std::size_t>(lane)];
        mine = hostile_orders(chance, mine.passive);
        const Modifiers m = hostile_modifiers(chance);
        modifiers.store(lane, m);
        orders.store(lane, mine);
        Mirror<Width>& mirror = mirrors[static_cast<std::size_t>(lane)];
        mirror.where =
            "seed " + std::to_string(seed) + ", lane " + std::to_string(lane) + ", step " + std::to_string(t);
        mirror.begin_step(m, mine, latency);
      }
      std::array<Trade, Width> taken, rested;
      market->advance(
          *c, execution, modifiers, orders, streams, t,
          [&](int lane, const Trade& a, const Trade& b) {
            taken[static_cast<std::size_t>(lane)] = a;
            rested[static_cast<std::size_t>(lane)] = b;
          },
          listener);
      for (int lane = 0; lane < Width; ++lane) {
        const auto i = static_cast<std::size_t>(lane);
        mirrors[i].end_step(market->flow(lane), taken[i], rested[i], execution);
        ASSERT_EQ(mirrors[i].failures, 0);
      }
    }
    for (const Mirror<Width>& mirror : mirrors) seen += mirror.seen;
  }
}

template <class Seen>
void expect_all_seen(const Seen& seen) {
  EXPECT_GT(seen.executions, 1000);
  EXPECT_GT(seen.hidden, 100);
  EXPECT_GT(seen.driven_out, 100);
  EXPECT_GT(seen.own_submissions, 100);
  EXPECT_GT(seen.own_rested, 50);
  EXPECT_GT(seen.own_taken, 100);
  EXPECT_GT(seen.own_withdrawn, 50);
  EXPECT_GT(seen.own_reduced, 20);
  EXPECT_GT(seen.own_kept, 50);
  EXPECT_GT(seen.self_withdrawn, 10);
  EXPECT_GT(seen.limited, 20);
}

}  // namespace marketmimic
