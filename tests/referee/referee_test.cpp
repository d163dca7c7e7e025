#include "tests/referee/referee.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace marketmimic {
namespace {

constexpr std::size_t kBars = 170;
const Course kCourse{5, 300'000, 120, 50};

/// Mids that wobble by a part in a thousand a step, but for what a test does to them.
class Path {
 public:
  Path() {
    for (std::size_t t = 0; t < 5 * kBars; ++t) close_.push_back(t % 2 == 0 ? 100'000 : 100'100);
  }
  /// Every close from step `from` on is `factor` times as high.
  Path& move(std::size_t from, double factor) {
    for (std::size_t t = from; t < close_.size(); ++t) close_[t] *= factor;
    return *this;
  }
  MidPath path() const {
    MidPath p;
    double before = close_.front();
    for (const double now : close_) {
      p.open.push_back(before);
      p.high.push_back(std::max(before, now));
      p.low.push_back(std::min(before, now));
      p.close.push_back(now);
      before = now;
    }
    return p;
  }

 private:
  std::vector<double> close_;
};

/// Breakouts of 20 bars, stop 3 %, target 5 %.
KnownRule breakouts() {
  KnownRule rule;
  rule.entry = KnownRule::Entry::breakout;
  rule.slow = 20;
  return rule;
}

TEST(Referee, BarsJoinSteps) {
  const MidPath path = Path().move(7, 1.01).path();
  const Bars bars = bars_of(path, kCourse);
  ASSERT_EQ(bars.bars.size(), kBars);
  EXPECT_EQ(bars.bars[1].time_ms, 300'000);
  EXPECT_EQ(bars.bars[1].open, path.open[5]);
  EXPECT_EQ(bars.bars[1].close, path.close[9]);
  EXPECT_EQ(bars.bars[1].high, path.high[7] > path.high[9] ? path.high[7] : path.high[9]);
  EXPECT_EQ(bars.bars[1].low, path.low[5]);
}

TEST(Referee, AsksForNothingInACalm) {
  const RefereeCourse course = referee_course(breakouts(), Path().path(), kCourse);
  EXPECT_TRUE(course.trades.empty());
  EXPECT_EQ(course.position, std::vector<double>(5 * kBars, 0.0));
}

TEST(Referee, EntersAtTheOpenAfterASignalAndLeavesTheStepAfterATargetIsReached) {
  // The bar of steps 650 to 654 closes beyond the extremes; the target of 5 % is passed in step 662, inside a bar.
  const MidPath path = Path().move(652, 1.01).move(662, 1.06).path();
  const RefereeCourse course = referee_course(breakouts(), path, kCourse);
  ASSERT_GE(course.trades.size(), 2u);
  EXPECT_EQ(course.trades[0].step, 655u);
  EXPECT_EQ(course.trades[0].from, 0);
  EXPECT_EQ(course.trades[0].to, 1);
  EXPECT_EQ(course.trades[0].arrival, path.open[655]);
  EXPECT_EQ(course.trades[1].step, 663u);
  EXPECT_EQ(course.trades[1].to, 0);
  EXPECT_EQ(course.trades[1].arrival, path.open[663]);
  EXPECT_EQ(course.position[654], 0);
  EXPECT_EQ(course.position[655], 1);
  EXPECT_EQ(course.position[662], 1);
  EXPECT_EQ(course.position[663], 0);
}

TEST(Referee, LeavesTheStepAfterAStopIsReached) {
  const MidPath path = Path().move(652, 0.99).move(671, 1.04).path();
  const RefereeCourse course = referee_course(breakouts(), path, kCourse);
  ASSERT_GE(course.trades.size(), 2u);
  EXPECT_EQ(course.trades[0].to, -1);
  EXPECT_EQ(course.trades[1].step, 672u);
}

TEST(Referee, AFlipIsOneTrade) {
  const MidPath path = Path().move(652, 1.01).move(701, 0.98).path();
  const RefereeCourse course = referee_course(breakouts(), path, kCourse);
  ASSERT_EQ(course.trades.size(), 2u);
  EXPECT_EQ(course.trades[1].step, 705u);
  EXPECT_EQ(course.trades[1].from, 1);
  EXPECT_EQ(course.trades[1].to, -1);
  EXPECT_EQ(course.position.back(), -1) << "still held: no exit is asked for";
}

TEST(Referee, GoesWithATrendUntilThePriceRanges) {
  KnownRule rule;
  rule.entry = KnownRule::Entry::events;
  rule.variance = 1e-6;
  Path rising;  // three deviations in each of four bars, then nothing any more
  for (std::size_t bar = 121; bar < 125; ++bar) rising.move(5 * bar, 1.003);
  const RefereeCourse course = referee_course(rule, rising.path(), kCourse);
  ASSERT_EQ(course.trades.size(), 2u);
  EXPECT_EQ(course.trades[0].to, 1);
  EXPECT_GT(course.trades[0].step, 5 * 122u);
  EXPECT_LE(course.trades[0].step, 5 * 125u) << "while it rises, or right after";
  EXPECT_EQ(course.trades[0].step % 5, 0u);
  EXPECT_EQ(course.trades[1].to, 0);
  EXPECT_GT(course.trades[1].step, 5 * 137u) << "once there was no trend for 12 bars";
}

TEST(Referee, IsFlatUntilItMayTrade) {
  const MidPath path = Path().move(402, 1.01).path();
  EXPECT_TRUE(referee_course(breakouts(), path, kCourse).trades.empty()) << "the signal was before";
  const RefereeCourse at_once = referee_course(breakouts(), Path().move(598, 1.01).path(), kCourse);
  ASSERT_EQ(at_once.trades.size(), 1u);
  EXPECT_EQ(at_once.trades[0].step, kCourse.first_step());
}

TEST(Referee, WhatComesAfterTheEndIsNotAskedFor) {
  const MidPath path = Path().move(652, 1.01).move(5 * kBars - 1, 1.06).path();
  const RefereeCourse course = referee_course(breakouts(), path, kCourse);
  EXPECT_EQ(course.trades.size(), 1u);
  EXPECT_EQ(course.position.back(), 1);
}

}  // namespace
}  // namespace marketmimic
