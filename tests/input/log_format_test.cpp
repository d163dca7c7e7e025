#include "host/input/log_format.hpp"

#include <string>

#include "host/input/fills.hpp"
#include "host/input/time.hpp"
#include "support.hpp"

namespace marketmimic {
namespace {

TEST(LogFormat, NamesColumnsThatHaveOtherHeadings) {
  const std::string log =
      "Executed On,Buy/Sell,Price,Avg. Fill Price,Units,Ticket\n"
      "2025-03-16 23:18,BUY,1,82255,2,9\n2025-03-16 23:19,SELL,1,82256,1,7\n";
  const LogFormat format{.columns = {parse_column("time=Executed On"), parse_column("side=buy/sell"),
                                     parse_column("price=Avg. Fill Price"), parse_column("size=units"),
                                     parse_column("order_id=Ticket")}};
  const Fills fills = parse_fills(log, "log.csv", format);
  ASSERT_EQ(fills.fills.size(), 2u);
  EXPECT_EQ(fills.fills[0].price, 82255) << "not the column that happens to be called price";
  EXPECT_EQ(fills.fills[0].time_ms, 1742167080000);
  EXPECT_EQ(fills.fills[1].side, -1);
  EXPECT_EQ(fills.fills[1].order_id, "7");
}

TEST(LogFormat, ColumnsThatAreNotThereAreRefused) {
  expect_refused(
      [] {
        parse_fills("time,side,price,size\n2025-03-16,buy,1,1\n", "log.csv", {.columns = {{"price", "Avg Price"}}});
      },
      ExitCode::input_data,
      {"log.csv:1: no column 'Avg Price' to read as price (the header has 'time', 'side', 'price', 'size')"});
  expect_refused([] { parse_column("price"); }, ExitCode::usage, {"--column must be name=header", "'price'"});
  expect_refused([] { parse_column("price="); }, ExitCode::usage, {"--column must be name=header"});
  expect_refused([] { parse_column("prize=Avg Price"); }, ExitCode::usage,
                 {"a log has no column 'prize'", "time, side, price"});
}

TEST(LogFormat, ZoneIsThatOfTimesThatStateNone) {
  const auto first_time = [](const std::string& time, const char* zone) {
    const LogFormat format{.utc_offset_ms = parse_utc_offset(zone)};
    return format_time(parse_fills("time,side,price,size\n" + time + ",buy,1,1\n", "log.csv", format).fills[0].time_ms);
  };
  EXPECT_EQ(first_time("2025-03-16 23:18", "+02:00"), "2025-03-16T21:18:00Z");
  EXPECT_EQ(first_time("2025-03-16 23:18", "-0530"), "2025-03-17T04:48:00Z");
  EXPECT_EQ(first_time("2025-03-16", "+09"), "2025-03-15T15:00:00Z");
  EXPECT_EQ(first_time("2025-03-16 23:18", "UTC"), "2025-03-16T23:18:00Z");
  EXPECT_EQ(first_time("2025-03-16 23:18Z", "+02:00"), "2025-03-16T23:18:00Z");
  EXPECT_EQ(first_time("2025-03-16 23:18+01:00", "+02:00"), "2025-03-16T22:18:00Z");
  EXPECT_EQ(first_time("1742167080", "+02:00"), "2025-03-16T23:18:00Z") << "epoch time has no zone";
  for (const char* zone : {"Europe/Berlin", "CET", "", "2", "+2", "+25:00", "+02:00x"})
    expect_refused([&] { parse_utc_offset(zone); }, ExitCode::usage, {"--time-zone must be an offset from UTC"});
}

TEST(LogFormat, OrdersAndRoundTripsHaveAZoneToo) {
  const LogFormat format{.utc_offset_ms = 7'200'000};
  EXPECT_EQ(parse_fills("time,side,filled,average_price\n2025-03-16 02:00,buy,1,1\n", "o.csv", format).fills[0].time_ms,
            1742083200000);
  const Fills trips = parse_fills(
      "open_date,close_date,open_rate,close_rate,amount,is_short\n2025-03-16 02:00,2025-03-16 03:00,1,1,1,0\n", "t.csv",
      format);
  EXPECT_EQ(trips.fills[0].time_ms, 1742083200000);
  EXPECT_EQ(trips.fills[1].time_ms, 1742086800000);
}

}  // namespace
}  // namespace marketmimic
