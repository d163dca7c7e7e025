// Every promise of the order-book market, one book at a time.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/order_book/hostile_books.hpp"

namespace marketmimic {
namespace {

TEST(Conservation, HoldsInHostileBooksOneAtATime) {
  Mirror<1>::Seen seen;
  run_hostile_books<1>(1, 200, 40, seen);
  expect_all_seen(seen);
}

TEST(Conservation, HoldsWhereAStepHasTooManyEventsAndEndsEarly) {
  OrderBookParameters p = plain_order_book();
  for (auto& event : p.rate)
    for (auto& bin : event)
      for (float& rate : bin) rate *= 1e6f;
  p.warm_up = 0;
  const auto c = std::make_unique<OrderBookStep>(OrderBookStep::of(p, 1, 10));
  const auto market = std::make_unique<MarketBlock<OrderBook, 1>>();
  Lanes<Stream, 1> stream;
  Lanes<Modifiers, 1> calm;
  Lanes<Orders, 1> orders;
  stream.store(0, Stream::of(1, 2));
  calm.store(0, Modifiers{});
  orders.store(0, {3, -2});
  market->start(*c, {}, stream, false, 0);
  std::vector<Mirror<1>> mirror(1, Mirror<1>(0));
  mirror[0].begin(*market);
  mirror[0].begin_step({}, {3, -2}, 0);
  Hearing<1> listener{mirror};
  Trade got[2];
  market->advance(
      *c, {}, calm, orders, stream, 0,
      [&](int, const Trade& taken, const Trade& rested) {
        got[0] = taken;
        got[1] = rested;
      },
      listener);
  mirror[0].end_step(market->flow(0), got[0], got[1], {});
  EXPECT_EQ(mirror[0].failures, 0);
  EXPECT_GE(market->flow(0).events, kMostEvents);
  EXPECT_LE(market->flow(0).events, kMostEvents + kMaxOrders);
}

}  // namespace
}  // namespace marketmimic
