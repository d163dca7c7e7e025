#include <gtest/gtest.h>

#include <cmath>

#include "marketmimic/schedule.hpp"

namespace marketmimic {
namespace {

Injection crash() {
  Injection i;
  i.kind = static_cast<std::uint32_t>(PerturbationKind::flash_crash);
  i.start = 1000;
  i.rise = 270;
  i.plateau = 60;
  i.half_life = 600;
  i.displacement = -0.06f;
  i.recovery = 0.8f;
  i.log_depth_bid = std::log(0.01f);
  return i;
}

TEST(Injection, EnvelopeRisesHoldsAndHalves) {
  const Injection i = crash();
  EXPECT_EQ(i.envelope(999), 0.0f);
  EXPECT_NEAR(i.envelope(1135), 0.5f, 1e-6f);
  EXPECT_EQ(i.envelope(1270), 1.0f);
  EXPECT_EQ(i.envelope(1330), 1.0f);
  EXPECT_NEAR(i.envelope(1930), 0.5f, 1e-6f);
  EXPECT_NEAR(i.envelope(2530), 0.25f, 1e-6f);
}

TEST(Injection, MovesThePriceByItsDropAndReturnsTheShareAskedFor) {
  const Injection i = crash();
  EXPECT_NEAR(i.moved(1270), -0.06f, 1e-7f);
  EXPECT_NEAR(i.moved(1930), -0.06f * (0.2f + 0.8f * 0.5f), 1e-7f);
  EXPECT_NEAR(i.moved(1e6f), -0.06f * 0.2f, 1e-7f);
}

TEST(Modifiers, DisplacementsOfStepsAddUpToTheMove) {
  const Injection i = crash();
  for (const float dt : {1.0f, 7.0f, 60.0f, 300.0f}) {
    double sum = 0;
    float time = 0;
    for (; time < 5000; time += dt) {
      Modifiers m;
      m.add(i, time, dt);
      sum += m.displacement;
    }
    EXPECT_NEAR(sum, i.moved(time), 1e-5) << dt;
  }
}

TEST(Modifiers, NothingHappensBeforeTheStart) {
  Modifiers m;
  m.add(crash(), 900, 60);
  EXPECT_EQ(m.displacement, 0.0f);
  EXPECT_EQ(m.log_depth_bid, 0.0f);
  EXPECT_EQ(m.active, 0u);
}

TEST(Modifiers, AShockShowsInTheFirstStepItTouches) {
  Modifiers m;
  m.add(crash(), 960, 60);
  EXPECT_LT(m.displacement, 0.0f);
  EXPECT_EQ(m.active, 1u << 1);
}

TEST(Modifiers, NewsThinsDepthBeforeItsReleaseOnly) {
  Injection news;
  news.kind = 3;
  news.start = 600;
  news.before = 120;
  news.log_depth_before = std::log(0.2f);
  news.displacement = 0.02f;
  news.half_life = 60;
  const auto at = [&](float time) {
    Modifiers m;
    m.add(news, time, 60);
    return m;
  };
  EXPECT_EQ(at(420).log_depth_bid, 0.0f);
  EXPECT_EQ(at(480).log_depth_ask, news.log_depth_before);
  EXPECT_EQ(at(540).log_depth_bid, news.log_depth_before);
  EXPECT_EQ(at(540).displacement, 0.0f);
  EXPECT_EQ(at(600).log_depth_bid, 0.0f);
  EXPECT_NEAR(at(600).displacement, 0.02f, 1e-7f);  // at once
}

TEST(Modifiers, KindsCompose) {
  Injection spike;
  spike.start = 0;
  spike.half_life = 1e9f;
  spike.log_volatility = std::log(4.0f);
  Modifiers m;
  m.add(spike, 100, 60);
  m.add(spike, 100, 60);
  EXPECT_NEAR(m.log_volatility, 2 * std::log(4.0f), 1e-6f);
}

TEST(PerturbationRule, DrawsFollowTheirDistributions) {
  PerturbationRule rule;
  rule.kind = 1;
  rule.probability = 0.3f;
  rule.start = {600, 1200};
  rule.depth = {0.01f, 1.0f};
  rule.displacement = {0.05f, 0.1f};
  rule.up_probability = 0.25f;
  rule.side = ShockSide::random;
  constexpr int n = 40000;
  int come = 0, up = 0, bid = 0;
  double start = 0, log_depth = 0;
  for (int id = 0; id < n; ++id) {
    const Injection i = rule.draw(Stream::of(11, static_cast<std::uint64_t>(id)), 2);
    if (i.start == PerturbationRule::never) {
      EXPECT_EQ(i.displacement, 0.0f);
      continue;
    }
    ++come;
    EXPECT_GE(i.start, 600);
    EXPECT_LE(i.start, 1200);
    EXPECT_GE(std::abs(i.displacement), 0.05f);
    EXPECT_LE(std::abs(i.displacement), 0.1f);
    EXPECT_TRUE((i.log_depth_bid == 0.0f) != (i.log_depth_ask == 0.0f));
    up += i.displacement > 0;
    bid += i.log_depth_bid != 0.0f;
    start += i.start;
    log_depth += i.log_depth_bid + i.log_depth_ask;
  }
  // Five standard errors each.
  EXPECT_NEAR(come, 0.3 * n, 5 * std::sqrt(n * 0.21));
  EXPECT_NEAR(up, 0.25 * come, 5 * std::sqrt(come * 0.1875));
  EXPECT_NEAR(bid, 0.5 * come, 5 * std::sqrt(come * 0.25));
  EXPECT_NEAR(start / come, 900, 5 * 600 / std::sqrt(12.0 * come));
  EXPECT_NEAR(log_depth / come, 0.5 * std::log(0.01), 5 * std::log(100.0) / std::sqrt(12.0 * come));
}

TEST(PerturbationRule, AMoveUpEmptiesTheOtherSide) {
  PerturbationRule rule;
  rule.depth = {0.01f, 0.01f};
  rule.displacement = {0.05f, 0.05f};
  rule.side = ShockSide::bid;
  EXPECT_LT(rule.draw(Stream::of(1, 1), 0).log_depth_bid, -4.0f);
  EXPECT_EQ(rule.draw(Stream::of(1, 1), 0).log_depth_ask, 0.0f);
  rule.up_probability = 1;
  EXPECT_LT(rule.draw(Stream::of(1, 1), 0).log_depth_ask, -4.0f);
  EXPECT_EQ(rule.draw(Stream::of(1, 1), 0).log_depth_bid, 0.0f);
}

TEST(PerturbationRule, SlotsAreIndependent) {
  PerturbationRule rule;
  rule.start = {0, 1};
  const Stream stream = Stream::of(1, 2);
  EXPECT_NE(rule.draw(stream, 0).start, rule.draw(stream, 1).start);
}

}  // namespace
}  // namespace marketmimic
