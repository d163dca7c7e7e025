#include "marketmimic/limit_order_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace marketmimic {
namespace {

struct PlainOrder {
  std::int32_t key, lots;
};
using PlainSide = std::vector<PlainOrder>;

/// The same operation the slow way.
BookChange apply_plainly(const BookOperation& o, PlainSide& side) {
  BookChange c;
  c.position = kMaxOrders;
  const auto at = side.begin() + o.position;
  switch (o.action) {
    case BookAction::none:
      break;
    case BookAction::insert: {
      const auto place = std::find_if(side.begin(), side.end(), [&](const PlainOrder& x) { return x.key > o.key; });
      const auto index = static_cast<std::int32_t>(place - side.begin());
      c.key = o.key;
      if (index == kMaxOrders) break;
      c.position = index;
      side.insert(place, {o.key, o.lots});
      if (side.size() <= static_cast<std::size_t>(kMaxOrders)) break;
      c.driven_out = side.back().lots;
      c.driven_key = side.back().key;
      side.pop_back();
      break;
    }
    case BookAction::remove:
      c.position = o.position;
      c.key = at->key;
      c.lots = at->lots;
      side.erase(at);
      break;
    case BookAction::reduce:
      c.position = o.position;
      c.key = at->key;
      c.lots = at->lots;
      at->lots = o.lots;
      break;
  }
  c.best = side.empty() ? kNoKey : side.front().key;
  for (const PlainOrder& x : side) {
    if (x.key != c.best) break;
    c.touch_lots += x.lots;
    ++c.touch_orders;
  }
  return c;
}

/// `crowd`: how full sides tend to be, 0 to 64.
BookOperation random_operation(std::mt19937& random, const PlainSide (&sides)[2], std::size_t crowd) {
  const auto below = [&](std::size_t n) { return static_cast<std::int32_t>(random() % n); };
  BookOperation o;
  o.side = random() % 2;
  const PlainSide& side = sides[o.side];
  const bool inserts = side.empty() || (side.size() < crowd ? below(4) != 0 : below(4) == 0);
  o.action = below(10) == 0  ? BookAction::none
             : inserts       ? BookAction::insert
             : below(2) == 0 ? BookAction::reduce
                             : BookAction::remove;
  o.key = -10 + below(20);  // few prices, so that many orders share one
  o.lots = 1 + below(1000000);
  if (o.action == BookAction::remove || o.action == BookAction::reduce)
    o.position = below(3) == 0 ? 0 : below(3) == 0 ? static_cast<std::int32_t>(side.size()) - 1 : below(side.size());
  return o;
}

template <int Width>
void follow_plain_book(std::size_t crowd, bool all_places) {
  std::mt19937 random(static_cast<std::uint32_t>(7 + Width + crowd));
  const auto book = std::make_unique<LimitOrderBook<Width>>();
  std::vector<PlainSide[2]> sides(Width);
  for (int lane = 0; lane < Width; ++lane) book->clear(lane);
  Lanes<BookOperation, Width> operations;
  Lanes<BookChange, Width> changes;
  int driven_out = 0, without_place = 0;
  for (int round = 0; round < 3000; ++round) {
    std::size_t fullest = 0;
    for (int lane = 0; lane < Width; ++lane) {
      auto& own = sides[static_cast<std::size_t>(lane)];
      fullest = std::max({fullest, own[0].size(), own[1].size()});
      operations.store(lane, random_operation(random, own, crowd));
    }
    const auto places = std::min(static_cast<std::int32_t>(fullest) + 1, kMaxOrders);
    book->apply(operations, changes, all_places ? kMaxOrders : places);
    for (int lane = 0; lane < Width; ++lane) {
      const BookOperation o = operations.load(lane);
      auto& own = sides[static_cast<std::size_t>(lane)];
      const BookChange expected = apply_plainly(o, own[o.side]), found = changes.load(lane);
      ASSERT_EQ(found.position, expected.position) << "round " << round << " lane " << lane;
      ASSERT_EQ(found.best, expected.best);
      ASSERT_EQ(found.touch_lots, expected.touch_lots);
      ASSERT_EQ(found.touch_orders, expected.touch_orders);
      ASSERT_EQ(found.driven_out, expected.driven_out);
      if (expected.driven_out != 0) {
        ASSERT_EQ(found.driven_key, expected.driven_key);
      }
      if (expected.position != kMaxOrders) {
        ASSERT_EQ(found.key, expected.key);
      }
      ASSERT_EQ(found.lots, expected.lots);
      driven_out += found.driven_out > 0;
      without_place += o.action == BookAction::insert && found.position == kMaxOrders;
      for (std::uint32_t side = 0; side < 2; ++side) {
        for (std::int32_t i = 0; i < kMaxOrders; ++i) {
          const auto index = static_cast<std::size_t>(i);
          const bool stands = index < own[side].size();
          ASSERT_EQ(book->key(side, i, lane), stands ? own[side][index].key : kNoKey) << "round " << round;
          ASSERT_EQ(book->lots(side, i, lane), stands ? own[side][index].lots : 0) << "round " << round;
        }
      }
    }
  }
  if (crowd >= static_cast<std::size_t>(kMaxOrders)) {
    EXPECT_GT(driven_out, 100);
    EXPECT_GT(without_place, 5);
  }
}

TEST(LimitOrderBook, FollowsAPlainBookThroughRandomOperations) {
  for (const std::size_t crowd : {2u, 12u, 80u}) {
    for (const bool all_places : {false, true}) {
      follow_plain_book<1>(crowd, all_places);
      follow_plain_book<16>(crowd, all_places);
      if (HasFatalFailure()) FAIL() << "crowd " << crowd << ", all places " << all_places;
    }
  }
}

TEST(LimitOrderBook, ShiftMovesEveryPriceButNoEmptyPlaceAndNoBidBelowOneTick) {
  LimitOrderBook<1> book;
  book.clear(0);
  Lanes<BookOperation, 1> operation;
  Lanes<BookChange, 1> change;
  for (const std::uint32_t side : {0u, 1u}) {
    operation.store(0, {BookAction::insert, side, 0, side == 0 ? -100 : 102, 5});
    book.apply(operation, change, kMaxOrders);
  }
  book.shift(-7, 0);
  EXPECT_EQ(price_of_key(0, book.key(0, 0, 0)), 93);
  EXPECT_EQ(price_of_key(1, book.key(1, 0, 0)), 95);
  EXPECT_EQ(book.key(0, 1, 0), kNoKey);
  EXPECT_EQ(book.key(1, 1, 0), kNoKey);
  book.shift(-93, 0);
  EXPECT_EQ(price_of_key(0, book.key(0, 0, 0)), 1);
  EXPECT_EQ(price_of_key(1, book.key(1, 0, 0)), 2);
}

}  // namespace
}  // namespace marketmimic
