#include "host/tape/invariants.hpp"

#include <functional>

#include "host/tape/depth.hpp"
#include "host/tape/order_log.hpp"
#include "support.hpp"

namespace marketmimic {
namespace {

TEST(Invariants, HoldOnMadeTapesAtAnyDepth) {
  const Tape tape = TapeMaker(8, 1).make(5000);
  EXPECT_EQ(check_tape(tape).total(), 0u);
  for (const std::uint32_t levels : {1u, 2u, 5u}) {
    const Tape shown = filter_to_levels(tape, levels);
    EXPECT_LT(shown.size(), tape.size());
    EXPECT_EQ(check_tape(shown).total(), 0u) << levels;
  }
}

TEST(Invariants, HoldOnRealTapes) {
  NEEDS("lobster_amzn_l1");
  EXPECT_EQ(check_tape(amzn()).total(), 0u);
  const std::filesystem::path folder = shared_data() / "lobster_aapl_l10_head";
  const Tape aapl =
      read_lobster(folder / "AAPL_2012-06-21_head_message_10.csv", folder / "AAPL_2012-06-21_head_orderbook_10.csv");
  EXPECT_EQ(check_tape(aapl).total(), 0u);
  EXPECT_EQ(check_tape(filter_to_level_1(aapl)).total(), 0u);
  EXPECT_EQ(check_tape(read_order_log(shared_data() / "bitstamp_l3" / "orders.csv.gz")).total(), 0u);
}

/// Rules broken after `spoil` did something to a good tape.
std::vector<TapeRule> broken(const std::function<void(Tape&)>& spoil) {
  Tape tape = TapeMaker(4, 3).make(1000);
  spoil(tape);
  const TapeViolations found = check_tape(tape);
  std::vector<TapeRule> rules;
  for (std::size_t i = 0; i < kTapeRules; ++i) {
    if (found.count[i] != 0) rules.push_back(static_cast<TapeRule>(i));
  }
  return rules;
}

std::size_t first(const Tape& tape, MessageType type, std::size_t from = 100) {
  while (tape.messages[from].type != type) ++from;
  return from;
}

TEST(Invariants, FindEachViolation) {
  using testing::Contains;
  using testing::ElementsAre;
  EXPECT_THAT(broken([](Tape&) {}), ElementsAre());
  EXPECT_THAT(broken([](Tape& t) { t.messages[500].time_ns -= 1'000'000'000'000; }), ElementsAre(TapeRule::time_order));
  EXPECT_THAT(broken([](Tape& t) { t.messages[first(t, MessageType::hidden)].size = 0; }),
              ElementsAre(TapeRule::message_size));
  EXPECT_THAT(broken([](Tape& t) { t.book[4 * 500 + 2].ask_size = -1; }), Contains(TapeRule::negative));
  EXPECT_THAT(broken([](Tape& t) { t.book[4 * 500].bid_price = t.book[4 * 500].ask_price; }),
              Contains(TapeRule::crossed));
  EXPECT_THAT(broken([](Tape& t) { std::swap(t.book[4 * 500 + 1], t.book[4 * 500 + 2]); }),
              Contains(TapeRule::level_order));
  EXPECT_THAT(broken([](Tape& t) { t.book[4 * 500 + 1].bid_size = 0; }), Contains(TapeRule::level_order));
  EXPECT_THAT(broken([](Tape& t) { ++t.book[4 * 500].bid_size; }), ElementsAre(TapeRule::book_step));
  EXPECT_THAT(broken([](Tape& t) {
                Message& m = t.messages[first(t, MessageType::execution)];
                m.price += 100 * m.direction;
              }),
              Contains(TapeRule::book_step));
  EXPECT_THAT(broken([](Tape& t) { t.messages[first(t, MessageType::execution)].type = MessageType::hidden; }),
              Contains(TapeRule::book_step));
}

TEST(Invariants, FindOrdersThatDontAddUp) {
  const auto tape = [](std::vector<Message> messages) {
    Tape t{.messages = std::move(messages),
           .levels = 1,
           .book = {},
           .tick = 100,
           .symbol = {},
           .source = {},
           .notices = {}};
    t.book.resize(t.size());
    return check_tape(t)[TapeRule::order_history];
  };
  using Type = MessageType;
  const Message born{1, Type::submission, 7, 10, 100, 1};
  EXPECT_EQ(tape({born, {2, Type::execution, 7, 4, 100, 1}, {3, Type::deletion, 7, 6, 100, 1}}), 0u);
  EXPECT_EQ(tape({born, {2, Type::execution, 7, 4, 100, 1}, {3, Type::deletion, 7, 7, 100, 1}}), 1u);
  EXPECT_EQ(tape({born, {2, Type::deletion, 7, 10, 100, 1}, {3, Type::execution, 7, 1, 100, 1}}), 1u);
  EXPECT_EQ(tape({born, born}), 1u);
  EXPECT_EQ(tape({{2, Type::execution, 7, 4, 100, 1}, {3, Type::execution, 7, 400, 100, 1}}),
            0u);  // older than the tape
}

TEST(Invariants, FindBrokenCandles) {
  Bars bars;
  bars.bars = {{0, 10, 12, 9, 11, 1},
               {1, 10, 10.5, 9, 11, 1},
               {2, 10, 12, 10.5, 11, 1},
               {3, 10, 12, 9, 11, -1},
               {4, 1, 2, 0, 1, 1}};
  EXPECT_EQ(check_bars(bars), 4u);
}

}  // namespace
}  // namespace marketmimic
