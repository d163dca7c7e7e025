// The recordings beside the checkout. Expected figures come from `zcat`, `cut`, `sort | uniq -c` and `awk`.

#include <map>

#include "host/tape/depth.hpp"
#include "host/tape/lobster.hpp"
#include "host/tape/order_log.hpp"
#include "support.hpp"

namespace marketmimic {
namespace {

Tape amzn() {
  const std::filesystem::path folder = shared_data() / "lobster_amzn_l1";
  return read_lobster(folder / "AMZN_2012-06-21_34200000_57600000_message_1.csv.gz",
                      folder / "AMZN_2012-06-21_34200000_57600000_orderbook_1.csv.gz");
}

#define NEEDS(folder) \
  if (!std::filesystem::exists(shared_data() / (folder))) GTEST_SKIP() << "no recordings in " << shared_data()

TEST(RealTape, ReadsAmzn) {
  NEEDS("lobster_amzn_l1");
  const Tape tape = amzn();
  EXPECT_EQ(tape.symbol, "AMZN");
  EXPECT_EQ(tape.levels, 1u);
  EXPECT_EQ(tape.tick, 100);
  ASSERT_EQ(tape.size(), 57'515u);
  std::map<int, std::size_t> types;
  for (const Message& m : tape.messages) ++types[static_cast<int>(m.type)];
  EXPECT_EQ(types, (std::map<int, std::size_t>{{1, 27'845}, {2, 16}, {3, 18'235}, {4, 8'974}, {5, 2'445}}));
  double one_tick = 0;  // seconds
  for (std::size_t i = 0; i + 1 < tape.size(); ++i) {
    const std::int64_t held = tape.messages[i + 1].time_ns - tape.messages[i].time_ns;
    if (tape.best(i).ask_price - tape.best(i).bid_price == tape.tick) one_tick += 1e-9 * static_cast<double>(held);
  }
  EXPECT_NEAR(one_tick / 23'400, 0.0024, 5e-5);
}

TEST(RealTape, Level1IsItsOwnLevel1) {
  NEEDS("lobster_amzn_l1");
  const Tape tape = amzn(), shown = filter_to_level_1(tape);
  EXPECT_EQ(shown.messages, tape.messages);  // every message of a level-1 file changes that level, or is hidden
  EXPECT_EQ(shown.book, tape.book);
}

TEST(RealTape, ReadsTenLevelsOfAapl) {
  NEEDS("lobster_aapl_l10_head");
  const std::filesystem::path folder = shared_data() / "lobster_aapl_l10_head";
  const Tape tape =
      read_lobster(folder / "AAPL_2012-06-21_head_message_10.csv", folder / "AAPL_2012-06-21_head_orderbook_10.csv");
  EXPECT_EQ(tape.size(), 999u);
  EXPECT_EQ(tape.levels, 10u);
  EXPECT_EQ(tape.tick, 100);
  EXPECT_EQ(tape.messages[0], (Message{34'200'004'241'176, MessageType::submission, 16'113'575, 18, 5'853'300, 1}));
  EXPECT_EQ(tape.book_after(0)[9], (Level{5'879'000, 500, 5'842'700, 300}));
  const Tape shown = filter_to_level_1(tape);
  EXPECT_GT(shown.size(), 100u);
  EXPECT_LT(shown.size(), 999u);
}

TEST(RealTape, RebuildsTheBookOfBitstamp) {
  NEEDS("bitstamp_l3");
  const Tape tape = read_order_log(shared_data() / "bitstamp_l3" / "orders.csv.gz");
  EXPECT_EQ(tape.tick, 100);
  std::int64_t traded = 0;
  std::size_t trades = 0;
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const Message& m = tape.messages[i];
    ASSERT_GT(m.size, 0);
    const auto book = tape.book_after(i);
    ASSERT_TRUE(!book[0].has_ask() || !book[0].has_bid() || book[0].ask_price > book[0].bid_price) << "message " << i;
    if (m.type == MessageType::execution) {
      ++trades;
      traded += m.size;
    }
  }
  // A script that knows no book finds 543 pairs of equal fills on opposite sides and 49 fills without a partner.
  EXPECT_GE(trades, 543u);
  EXPECT_LE(trades, 543u + 55u);
  EXPECT_GT(traded, 0);
}

}  // namespace
}  // namespace marketmimic
