#include "host/tape/order_log.hpp"

#include <vector>

#include "support.hpp"

namespace marketmimic {
namespace {

constexpr const char* kHeader = "id,timestamp,exchange.timestamp,price,volume,action,direction\n";

/// Rows `id, second, price, lots, action, direction` of a log whose lot is 100 units.
std::string row(int id, int second, const char* price, int volume, const char* action, const char* direction) {
  return std::to_string(id) + "," + std::to_string(1'430'438'400'000 + 1000LL * second) + ",0," + price + "," +
         std::to_string(volume) + "," + action + "," + direction + "\n";
}

Tape parse(const std::string& rows) {
  return parse_order_log(kHeader + rows, "log", {.levels = 2, .lot = 100, .patience_ms = 10'000});
}

std::vector<std::tuple<int, std::int64_t, int>> events(const Tape& tape) {
  std::vector<std::tuple<int, std::int64_t, int>> list;
  for (const Message& m : tape.messages) list.emplace_back(static_cast<int>(m.type), m.order, m.size);
  return list;
}
using Events = std::vector<std::tuple<int, std::int64_t, int>>;

TEST(OrderLog, TellsTradesFromCancels) {
  const Tape tape = parse(row(1, 0, "10.01", 500, "created", "ask") + row(2, 1, "10.00", 300, "created", "bid") +
                          row(1, 2, "10.01", 200, "changed", "ask") + row(1, 3, "10.01", 0, "deleted", "ask") +
                          row(2, 4, "10.00", 300, "deleted", "bid"));
  EXPECT_EQ(events(tape), (Events{{1, 1, 5}, {1, 2, 3}, {4, 1, 3}, {4, 1, 2}, {3, 2, 3}}));
  EXPECT_EQ(tape.best(1), (Level{100'100, 5, 100'000, 3}));
  EXPECT_EQ(tape.best(2), (Level{100'100, 2, 100'000, 3}));
  EXPECT_EQ(tape.best(3), (Level{Level::no_ask, 0, 100'000, 3}));
  EXPECT_EQ(tape.best(4), Level{});
  EXPECT_EQ(tape.tick, 100);
  EXPECT_EQ(tape.messages[0].time_ns, 1'430'438'400'000'000'000);
}

TEST(OrderLog, HoldsAMarketableOrderBackUntilItHasMatched) {
  // Order 2 buys 3 of the 5 offered and is shown crossing before; either side may report its fill first.
  const std::string begin = row(1, 0, "10.01", 500, "created", "ask") + row(2, 1, "10.02", 300, "created", "bid");
  const std::string maker = row(1, 2, "10.01", 200, "changed", "ask"), taker = row(2, 2, "10.02", 0, "deleted", "bid");
  for (const Tape& tape : {parse(begin + maker + taker), parse(begin + taker + maker)}) {
    EXPECT_EQ(events(tape), (Events{{1, 1, 5}, {4, 1, 3}}));
    EXPECT_EQ(tape.best(1), (Level{100'100, 2, Level::no_bid, 0}));
  }
}

TEST(OrderLog, SubmitsWhatIsLeftOfATakerOnce) {
  // Order 2 takes all 5 and 3 are left, whichever report comes first.
  const std::string begin = row(1, 0, "10.01", 500, "created", "ask") + row(2, 1, "10.02", 800, "created", "bid");
  const std::string maker = row(1, 2, "10.01", 0, "deleted", "ask"), taker = row(2, 2, "10.02", 300, "changed", "bid");
  for (const Tape& tape : {parse(begin + maker + taker), parse(begin + taker + maker)}) {
    EXPECT_EQ(events(tape), (Events{{1, 1, 5}, {4, 1, 5}, {1, 2, 3}}));
    EXPECT_EQ(tape.best(2), (Level{Level::no_ask, 0, 100'200, 3}));
  }
}

TEST(OrderLog, ForgetsATakerThatIsCancelled) {
  const Tape tape = parse(row(1, 0, "10.01", 500, "created", "ask") + row(2, 1, "10.02", 300, "created", "bid") +
                          row(2, 2, "10.02", 300, "deleted", "bid") + row(1, 3, "10.01", 500, "deleted", "ask"));
  EXPECT_EQ(events(tape), (Events{{1, 1, 5}, {3, 1, 5}}));
}

TEST(OrderLog, DeletesWhatStandsInTheWayTooLong) {
  const Tape tape = parse(row(1, 0, "10.01", 500, "created", "ask") + row(2, 1, "10.02", 300, "created", "bid") +
                          row(3, 12, "9.99", 100, "created", "bid"));
  EXPECT_EQ(events(tape), (Events{{1, 1, 5}, {1, 3, 1}, {3, 1, 5}, {1, 2, 3}}));
}

TEST(OrderLog, StartsWithOrdersFromBeforeTheLog) {
  const Tape tape = parse(row(3, 0, "9.99", 100, "created", "bid") + row(1, 1, "10.01", 500, "deleted", "ask") +
                          row(9, 2, "10.05", 0, "deleted", "ask"));
  EXPECT_EQ(events(tape), (Events{{1, 3, 1}, {3, 1, 5}}));
  EXPECT_EQ(tape.best(0), (Level{100'100, 5, 99'900, 1}));
}

TEST(OrderLog, KeepsAnOrderWhileAnythingIsLeft) {
  const Tape tape = parse(row(1, 0, "10.01", 130, "created", "ask") + row(1, 1, "10.01", 30, "changed", "ask") +
                          row(1, 2, "10.01", 0, "deleted", "ask"));
  EXPECT_EQ(events(tape), (Events{{1, 1, 1}, {4, 1, 1}}));
}

TEST(OrderLog, CountsRowsThatContradict) {
  const Tape tape = parse(row(1, 0, "10.01", 500, "created", "ask") + row(1, 1, "10.01", 500, "created", "ask") +
                          row(1, 2, "10.01", 700, "changed", "ask") + row(1, 3, "10.01", 500, "deleted", "ask") +
                          row(1, 4, "10.01", 500, "deleted", "ask"));
  EXPECT_EQ(events(tape), (Events{{1, 1, 5}, {3, 1, 5}}));
  EXPECT_THAT(tape.notices, testing::Contains(testing::StartsWith("3 rows that contradict")));
}

TEST(OrderLog, KeepsTheLevelsAskedFor) {
  std::string rows;
  for (int i = 0; i < 4; ++i) rows += row(i, i, ("10.0" + std::to_string(4 - i)).c_str(), 100, "created", "ask");
  const Tape tape = parse(rows);
  EXPECT_EQ(tape.book_after(3)[0].ask_price, 100'100);
  EXPECT_EQ(tape.book_after(3)[1].ask_price, 100'200);
  EXPECT_EQ(tape.book.size(), 8u);
}

TEST(OrderLog, RefusesBadInput) {
  const auto refused = [](const std::string& text, const char* start, const char* words) {
    expect_refusal([&] { parse_order_log(text, "log"); }, ExitCode::input_data, start, words);
  };
  const std::string good = row(1, 5, "10.01", 500, "created", "ask");
  refused("", "log:1:", "empty");
  refused(kHeader, "log:", "no rows");
  refused("id,price\n1,2\n", "log:1:", "no column 'timestamp'");
  refused(kHeader + good + row(2, 4, "10.01", 500, "created", "ask"), "log:3:", "time goes back");
  refused(kHeader + row(1, 5, "10.01", 500, "made", "ask"), "log:2:", "created, changed or deleted");
  refused(kHeader + row(1, 5, "10.01", 500, "created", "up"), "log:2:", "bid or ask");
  refused(kHeader + row(1, 5, "-1", 500, "created", "ask"), "log:2:", "positive price");
  refused(kHeader + row(1, 5, "10.00001", 500, "created", "ask"), "log:2:", "four decimals");
  refused(kHeader + row(1, 5, "1000000", 500, "created", "ask"), "log:2:", "below 999999.9999");
  refused(kHeader + row(1, 5, "10.01", -1, "created", "ask"), "log:2:", "0 or more");
  refused(kHeader + std::string("1,x,0,10,5,created,ask\n"), "log:2:", "a time such as");
  refused(kHeader + std::string("1,14304384038404000,0,10,5,created,ask\n"), "log:2:", "from 1970 to 2255");
  refused(kHeader + std::string("1,1430438400000,0,10,0.5,created,ask\n"), "log:2:", "whole number");
  refused(kHeader + row(1, 5, "10.01", 0, "deleted", "ask"), "log:2:", "ever rests");
  expect_refusal([] { parse_order_log("", "log", {.levels = 0}); }, ExitCode::usage, "an order log", "1 to 500");
}

}  // namespace
}  // namespace marketmimic
