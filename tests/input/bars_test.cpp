#include "host/input/bars.hpp"

#include <ostream>
#include <string>
#include <vector>

#include "support.hpp"

namespace marketmimic {
namespace {

const std::string header = "date,open,high,low,close,volume\n";
const std::string two_rows =
    "2025-01-01T00:00:00.000Z,10,12,9,11,5\n"
    "2025-01-01T00:05:00.000Z,11,13,10.5,12.5,0\n";
constexpr std::int64_t start_ms = 1735689600000;  // 2025-01-01

void expect_the_two_bars(const Bars& bars) {
  ASSERT_EQ(bars.bars.size(), 2u);
  const Bar &a = bars.bars[0], &b = bars.bars[1];
  EXPECT_EQ(a.time_ms, start_ms);
  EXPECT_EQ(b.time_ms, start_ms + 300'000);
  EXPECT_EQ((std::vector{a.open, a.high, a.low, a.close, a.volume}), (std::vector{10.0, 12.0, 9.0, 11.0, 5.0}));
  EXPECT_EQ((std::vector{b.open, b.high, b.low, b.close, b.volume}), (std::vector{11.0, 13.0, 10.5, 12.5, 0.0}));
  EXPECT_EQ(bars.interval_ms, 300'000);
}

struct Layout {
  std::string name, text;
};
void PrintTo(const Layout& layout, std::ostream* out) { *out << layout.name; }

class BarLayout : public testing::TestWithParam<Layout> {};

TEST_P(BarLayout, GivesTheSameBars) { expect_the_two_bars(parse_bars(GetParam().text, "bars.csv")); }

INSTANTIATE_TEST_SUITE_P(
    Texts, BarLayout,
    testing::Values(
        Layout{"plain", header + two_rows},
        Layout{"no_last_line_end", header + two_rows.substr(0, two_rows.size() - 1)},
        Layout{"blank_last_lines", header + two_rows + "\n  \r\n"},
        Layout{"byte_order_mark", "\xEF\xBB\xBF" + header + two_rows},
        Layout{
            "crlf",
            "date,open,high,low,close,volume\r\n2025-01-01,10,12,9,11,5\r\n2025-01-01 00:05:00,11,13,10.5,12.5,0\r\n"},
        Layout{"crlf_and_byte_order_mark",
               "\xEF\xBB\xBF"
               "date,open,high,low,close,volume\r\n2025-01-01,10,12,9,11,5\r\n20250101 00:05,11,13,10.5,12.5,0\r\n"},
        Layout{"quotes",
               "\"date\",\"open\",\"high\",\"low\",\"close\",\"volume\"\n\"2025-01-01\",\"10\",\"12\",\"9\","
               "\"11\",\"5\"\n\"2025-01-01 00:05\",\"11\",\"13\",\"10.5\",\"12.5\",\"0\"\n"},
        Layout{"adjusted_close",
               "Date,Open,High,Low,Close,Adj Close,Volume\n1/1/2025,10,12,9,11,3,5\n"
               "1/1/2025 00:05,11,13,10.5,12.5,3,0\n"},
        Layout{"unnamed_index",
               ",Open,High,Low,Close,Volume\n2025-01-01 00:00:00,10,12,9,11,5\n"
               "2025-01-01 00:05:00,11,13,10.5,12.5,0\n"},
        Layout{"row_numbers_and_time",
               ",Open Time,OPEN,HIGH,LOW,CLOSE,VOLUME\n0,1735689600000,10,12,9,11,5\n"
               "1,1735689900000,11,13,10.5,12.5,0\n"},
        Layout{"other_order",
               "volume,close,low,high,open,timestamp\n5,11,9,12,10,1735689600\n"
               "0,12.5,10.5,13,11,1735689900\n"},
        Layout{"open_time_us",
               "open_time,open,high,low,close,volume,ignore\n1735689600000000,10,12,9,11,5,x\n"
               "1735689900000000,11,13,10.5,12.5,0,x\n"},
        Layout{"time",
               "time,open,high,low,close,volume\n2025-01-01T00:00Z,10,12,9,11,5\n"
               "2025-01-01T01:05:00.0+01:00,11,13,10.5,12.5,0\n"},
        Layout{"ticker",
               "date,open,high,low,close,volume,ticker\n2025-01-01,10,12,9,11,5,X\n"
               "2025-01-01 00:05,11,13,10.5,12.5,0,X\n"},
        Layout{"backward",
               "date,open,high,low,close,volume\n2025-01-01T00:05Z,11,13,10.5,12.5,0\n"
               "2025-01-01T00:00Z,10,12,9,11,5\n"},
        Layout{"quotes_without_header",
               "20250101 00:00,9,11,8,10,2,11,13,10,12,3\n"
               "20250101 00:05,10,12,9.5,11.5,0,12,14,11.5,13.5,0\n"},
        Layout{"json", "[[1735689600000,10,12,9,11,5],[1735689900000,11.0,13.0,10.5,12.5,0.0]]"},
        Layout{"json_over_lines_with_strings_and_more",
               " [\n  [1735689600000, \"10\", \"12\", \"9\", \"11\", \"5\", 0],\n"
               "  [1735689900000, \"11\", \"13\", \"10.5\", \"12.5\", \"0\", 0]\n]\n"}),
    testing::PrintToStringParamName());

struct BadBars {
  std::string name, text;
  int line;
  std::string part;  ///< of the message
};
void PrintTo(const BadBars& bad, std::ostream* out) { *out << bad.name; }

class BadBarFile : public testing::TestWithParam<BadBars> {};

TEST_P(BadBarFile, IsRefusedWithItsPlace) {
  const BadBars& bad = GetParam();
  expect_refused([&] { parse_bars(bad.text, "bars.csv"); }, ExitCode::input_data,
                 {"bars.csv:" + std::to_string(bad.line) + ": ", bad.part});
}

/// The two good rows, then `row`, which makes line 4.
BadBars bad_row(std::string name, const std::string& row, std::string part) {
  return {std::move(name), header + two_rows + row + "\n" + "2025-01-01T00:20Z,10,12,9,11,5\n", 4, std::move(part)};
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadBarFile,
    testing::Values(
        bad_row("nan", "2025-01-01T00:10Z,10,12,9,nan,5", "close must be a positive price, 1e-12 to 1e12 (got 'nan')"),
        bad_row("infinite", "2025-01-01T00:10Z,10,inf,9,11,5", "high must be a positive price"),
        bad_row("overflow", "2025-01-01T00:10Z,10,1e999,9,11,5", "high must be a positive price"),
        bad_row("negative_price", "2025-01-01T00:10Z,10,12,-9,11,5",
                "low must be a positive price, 1e-12 to 1e12 (got '-9')"),
        bad_row("zero_price", "2025-01-01T00:10Z,0,12,9,11,5", "open must be a positive price"),
        bad_row("empty_field", "2025-01-01T00:10Z,,12,9,11,5", "open must be a positive price, 1e-12 to 1e12 (got '')"),
        bad_row("negative_volume", "2025-01-01T00:10Z,10,12,9,11,-5", "volume must be a volume, 0 or more (got '-5')"),
        bad_row("nan_volume", "2025-01-01T00:10Z,10,12,9,11,NaN", "volume must be"),
        bad_row("high_below_low", "2025-01-01T00:10Z,10,9,12,11,5", "high 9 is below low 12"),
        bad_row("open_above_high", "2025-01-01T00:10Z,12.1,12,9,11,5",
                "open 12.1 or close 11 is outside of low 9 to high 12"),
        bad_row("close_below_low", "2025-01-01T00:10Z,10,12,9,8.9,5", "close 8.9 is outside of low 9"),
        bad_row("duplicate_time", "2025-01-01T00:05Z,10,12,9,11,5", "time 2025-01-01T00:05:00Z is also on line 3"),
        bad_row("duplicate_row", "2025-01-01T00:05:00.000Z,11,13,10.5,12.5,0", "is also on line 3"),
        bad_row("bad_time", "yesterday,10,12,9,11,5", "date must be a time"),
        bad_row("day_first", "31/12/2025,10,12,9,11,5", "date must be a time"),
        bad_row("short_row", "2025-01-01T00:10Z,10,12,9,11", "5 fields where the first line has 6"),
        bad_row("long_row", "2025-01-01T00:10Z,10,12,9,11,5,6", "7 fields where the first line has 6"),
        bad_row("text_number", "2025-01-01T00:10Z,10 USD,12,9,11,5",
                "open must be a positive price, 1e-12 to 1e12 (got '10 USD')"),
        bad_row("open_quotes", "2025-01-01T00:10Z,\"10,12,9,11,5", "quoted field doesn't end"),
        bad_row("nul", std::string("2025-01-01T00:10Z,10,12,9,11,5\0", 31), "NUL byte")),
    testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(
    Files, BadBarFile,
    testing::Values(
        BadBars{"empty", "", 1, "the file is empty"}, BadBars{"blank", "\n\n \n", 3, "the file is empty"},
        BadBars{"only_byte_order_mark", "\xEF\xBB\xBF", 1, "the file is empty"},
        BadBars{"header_only", header, 1, "the file holds 0 bars"},
        BadBars{"one_bar", header + "2025-01-01,10,12,9,11,5\n", 2, "the file holds 1 bars"},
        BadBars{"missing_column", "date,open,high,close,volume\n2025-01-01,10,12,11,5\n", 1,
                "no column 'low' (the header has 'date', 'open', 'high', 'close', 'volume')"},
        BadBars{"missing_time", "day,open,high,low,close,volume\n", 1, "no column 'date'"},
        BadBars{"column_twice", "date,open,Open,high,low,close,volume\n", 1, "column 'open' is there twice"},
        BadBars{"no_header", two_rows, 1, "no header"},
        BadBars{"semicolons", "date;open;high;low;close;volume\n", 1, "no column 'date'"},
        BadBars{"json_object", "{\"bars\": []}", 1, "no column 'date'"},
        BadBars{"json_empty", "[]", 1, "the file holds 0 bars"},
        BadBars{"json_of_objects", "[{\"time\": 1}]", 1, "flat array"},
        BadBars{"json_cut_short", "[[1735689600000,10,12,9,11,5],\n[1735689900000,11,13", 2, "doesn't end"},
        BadBars{"json_no_end", "[[1735689600000,10,12,9,11,5]", 1, "doesn't end"},
        BadBars{"json_no_comma", "[[1735689600000,10,12,9,11,5]\n[1735689900000,11,13,10.5,12.5,0]]", 2, "flat array"},
        BadBars{"json_nested", "[[1735689600000,[10],12,9,11,5]]", 1, "[ms since 1970"},
        BadBars{"json_narrow", "[[1735689600000,10,12,9,11]]", 1, "a row of 5 values"},
        BadBars{"json_null", "[[1735689600000,10,12,9,11,5],\n[1735689900000,null,13,10.5,12.5,0]]", 2,
                "open must be a positive price, 1e-12 to 1e12 (got 'null')"},
        BadBars{"json_and_more", "[[1735689600000,10,12,9,11,5]]\n[]", 2, "after the end"},
        BadBars{"json_duplicate", "[[1735689600000,10,12,9,11,5],\n[1735689600000,11,13,10.5,12.5,0]]", 2,
                "is also on line 1"},
        BadBars{"crossed_quotes", "20250101 00:00,9,11,8,10,0,11,13,10,12,0\n20250101 00:05,9,7,8,10,0,11,8,10,12,0\n",
                2, "high 7.5 is below low 9"},
        BadBars{"negative_bid", "20250101 00:00,9,11,-8,10,0,11,13,10,12,0\n", 1, "bid low must be a positive price"}),
    testing::PrintToStringParamName());

TEST(Bars, CountGapsShortStepsAndRowsOutOfOrder) {
  const Bars bars = parse_bars(header +
                                   "2025-01-01T00:00Z,10,12,9,11,5\n2025-01-01T00:05Z,10,12,9,11,5\n"
                                   "2025-01-01T00:30Z,10,12,9,11,5\n2025-01-01T00:10Z,10,12,9,11,5\n"
                                   "2025-01-01T00:07Z,10,12,9,11,5\n2025-01-01T00:35Z,10,12,9,11,5\n"
                                   "2025-01-01T00:40Z,10,12,9,11,5\n",
                               "bars.csv");
  EXPECT_EQ(bars.interval_ms, 300'000);      // 0 5 7 10 30 35 40
  EXPECT_EQ(bars.notices.short_steps, 2u);   // 5-7, 7-10
  EXPECT_EQ(bars.notices.gaps, 1u);          // 10-30
  EXPECT_EQ(bars.notices.missing_bars, 3u);  // 15, 20, 25
  EXPECT_EQ(bars.notices.reordered, 2u);     // 10 and 7 after 30
  EXPECT_EQ(bars.notices.widened, 0u);
  for (std::size_t i = 1; i < bars.bars.size(); ++i) EXPECT_LT(bars.bars[i - 1].time_ms, bars.bars[i].time_ms);
  EXPECT_EQ(summary(bars),
            "bars.csv: 7 bars of 5 min, 2025-01-01T00:00:00Z to 2025-01-01T00:40:00Z; 1 gaps (3 bars missing); "
            "2 spacings shorter than the interval; 2 rows were out of order");
}

TEST(Bars, EndAnIntervalAfterTheirTime) {
  const Bars bars = parse_bars(header + two_rows, "bars.csv");
  EXPECT_EQ(bars.ended_by(start_ms), 0u);
  EXPECT_EQ(bars.ended_by(start_ms + 299'999), 0u);
  EXPECT_EQ(bars.ended_by(start_ms + 300'000), 1u);
  EXPECT_EQ(bars.ended_by(start_ms + 600'000), 2u);
}

TEST(Bars, AreWidenedByRoundingOnly) {
  const Bars bars = parse_bars(header + two_rows + "2025-01-01T00:10Z,12.000005,12,9,8.999996,5\n", "bars.csv");
  EXPECT_EQ(bars.notices.widened, 1u);
  EXPECT_EQ(bars.bars.back().high, 12.000005);
  EXPECT_EQ(bars.bars.back().low, 8.999996);
}

TEST(Bars, OfSeveralTickersNeedAChoice) {
  const std::string text =
      "date,open,high,low,close,volume,ticker\n2025-01-01T00:00Z,10,12,9,11,5,BTC\n2025-01-01T00:00Z,1,1,1,1,1,ETH\n"
      "2025-01-01T00:05Z,11,13,10.5,12.5,0,BTC\n2025-01-01T00:05Z,2,2,2,2,2,ETH\n";
  expect_refused([&] { parse_bars(text, "bars.csv"); }, ExitCode::input_data,
                 {"bars.csv:3: ", "'BTC', 'ETH'", "--symbol"});
  expect_refused([&] { parse_bars(text, "bars.csv", "SOL"); }, ExitCode::input_data,
                 {"bars.csv:5: ", "no row of 'SOL'", "'BTC', 'ETH'"});
  const Bars bars = parse_bars(text, "bars.csv", "BTC");
  expect_the_two_bars(bars);
  EXPECT_EQ(bars.symbol, "BTC");
  EXPECT_EQ(parse_bars(text, "bars.csv", "ETH").bars.back().open, 2.0);
}

TEST(Bars, OfManyTickersGiveAShortMessage) {
  std::string text = "date,open,high,low,close,volume,ticker\n";
  for (int i = 0; i < 1000; ++i) text += "2025-01-01,10,12,9,11,5,T" + std::to_string(i) + "\n";
  expect_refused([&] { parse_bars(text, "bars.csv"); }, ExitCode::input_data, {"'T0', 'T1', 'T2'", "'T7', ..."});
  expect_refused([&] { parse_bars(text, "bars.csv", "T999"); }, ExitCode::input_data, {"the file holds 1 bars"});
}

TEST(Bars, KeepTheFilesSymbolAndSource) {
  const Bars bars =
      parse_bars("date,open,high,low,close,volume,ticker\n2025-01-01,1,1,1,1,1,X\n2025-01-02,1,1,1,1,1,X\n", "a/b.csv");
  EXPECT_EQ(bars.symbol, "X");
  EXPECT_EQ(bars.source, "a/b.csv");
  EXPECT_EQ(parse_bars(header + two_rows, "bars.csv").symbol, "");
  EXPECT_EQ(parse_bars(header + two_rows, "bars.csv", "BTC").symbol, "BTC");
}

}  // namespace
}  // namespace marketmimic
