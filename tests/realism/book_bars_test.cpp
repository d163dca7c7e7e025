#include "host/realism/book_bars.hpp"

#include <cmath>

#include "host/realism/series.hpp"
#include "host/tape/lobster.hpp"
#include "tests/realism/support.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

Bars read(const std::vector<std::string>& files, std::int64_t interval_ms, const std::optional<std::string>& date) {
  std::vector<std::string> notices;
  return read_book_bars(files, interval_ms, date, notices);
}

constexpr std::int64_t kDay = 1'340'236'800'000;  // 2012-06-21

TEST(BarsOfATape, CarryTheLastQuotes) {
  const Tape tape = TapeMaker(3, 7).make(4000);
  const Bars bars = bars_of(tape, 10'000, "made");
  ASSERT_EQ(bars.quotes.size(), bars.bars.size());
  std::size_t message = 0;
  for (std::size_t i = 0; i < bars.bars.size(); ++i) {
    const std::int64_t end_ns = (bars.bars[i].time_ms + bars.interval_ms) * 1'000'000;
    while (message + 1 < tape.size() && tape.messages[message + 1].time_ns < end_ns) ++message;
    const Level& best = tape.best(message);
    EXPECT_NEAR(bars.quotes[i].spread, 1e-4 * static_cast<double>(best.ask_price - best.bid_price), 1e-12) << i;
    EXPECT_EQ(bars.quotes[i].depth, 0.5 * static_cast<double>(best.ask_size + best.bid_size)) << i;
  }
}

TEST(BookBars, AreOfTheDayInTheNameOrTheOneGiven) {
  const TestFolder folder;
  const Tape tape = TapeMaker(2, 9).make(3000);
  const LobsterFiles files = write_lobster(tape, folder.path(), {"ABC", "2012-06-21"});
  const std::vector<std::string> pair = {files.orderbook.string(), files.message.string()};
  const Bars expected = bars_of(tape, 30'000, "made"), named = read(pair, 30'000, {});
  ASSERT_EQ(named.bars.size(), expected.bars.size());
  EXPECT_EQ(named.interval_ms, 30'000);
  for (std::size_t i = 0; i < named.bars.size(); ++i) {
    EXPECT_EQ(named.bars[i].time_ms, expected.bars[i].time_ms + kDay);
    EXPECT_NEAR(named.bars[i].close, expected.bars[i].close, 1e-9);
    EXPECT_NEAR(named.quotes[i].spread, expected.quotes[i].spread, 1e-9);
  }
  const Bars given = read(pair, 30'000, "2012-06-22");
  EXPECT_EQ(given.bars[0].time_ms, named.bars[0].time_ms + 86'400'000);
  expect_refused([&] { read(pair, 30'000, "June"); }, ExitCode::usage, "--date must be YYYY-MM-DD (got June)");

  std::filesystem::rename(files.message, folder.path() / "m.csv");
  std::filesystem::rename(files.orderbook, folder.path() / "b.csv");
  const std::vector<std::string> plain = {(folder.path() / "m.csv").string(), (folder.path() / "b.csv").string()};
  expect_refused([&] { read(plain, 30'000, {}); }, ExitCode::usage, "give --date YYYY-MM-DD");
  EXPECT_EQ(read(plain, 30'000, "2012-06-21").bars[0].time_ms, named.bars[0].time_ms);
}

TEST(BookBars, NeedOrderFlow) {
  const TestFile bars(".csv", "time,open,high,low,close,volume\n2025-01-01,1,1,1,1,1\n2025-01-02,1,1,1,1,1\n");
  expect_refused([&] { read({bars.path().string()}, 60'000, {}); }, ExitCode::usage, "is no recorded order flow");
}

TEST(BookBars, OfARealOrderLogHaveItsTimes) {
  NEEDS("bitstamp_l3");
  const Bars bars = read({(shared_data() / "bitstamp_l3/orders.csv.gz").string()}, 60'000, {});
  EXPECT_NEAR(static_cast<double>(bars.bars.size()), 305, 2);
  EXPECT_EQ(bars.bars[0].time_ms / 86'400'000, 1'430'438'404'518 / 86'400'000);
  for (const Quote& quote : bars.quotes) EXPECT_GT(quote.spread, 0);
}

}  // namespace
}  // namespace marketmimic
