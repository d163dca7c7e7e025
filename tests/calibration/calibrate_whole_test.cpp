// What calibrate() gives: the same for any number of threads, from the first half alone where it is judged on the
// second.

#include "host/calibration/calibrate.hpp"
#include "tests/calibration/support.hpp"

namespace marketmimic {
namespace {

TEST(Calibrate, GivesTheSameForAnyNumberOfThreads) {
  const Bars bars = bars_of(coin(), 600, kHourMs, 2);
  CalibrationOptions options = quick();
  const Calibration one = calibrate(bars, options);
  options.threads = 3;
  const Calibration three = calibrate(bars, options);
  EXPECT_EQ(market_text(one.market), market_text(three.market));
  ASSERT_EQ(one.judgement.facts.size(), three.judgement.facts.size());
  for (std::size_t i = 0; i < one.judgement.facts.size(); ++i) {
    EXPECT_EQ(one.judgement.facts[i].median, three.judgement.facts[i].median);
    EXPECT_EQ(one.judgement.facts[i].interval.lower, three.judgement.facts[i].interval.lower);
  }
  options.seed = 5;
  EXPECT_NE(market_text(one.market), market_text(calibrate(bars, options).market));
}

TEST(Calibrate, NamesTheMarketAndReportsProgress) {
  CalibrationOptions options = quick();
  double last = 0;
  bool backwards = false;
  options.progress = [&](std::string_view, double done) {
    backwards = backwards || done < last;
    last = done;
  };
  const Bars bars = bars_of(coin(), 600, kHourMs, 2);
  const MarketFile market = calibrate(bars, options).market;
  EXPECT_FALSE(backwards);
  EXPECT_EQ(last, 1.0);
  EXPECT_EQ(market.asset, "MADE");
  EXPECT_EQ(market.bar_seconds, 3600u);
  EXPECT_THAT(market.provenance, testing::HasSubstr("600 bars of 1 h, 2020-09-14T00:00:00Z"));
  options.asset = "NAMED";
  EXPECT_EQ(calibrate(bars, options).market.asset, "NAMED");
}

TEST(Calibrate, FitsTheFirstHalfAndJudgesOnTheSecond) {
  Bars bars = bars_of(coin(), 1400, kHourMs, 3);
  CalibrationOptions options = quick();
  options.judge_on = JudgeOn::second_half;
  const Calibration halves = calibrate(bars, options);
  ASSERT_TRUE(halves.first_half.has_value());

  Bars first = bars, second = bars;
  first.bars.erase(first.bars.begin() + 700, first.bars.end());
  second.bars.erase(second.bars.begin(), second.bars.begin() + 700);
  const Calibration alone = calibrate(first, quick());
  EXPECT_FALSE(alone.first_half.has_value());
  EXPECT_EQ(market_text(halves.market), market_text(alone.market));  // nothing of the second half is in the fit
  const Facts of_first = facts_of(log_returns(first), calendar_of(first));
  const Facts of_second = facts_of(log_returns(second), calendar_of(second));
  for (const FittedFact& fact : halves.judgement.facts) {
    EXPECT_EQ(fact.measured, of_second[fact.fact]) << name(fact.fact);
    EXPECT_EQ((*halves.first_half)[fact.fact], of_first[fact.fact]) << name(fact.fact);
  }
}

}  // namespace
}  // namespace marketmimic
