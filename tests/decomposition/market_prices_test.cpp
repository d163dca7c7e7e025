#include "host/decomposition/market_prices.hpp"

#include <gtest/gtest.h>

#include "logs.hpp"

namespace marketmimic {
namespace {

TEST(MarketPrices, AreTheLastCloseThatWasKnown) {
  const Bars bars = bars_of({101, 102, 103});
  const Fills log = log_of({fill(0, 1, 7, "a"), fill(299, 1, 7, "b"), fill(300, 1, 7, "c"), fill(899, -3, 7, "d")});
  const Fills marked = at_market_prices(log, bars);
  EXPECT_EQ(marked.fills[0].price, bars.bars[0].open);
  EXPECT_EQ(marked.fills[1].price, bars.bars[0].open);
  EXPECT_EQ(marked.fills[2].price, 101);
  EXPECT_EQ(marked.fills[3].price, 102);
  EXPECT_EQ(marked.fills[3].size, 3);
  const Ledger ledger = at_market_prices(build_ledger(log), bars);
  EXPECT_EQ(ledger.changes[2].price, 101);
  EXPECT_EQ(ledger.changes[2].after, 3);
}

TEST(MarketPrices, RotatedBarsKeepTheirReturnsInACircle) {
  const Bars bars = random_bars(50, 0.01, 1);
  const Bars moved = rotated(bars, 20);
  for (std::size_t i = 1; i < 50; ++i) {
    const std::size_t from = (i + 20) % 50;
    EXPECT_EQ(moved.bars[i].time_ms, bars.bars[i].time_ms);
    if (from == 0) continue;
    EXPECT_NEAR(moved.bars[i].close / moved.bars[i - 1].close, bars.bars[from].close / bars.bars[from - 1].close,
                1e-12);
    EXPECT_NEAR(moved.bars[i].high / moved.bars[i].low, bars.bars[from].high / bars.bars[from].low, 1e-12);
  }
  EXPECT_NEAR(moved.bars[0].open, bars.bars[0].open, 1e-9);
  const Bars back = rotated(moved, 30);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_NEAR(back.bars[i].close, bars.bars[i].close, 1e-9);
}

}  // namespace
}  // namespace marketmimic
