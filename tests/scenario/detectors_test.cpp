#include "marketmimic/detectors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

namespace marketmimic {
namespace {

constexpr float kSigma = 0.001f;

/// Feeds returns and remembers what began when.
struct Tape {
  DetectorStep c = DetectorStep::of({});
  Detectors d = Detectors::start(0, kSigma* kSigma);
  float price = 0;
  int bars = 0;

  std::uint32_t feed(float r, float held = 0) {
    price += r;
    ++bars;
    d.update(c, price, held);
    return d.started;
  }
  bool active(MarketEvent e) const { return (d.active & event_bit(e)) != 0; }
};

TEST(Detectors, ASteadyDriftIsATrendThatStartsOnceAndEnds) {
  Tape tape;
  int starts = 0, first = -1;
  for (int i = 0; i < 60; ++i) {
    const bool begins = (tape.feed(0.8f * kSigma) & event_bit(MarketEvent::trend_up)) != 0;
    starts += begins;
    if (begins && first < 0) first = i;
  }
  EXPECT_EQ(starts, 1);
  // mean -> 0.8 sigma (1 - d^n) passes 2.5 standard errors of the weighted mean.
  const double d = std::exp2(-1.0 / 12), limit = 2.5 * std::sqrt((1 - d) / (1 + d)) / 0.8;
  EXPECT_NEAR(first + 1, std::log(1 - limit) / std::log(d), 2.0);
  EXPECT_TRUE(tape.active(MarketEvent::trend_up));
  for (int i = 0; i < 60; ++i) tape.feed(0.0f);
  EXPECT_FALSE(tape.active(MarketEvent::trend_up));
}

TEST(Detectors, TrendsAreSymmetric) {
  Tape up, down;
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0.2f, 1);
  for (int i = 0; i < 2000; ++i) {
    const float r = kSigma * normal(random);
    up.feed(r);
    down.feed(-r);
    EXPECT_EQ(up.active(MarketEvent::trend_up), down.active(MarketEvent::trend_down));
    EXPECT_EQ(up.active(MarketEvent::trend_down), down.active(MarketEvent::trend_up));
  }
}

TEST(Detectors, ACrashStartsAtItsBarAndItsRecoveryIsSeen) {
  Tape tape;
  std::mt19937 random(4);
  std::normal_distribution<float> normal(0, 1);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(tape.feed(kSigma * normal(random)) & event_bit(MarketEvent::crash), 0u);
  bool crashed = false;
  for (int i = 0; i < 3; ++i) crashed |= (tape.feed(-0.02f) & event_bit(MarketEvent::crash)) != 0;
  EXPECT_TRUE(crashed);
  bool recovered = false;
  for (int i = 0; i < 4; ++i) recovered |= (tape.feed(0.01f) & event_bit(MarketEvent::recovery)) != 0;
  EXPECT_TRUE(recovered);
  int again = 0;
  for (int i = 0; i < 50; ++i) again += (tape.feed(0.0f) & event_bit(MarketEvent::recovery)) != 0;
  EXPECT_EQ(again, 0) << "one recovery a crash";
}

TEST(Detectors, ARiseIsNoCrash) {
  Tape tape;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(tape.feed(0.02f) & event_bit(MarketEvent::crash), 0u);
}

TEST(Detectors, ABurstOfVolatilityBreaks) {
  Tape tape;
  for (int i = 0; i < 300; ++i) tape.feed(i % 2 == 0 ? kSigma : -kSigma);
  EXPECT_FALSE(tape.active(MarketEvent::volatility_break));
  for (int i = 0; i < 10; ++i) tape.feed(i % 2 == 0 ? 3 * kSigma : -3 * kSigma);
  EXPECT_TRUE(tape.active(MarketEvent::volatility_break));
  for (int i = 0; i < 60; ++i) tape.feed(i % 2 == 0 ? kSigma : -kSigma);
  EXPECT_FALSE(tape.active(MarketEvent::volatility_break));
}

TEST(Detectors, ADriftlessTimeIsARange) {
  Tape tape;
  int at = -1;
  for (int i = 0; i < 40; ++i)
    if ((tape.feed(i % 2 == 0 ? 0.2f * kSigma : -0.2f * kSigma) & event_bit(MarketEvent::range)) != 0) at = i;
  EXPECT_EQ(at, 11) << "after range_bars = 12 bars";
}

TEST(Detectors, AnAdverseMoveStopsAPositionOfEitherSign) {
  for (const float held : {1.0f, -1.0f}) {
    Tape tape;
    for (int i = 0; i < 20; ++i) tape.feed(held * 0.5f * kSigma, held);  // in favour
    EXPECT_FALSE(tape.active(MarketEvent::drawdown_stop));
    bool stopped = false;
    for (int i = 0; i < 12; ++i)
      stopped |= (tape.feed(-held * kSigma, held) & event_bit(MarketEvent::drawdown_stop)) != 0;
    EXPECT_TRUE(stopped);
    tape.feed(0, 0);
    EXPECT_FALSE(tape.active(MarketEvent::drawdown_stop)) << "no position, nothing to stop";
  }
}

TEST(Detectors, APositionGainsAndLosesFromWhereItWasTaken) {
  const float unit = kSigma * std::sqrt(DetectorParameters{}.extreme_half_life);
  for (const float held : {1.0f, -1.0f}) {
    Tape tape;
    tape.feed(-3 * held * unit, 0);  // before it is taken, whatever happens
    tape.feed(0, held);
    const float from = tape.price;
    const auto at = [&](float units) {
      tape.feed(from + held * units * unit - tape.price, held);
      return std::pair(tape.active(MarketEvent::gain), tape.active(MarketEvent::loss));
    };
    EXPECT_EQ(at(0.9f), std::pair(false, false));
    EXPECT_EQ(at(1.5f), std::pair(true, false));
    EXPECT_EQ(at(-0.5f), std::pair(false, false));
    EXPECT_EQ(at(-2.0f), std::pair(false, true));
    tape.feed(0, 0);
    EXPECT_FALSE(tape.active(MarketEvent::loss)) << "no position, nothing to lose";
    tape.feed(0, held);
    EXPECT_FALSE(tape.active(MarketEvent::loss)) << "taken anew";
  }
}

TEST(Detectors, APositionLeftAndTakenAgainWithinABarIsAnotherOne) {
  for (const float held : {1.0f, -1.0f}) {
    for (const float between : {held, 0.0f, -held}) {
      Tape tape;
      for (int i = 0; i < 20; ++i) tape.feed(held * 0.5f * kSigma, held);
      for (int i = 0; i < 4; ++i) tape.feed(-held * kSigma, held);
      tape.d.watch(between);
      tape.d.watch(held);
      tape.feed(-held * kSigma, held);
      const bool another = between != held;
      EXPECT_EQ(tape.d.taken == tape.price, another);
      EXPECT_EQ(tape.d.best == tape.price, another) << "its drawdown begins anew";
    }
  }
}

TEST(Detectors, FalseAlarmsAreRareWithoutAnyEvent) {
  Tape tape;
  std::mt19937 random(8);
  std::normal_distribution<float> normal(0, 1);
  int trends = 0, crashes = 0, breaks = 0;
  constexpr int n = 100000;
  for (int i = 0; i < n; ++i) {
    const std::uint32_t s = tape.feed(kSigma * normal(random));
    trends += (s & (event_bit(MarketEvent::trend_up) | event_bit(MarketEvent::trend_down))) != 0;
    crashes += (s & event_bit(MarketEvent::crash)) != 0;
    breaks += (s & event_bit(MarketEvent::volatility_break)) != 0;
  }
  // The statistic is a standard normal AR(1) with coefficient 2^(-1/12). Rice's formula for the rate of upcrossings of
  // 2.5 by its smooth counterpart does not exist; a bound: no more often than independent looks once a half-life.
  EXPECT_LT(trends, 2 * n * 0.0062 * 2 / 2.0);
  EXPECT_GT(trends, 0);
  EXPECT_LT(crashes, n / 500);
  EXPECT_LT(breaks, n / 500);
}

TEST(Detectors, SettleAsIfTheyHadWatchedAQuietMarket) {
  Tape tape;
  tape.d.settle(tape.c, 1.5f, 0.9f);
  EXPECT_NEAR(tape.d.trend(tape.c), 1.5f, 1e-5f);
  EXPECT_EQ(tape.d.active, 0u);
  tape.d.settle(tape.c, -3.0f, 0.9f);
  EXPECT_EQ(tape.d.active, event_bit(MarketEvent::trend_down));
  tape.d.settle(tape.c, 0.1f, 0.9f);
  EXPECT_EQ(tape.d.active, event_bit(MarketEvent::range));
  tape.d.settle(tape.c, 0.1f, 0.4f);
  EXPECT_EQ(tape.d.active, 0u);
}

TEST(Detectors, AreAPureFunctionOfThePricesSeen) {
  // Interrupting and copying the state anywhere changes nothing: the state is all there is.
  std::mt19937 random(9);
  std::normal_distribution<float> normal(0, 2);
  std::vector<float> returns(300);
  for (float& r : returns) r = kSigma * normal(random);
  Tape whole;
  for (const float r : returns) whole.feed(r, 1);
  Tape first;
  for (int i = 0; i < 123; ++i) first.feed(returns[static_cast<std::size_t>(i)], 1);
  Tape second = first;
  for (std::size_t i = 123; i < returns.size(); ++i) second.feed(returns[i], 1);
  EXPECT_EQ(std::memcmp(&whole.d, &second.d, sizeof(Detectors)), 0);
}

}  // namespace
}  // namespace marketmimic
