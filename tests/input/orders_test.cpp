#include <string>
#include <vector>

#include "host/input/fills.hpp"
#include "support.hpp"

namespace marketmimic {
namespace {

const std::string orders_header =
    "submitted_at,symbol,side,status,qty,filled_qty,filled_avg_price,limit_price,filled_at,id\n";
const std::string rows =
    "2025-03-16T23:18:00Z,BTC,buy,filled,2,2,82255.5,82300,2025-03-16T23:18:30Z,a\n"
    "2025-03-16T23:20:00Z,BTC,buy,canceled,5,0,,81000,,b\n"
    "2025-03-16T23:25:00Z,BTC,sell,canceled,2,0.5,82300,82300,,c\n"
    "2025-03-16T23:30:00Z,BTC,sell,rejected,5,,,82300,,d\n"
    "2025-03-16T23:40:00Z,BTC,sell,filled,1.5,1.5,82310,,2025-03-16T23:40:02Z,e\n";

TEST(Orders, CountByWhatTheyTraded) {
  const Fills fills = parse_fills(orders_header + rows, "orders.csv");
  ASSERT_EQ(fills.fills.size(), 3u);
  EXPECT_EQ(fills.notices.unfilled, 2u);
  EXPECT_EQ(fills.symbol, "BTC");
  const Fill &a = fills.fills[0], &c = fills.fills[1], &e = fills.fills[2];
  EXPECT_EQ(a.time_ms, 1742167110000) << "when it was filled";
  EXPECT_EQ(c.time_ms, 1742167500000) << "when it was submitted: the log does not say more";
  EXPECT_EQ(a.size, 2);
  EXPECT_EQ(c.size, 0.5) << "cancelled, but a part of it traded";
  EXPECT_EQ(a.price, 82255.5);
  EXPECT_EQ(c.price, 82300);
  EXPECT_EQ(e.side, -1);
  EXPECT_EQ(e.order_id, "e");
  EXPECT_THAT(summary(fills), testing::HasSubstr("3 fills in 3 orders"));
  EXPECT_THAT(summary(fills), testing::HasSubstr("2 orders were not filled"));
}

TEST(Orders, WithoutAnyFillAreRefused) {
  expect_refused([] { parse_fills("time,side,filled,average_price\n2025-03-16,buy,0,\n", "orders.csv"); },
                 ExitCode::input_data, {"orders.csv:2: none of its 1 orders was filled"});
}

TEST(Orders, ThatContradictThemselvesAreRefused) {
  const auto refused = [](const std::string& row, const std::string& message) {
    expect_refused([&] { parse_fills("time,side,filled,average_price,status,order_id\n" + row, "orders.csv"); },
                   ExitCode::input_data, {message});
  };
  refused("2025-03-16,buy,0,,FILLED,a\n",
          "orders.csv:2: filled must be above 0 in an order that is filled (got '0'); correct or remove this row");
  refused("2025-03-16,buy,-1,10,canceled,a\n", "orders.csv:2: filled must be a volume, 0 or more (got '-1')");
  refused("2025-03-16,buy,1,,filled,a\n", "orders.csv:2: average_price must be a positive price");
  refused("2025-03-16,short,1,10,filled,a\n", "orders.csv:2: side must be buy or sell (got 'short')");
  refused("2025-03-16,buy,1,10,open,a\n2025-03-17,buy,2,10,filled,a\n",
          "orders.csv:3: order 'a' is also on line 2; keep its last row, which tells all it traded");
  expect_refused([] { parse_fills("time,side,filled,price\n2025-03-16,buy,1,10\n", "orders.csv"); },
                 ExitCode::input_data, {"no column 'average_price'"});
}

}  // namespace
}  // namespace marketmimic
