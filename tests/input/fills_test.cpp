#include "host/input/fills.hpp"

#include <ostream>
#include <string>
#include <vector>

#include "support.hpp"

namespace marketmimic {
namespace {

const std::string fills_header =
    "utc,seq,coin,side,price,size,usd,start_position,direction,closed_pnl,fee,order_id,taker\n";
const std::string two_fills =
    "2025-03-16T23:18Z,3001,BTC,BUY,82255.0,0.5,41127.5,0.0,Open Long,0.0,2.5,80242832045,True\n"
    "2025-03-16T23:19Z,3002,BTC,SELL,82256.0,0.2,16451.2,0.5,Close Long,0.2,-0.1,80242832046,False\n";
const std::string trip_header =
    "pair,is_short,open_date,close_date,open_rate,close_rate,amount,stake_amount,fee_open,fee_close,exit_reason\n";

TEST(Fills, KeepEveryColumnOfTheLog) {
  const Fills fills = parse_fills(fills_header + two_fills, "fills.csv");
  ASSERT_EQ(fills.fills.size(), 2u);
  EXPECT_EQ(fills.symbol, "BTC");
  EXPECT_EQ(fills.source, "fills.csv");
  EXPECT_EQ(fills.time_resolution_ms, 60'000.0);
  const Fill &a = fills.fills[0], &b = fills.fills[1];
  EXPECT_EQ(a.time_ms, 1742167080000);
  EXPECT_EQ(a.sequence, 3001);
  EXPECT_EQ(a.side, 1);
  EXPECT_EQ(a.price, 82255.0);
  EXPECT_EQ(a.size, 0.5);
  EXPECT_EQ(a.start_position, 0.0);
  EXPECT_EQ(a.fee, 2.5);
  EXPECT_EQ(a.order_id, "80242832045");
  EXPECT_EQ(a.taker, true);
  EXPECT_EQ(b.side, -1);
  EXPECT_EQ(b.start_position, 0.5);
  EXPECT_EQ(b.fee, -0.1);
  EXPECT_EQ(b.taker, false);
  EXPECT_EQ(b.reason, "");
}

TEST(Fills, NeedOnlyTimeSidePriceAndSize) {
  const Fills fills = parse_fills(
      "\xEF\xBB\xBFSize,Price,Side,Timestamp\r\n1,10,b,1742167080123\r\n2,11,Sell,1742167081000\r\n", "fills.csv");
  ASSERT_EQ(fills.fills.size(), 2u);
  EXPECT_EQ(fills.time_resolution_ms, 1.0);
  EXPECT_EQ(fills.symbol, "");
  EXPECT_EQ(fills.fills[0].side, 1);
  EXPECT_EQ(fills.fills[1].side, -1);
  EXPECT_EQ(fills.fills[0].sequence, 1);
  EXPECT_EQ(fills.fills[0].order_id, "fill-1");
  EXPECT_EQ(fills.fills[1].order_id, "fill-2");
  EXPECT_EQ(fills.fills[0].fee, 0.0);
  EXPECT_FALSE(fills.fills[0].start_position.has_value());
  EXPECT_FALSE(fills.fills[0].taker.has_value());
}

TEST(Fills, AreSortedByTimeThenSequence) {
  const Fills fills = parse_fills(
      "time,seq,side,price,size\n1742167081,1,buy,10,4\n1742167080,9,buy,10,3\n1742167080,8,buy,10,2\n1742167082,7,buy,"
      "10,5\n",
      "fills.csv");
  std::vector<double> sizes;
  for (const Fill& fill : fills.fills) sizes.push_back(fill.size);
  EXPECT_EQ(sizes, (std::vector{2.0, 3.0, 4.0, 5.0}));
  EXPECT_EQ(fills.notices.reordered, 2u);
  EXPECT_EQ(fills.time_resolution_ms, 1000.0);
  EXPECT_EQ(summary(fills),
            "fills.csv: 4 fills in 4 orders, 2025-03-16T23:18:00Z to 2025-03-16T23:18:02Z; 2 rows were out of order");
}

TEST(Fills, WithoutSequenceKeepTheOrderOfRowsWithinATime) {
  const Fills fills =
      parse_fills("time,side,price,size\n1742167080,buy,10,3\n1742167080,buy,10,1\n1742167080,buy,10,2\n", "fills.csv");
  EXPECT_EQ(fills.fills[0].size, 3.0);
  EXPECT_EQ(fills.fills[1].size, 1.0);
  EXPECT_EQ(fills.fills[2].size, 2.0);
  EXPECT_EQ(fills.notices.reordered, 0u);
}

TEST(Fills, ThatRepeatOthersAreKeptAndCounted) {
  const std::string rows = "2025-03-16T23:18Z,buy,10,1,a\n2025-03-16T23:18Z,buy,11,1,a\n2025-03-16T23:19Z,buy,10,1,a\n";
  const auto repeated = [&](const std::string& log) {
    return parse_fills("time,side,price,size,order_id\n" + log, "fills.csv").notices.repeated;
  };
  EXPECT_EQ(repeated(rows), 0u) << "another price or time is another fill";
  EXPECT_EQ(repeated(rows + "2025-03-16T23:18Z,buy,10,1,b\n"), 0u) << "so is that of another order";
  EXPECT_EQ(repeated(rows + rows), 3u);
  const Fills twice = parse_fills("time,side,price,size,order_id\n" + rows + rows, "fills.csv");
  EXPECT_EQ(twice.fills.size(), 6u);
  EXPECT_THAT(summary(twice), testing::HasSubstr("3 rows repeat another of the same time, side, price and size"));
  EXPECT_EQ(parse_fills("time,side,price,size,seq\n1742167080,buy,10,1,1\n1742167080,buy,10,1,2\n", "fills.csv")
                .notices.repeated,
            0u)
      << "rows with numbers of their own are not the same";
}

TEST(Fills, OfRoundTripsOpenAndClose) {
  const Fills fills =
      parse_fills(trip_header +
                      "BTC/USDT,True,2019-09-09 17:00:00+00:00,2019-09-10 19:00:00+00:00,100,90,2,200,0.001,"
                      "0.002,roi\n"
                      "BTC/USDT,False,2019-09-10 19:00:00+00:00,2019-09-10 20:00:00+00:00,91,92,3,273,0.001,"
                      "0.002,stop_loss\n",
                  "trips.csv");
  ASSERT_EQ(fills.fills.size(), 4u);
  EXPECT_EQ(fills.symbol, "BTC/USDT");
  EXPECT_EQ(fills.time_resolution_ms, 3'600'000.0);
  const std::vector<std::string> ids{"trip-1-open", "trip-1-close", "trip-2-open", "trip-2-close"};
  const std::vector<std::string> reasons{"", "roi", "", "stop_loss"};
  const std::vector<int> sides{-1, 1, 1, -1};
  const std::vector<double> prices{100, 90, 91, 92}, sizes{2, 2, 3, 3}, fees{0.2, 0.36, 0.273, 0.552};
  const std::vector<std::int64_t> times{1568048400000, 1568142000000, 1568142000000, 1568145600000};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(fills.fills[i].order_id, ids[i]);
    EXPECT_EQ(fills.fills[i].reason, reasons[i]);
    EXPECT_EQ(fills.fills[i].side, sides[i]);
    EXPECT_EQ(fills.fills[i].price, prices[i]);
    EXPECT_EQ(fills.fills[i].size, sizes[i]);
    EXPECT_DOUBLE_EQ(fills.fills[i].fee, fees[i]);
    EXPECT_EQ(fills.fills[i].time_ms, times[i]);
  }
}

TEST(Fills, OfSeveralCoinsNeedAChoice) {
  const std::string text =
      "time,coin,side,price,size\n1742167080,BTC,buy,10,1\n1742167081,ETH,buy,20,2\n1742167082,SOL,sell,30,3\n"
      "1742167083,ETH,sell,21,4\n";
  expect_refused([&] { parse_fills(text, "fills.csv"); }, ExitCode::input_data,
                 {"fills.csv:3: ", "'BTC', 'ETH', 'SOL'", "--symbol"});
  expect_refused([&] { parse_fills(text, "fills.csv", {.symbol = "DOGE"}); }, ExitCode::input_data,
                 {"fills.csv:5: ", "no row of 'DOGE'", "'BTC', 'ETH', 'SOL'"});
  const Fills fills = parse_fills(text, "fills.csv", {.symbol = "ETH"});
  ASSERT_EQ(fills.fills.size(), 2u);
  EXPECT_EQ(fills.symbol, "ETH");
  EXPECT_EQ(fills.fills[0].size, 2.0);
  EXPECT_EQ(fills.fills[1].size, 4.0);
}

struct BadFills {
  std::string name, text;
  int line;
  std::string part;  ///< of the message
};
void PrintTo(const BadFills& bad, std::ostream* out) { *out << bad.name; }

class BadFillFile : public testing::TestWithParam<BadFills> {};

TEST_P(BadFillFile, IsRefusedWithItsPlace) {
  const BadFills& bad = GetParam();
  expect_refused([&] { parse_fills(bad.text, "fills.csv"); }, ExitCode::input_data,
                 {"fills.csv:" + std::to_string(bad.line) + ": ", bad.part});
}

/// Three rows of a small log, the second with the given fields.
BadFills bad_fill(std::string name, const std::string& row, std::string part) {
  return {std::move(name),
          "time,seq,side,price,size,start_position,fee,taker\n1742167080,1,buy,10,1,0,0,true\n" + row +
              "\n1742167090,9,sell,10,1,0,0,true\n",
          3, std::move(part)};
}

BadFills bad_trip(std::string name, const std::string& row, std::string part) {
  return {std::move(name), trip_header + row + "\n", 2, std::move(part)};
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadFillFile,
    testing::Values(
        bad_fill("unknown_side", "1742167081,2,hold,10,1,0,0,true", "side must be buy or sell (got 'hold')"),
        bad_fill("empty_side", "1742167081,2,,10,1,0,0,true", "side must be buy or sell (got '')"),
        bad_fill("zero_size", "1742167081,2,buy,10,0,0,0,true", "size must be a size above 0 (got '0')"),
        bad_fill("negative_size", "1742167081,2,buy,10,-1,0,0,true", "size must be a size above 0 (got '-1')"),
        bad_fill("nan_size", "1742167081,2,buy,10,nan,0,0,true", "size must be"),
        bad_fill("zero_price", "1742167081,2,buy,0,1,0,0,true", "price must be a positive price"),
        bad_fill("negative_price", "1742167081,2,buy,-3,1,0,0,true", "price must be a positive price"),
        bad_fill("infinite_price", "1742167081,2,buy,inf,1,0,0,true", "price must be a positive price"),
        bad_fill("bad_time", "noon,2,buy,10,1,0,0,true", "time must be a time"),
        bad_fill("bad_sequence", "1742167081,2.5,buy,10,1,0,0,true", "seq must be a whole number (got '2.5')"),
        bad_fill("bad_position", "1742167081,2,buy,10,1,?,0,true", "start_position must be a number"),
        bad_fill("bad_fee", "1742167081,2,buy,10,1,0,nan,true", "fee must be a number (got 'nan')"),
        bad_fill("bad_taker", "1742167081,2,buy,10,1,0,0,maybe", "taker must be true or false (got 'maybe')"),
        bad_fill("short_row", "1742167081,2,buy,10,1", "5 fields where the first line has 8"),
        bad_fill("same_sequence", "1742167080,1,buy,10,1,0,0,true",
                 "sequence 1 of 2025-03-16T23:18:00Z is also on line 2"),
        bad_trip("trip_backward", "X,True,2020-01-02,2020-01-01,100,90,2,200,0,0,roi",
                 "close_date is before open_date"),
        bad_trip("trip_side", "X,short,2020-01-01,2020-01-02,100,90,2,200,0,0,roi", "is_short must be true or false"),
        bad_trip("trip_rate", "X,True,2020-01-01,2020-01-02,100,0,2,200,0,0,roi",
                 "close_rate must be a positive price"),
        bad_trip("trip_open", "X,True,2020-01-01,,100,90,2,200,0,0,roi", "close_date must be a time"),
        bad_trip("trip_amount", "X,True,2020-01-01,2020-01-02,100,90,0,200,0,0,roi", "amount must be a size above 0")),
    testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(
    Files, BadFillFile,
    testing::Values(
        BadFills{"empty", "", 1, "the file is empty"},
        BadFills{"header_only", fills_header, 1, "the file holds 0 fills"},
        BadFills{"missing_size", "time,side,price\n", 1, "no column 'size' (the header has 'time', 'side', 'price')"},
        BadFills{"missing_side", "time,size,price\n", 1, "no column 'side'"},
        BadFills{"missing_time", "side,size,price\n", 1, "no column 'time'"},
        BadFills{"missing_amount", "open_date,close_date,open_rate,close_rate,is_short\n", 1, "no column 'amount'"},
        BadFills{"no_header", "1742167080,buy,10,1\n", 1, "there is no header"},
        BadFills{"column_twice", "time,side,price,size,size\n", 1, "column 'size' is there twice"}),
    testing::PrintToStringParamName());

TEST(RequireOverlap, AcceptsFillsFromTheFirstBarsStartToTheLastBarsEnd) {
  const Bars bars = parse_bars(
      "date,open,high,low,close,volume\n2025-03-16T23:00Z,1,1,1,1,1\n2025-03-16T23:10Z,1,1,1,1,1\n", "bars.csv");
  const auto fills_at = [](const std::string& time) {
    return parse_fills("time,side,price,size\n2025-03-16T23:05Z,buy,1,1\n" + time + ",buy,1,1\n", "fills.csv");
  };
  EXPECT_NO_THROW(require_overlap(fills_at("2025-03-16T23:00:00Z"), bars));
  EXPECT_NO_THROW(require_overlap(fills_at("2025-03-16T23:19:59.999Z"), bars));
  for (const char* time : {"2025-03-16T22:59:59.999Z", "2025-03-16T23:20:00Z"})
    expect_refused(
        [&] { require_overlap(fills_at(time), bars); }, ExitCode::input_data,
        {"fills.csv: 1 of 2 fills", "bars.csv (2025-03-16T23:00:00Z to 2025-03-16T23:20:00Z)", time, "remove"});
}

}  // namespace
}  // namespace marketmimic
