#include "host/decomposition/alignment.hpp"

#include "host/decomposition/decompose.hpp"
#include "logs.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Alignment, OfALogOnItsOwnBarsIsFine) {
  EXPECT_THAT(alignment_notices(log_of({fill(0, 1, 100, "a"), fill(900, -1, 100.1, "b")}), bars_of(calm(9))),
              IsEmpty());
}

TEST(Alignment, TellsPricesOfAnotherMarket) {
  EXPECT_THAT(
      alignment_notices(log_of({fill(0, 1, 250, "a"), fill(600, 1, 100, "a"), fill(900, -1, 251, "b")}),
                        bars_of(calm(9))),
      ElementsAre("only 1 of 3 fills of test.csv have a price within 0.2 % of their bar of bars.csv: check that "
                  "both are of the same symbol, currency and time zone"));
}

TEST(Alignment, TellsAnotherTimeZone) {
  const Bars bars = random_bars(400, 0.01, 5);
  Fills fills = log_of({});
  for (std::size_t i = 10; i < 300; i += 3) {
    Fill f = fill(0, i % 2 == 0 ? 1 : -1, bars.bars[i].open, "o");
    f.time_ms = bars.bars[i].time_ms;
    fills.fills.push_back(f);
  }
  EXPECT_THAT(alignment_notices(fills, bars), IsEmpty());
  for (Fill& f : fills.fills) f.time_ms += 8 * 3'600'000;
  EXPECT_THAT(alignment_notices(fills, bars), ElementsAre(HasSubstr("symbol, currency and time zone")));
}

TEST(Alignment, TellsFillsInGapsOfTheBars) {
  Bars bars = bars_of(calm(60));
  bars.bars.erase(bars.bars.begin() + 20, bars.bars.begin() + 40);
  const Fills fills = log_of({fill(300, 1, 100, "a"), fill(7200, 1, 100, "b"), fill(15'000, -2, 100, "c")});
  EXPECT_THAT(alignment_notices(fills, bars),
              ElementsAre("1 of 3 fills of test.csv lie in gaps of the bars, the first at 2025-01-01T02:00:00Z: there "
                          "the market is taken as the bar before left it"));
  const Decomposition d = decompose(fills, bars, {.detectors = {}, .rotations = 0});
  EXPECT_THAT(d.notices, testing::Contains(HasSubstr("gaps of the bars")));
  EXPECT_EQ(d.metrics.fills, 3u) << "they count all the same";
}

}  // namespace
}  // namespace marketmimic
