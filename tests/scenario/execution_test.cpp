#include "marketmimic/execution.hpp"

#include <gtest/gtest.h>

#include <random>

namespace marketmimic {
namespace {

__extension__ using Wide = unsigned __int128;

/// A book whose levels are written down.
struct Ladder {
  std::int32_t bid_price(std::uint32_t l) const { return 100 - static_cast<std::int32_t>(l); }
  std::int32_t ask_price(std::uint32_t l) const { return 102 + static_cast<std::int32_t>(l); }
  std::int32_t bid_size(std::uint32_t l, float) const { return 5 * (static_cast<std::int32_t>(l) + 1); }
  std::int32_t ask_size(std::uint32_t l, float) const { return 10 * (static_cast<std::int32_t>(l) + 1); }
};

Trade take(std::int32_t lots, std::int32_t fee = 0) {
  Taking taking = Taking::of(lots);
  for (std::uint32_t l = 0; l < 3; ++l) taking.visit(Ladder{}, l, 1.0f, lots > 0);
  return taking.finish(lots > 0, fee);
}

TEST(Execution, AMarketOrderWalksTheBook) {
  const Trade bought = take(25);
  EXPECT_EQ(bought.lots, 25);
  EXPECT_EQ(bought.notional, 10 * 102 + 15 * 103);
  EXPECT_EQ(bought.cash(), -(10 * 102 + 15 * 103));
  const Trade sold = take(-7);
  EXPECT_EQ(sold.lots, -7);
  EXPECT_EQ(sold.cash(), 5 * 100 + 2 * 99);
}

TEST(Execution, TheBookGivesNoMoreThanItHas) {
  EXPECT_EQ(take(1000).lots, 60);
  EXPECT_EQ(take(-1000).lots, -30);
  EXPECT_EQ(take(0).lots, 0);
}

TEST(Execution, FeesArePaidInBothDirections) {
  const std::int32_t half_percent = (1 << kFeeShift) / 200;
  EXPECT_EQ(take(10, half_percent).fee, 10 * 102 / 200);
  EXPECT_EQ(take(10, half_percent).cash(), -1020 - 5);
  EXPECT_EQ(take(-5, half_percent).cash(), 500 - 2);
}

TEST(Execution, FeesAreTheExactFloorOfTheProduct) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 10000; ++i) {
    const auto notional = static_cast<std::int64_t>(random() >> (2 + i % 40));
    const auto rate = static_cast<std::int32_t>(random() % 65536);
    const auto exact = static_cast<std::int64_t>(static_cast<Wide>(notional) * static_cast<unsigned>(rate) >> 24);
    ASSERT_EQ(fee_of(notional, rate), exact) << notional << " x " << rate;
  }
}

TEST(Execution, ARestingOrderFillsWhenThePriceReachesIt) {
  const ExecutionParameters p{.taker_fee = 0, .maker_fee = 0, .passive_share = 0.25f};
  // A bid at 100, spread 2: the mid was 202 half ticks. The ask comes down to 100 where the mid is 201 - 1 = 200.
  EXPECT_EQ(rest(8, 100, 2, 198, 204, 12, p).lots, 8) << "the mid went through the price";
  EXPECT_EQ(rest(8, 100, 2, 201, 204, 12, p).lots, 3) << "touched: a quarter of the volume";
  EXPECT_EQ(rest(2, 100, 2, 201, 204, 12, p).lots, 2);
  EXPECT_EQ(rest(8, 100, 2, 202, 204, 12, p).lots, 0) << "the quote was never reached";
  EXPECT_EQ(rest(80, 100, 2, 198, 204, 12, p).lots, 12) << "no more than was traded";
  EXPECT_EQ(rest(-8, 101, 2, 198, 203, 400, p).lots, -8);
  EXPECT_EQ(rest(-8, 101, 2, 198, 200, 400, p).lots, 0);
  EXPECT_EQ(rest(-8, 101, 2, 198, 203, 400, p).notional, 8 * 101);
}

TEST(Account, ConservesCashAndInventory) {
  std::mt19937 random(5);
  Account account;
  std::int64_t cash = 0, inventory = 0, traded = 0, fees = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto lots = static_cast<std::int32_t>(random() % 81) - 40;
    const Trade fill = take(lots, 7549);
    account.book(fill);
    const std::int64_t sign = fill.lots < 0 ? 1 : -1;
    cash += sign * fill.notional - fill.fee;
    inventory += fill.lots;
    traded += std::abs(fill.lots);
    fees += fill.fee;
  }
  EXPECT_EQ(account.cash, cash);
  EXPECT_EQ(account.inventory, inventory);
  EXPECT_EQ(account.traded_lots, traded);
  EXPECT_EQ(account.fees, fees);
  EXPECT_EQ(account.value_half(203), 2 * cash + inventory * 203);
}

}  // namespace
}  // namespace marketmimic
