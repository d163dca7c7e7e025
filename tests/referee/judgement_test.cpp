#include "tests/referee/judgement.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace marketmimic {
namespace {

constexpr std::size_t kSteps = 400, kFirst = 100;
constexpr double kArrival = 100'000;

/// A trade of the whole position at once, at `price`.
struct Deed {
  std::size_t step;
  double to;
  double price = kArrival;
};

std::vector<double> positions(const std::vector<Deed>& deeds) {
  std::vector<double> position(kSteps);
  for (const Deed& d : deeds) std::fill(position.begin() + static_cast<std::ptrdiff_t>(d.step), position.end(), d.to);
  return position;
}

RefereeCourse asks_for(const std::vector<Deed>& deeds) {
  RefereeCourse course;
  double from = 0;
  for (const Deed& d : deeds) {
    course.trades.push_back({d.step, from, d.to, d.price});
    from = d.to;
  }
  course.position = positions(deeds);
  return course;
}

Execution execution(const std::vector<Deed>& deeds) {
  Execution e;
  e.position = positions(deeds);
  e.target = e.position;
  for (std::vector<double>* column : {&e.bought, &e.sold, &e.bought_worth, &e.sold_worth}) column->resize(kSteps);
  double from = 0;
  for (const Deed& d : deeds) {
    const double lots = 50 * (d.to - from);
    (lots > 0 ? e.bought : e.sold)[d.step] = std::abs(lots);
    (lots > 0 ? e.bought_worth : e.sold_worth)[d.step] = std::abs(lots) * d.price;
    from = d.to;
  }
  return e;
}

Judgement judged(const std::vector<Deed>& asked, const std::vector<Deed>& done, double sigma = 1e-4) {
  Tolerance tolerance;
  tolerance.sigma = sigma;
  return judge(asks_for(asked), execution(done), {kFirst, kSteps}, tolerance);
}

const std::vector<Deed> kTrip = {{150, 1}, {250, 0}};

TEST(Judgement, WhatIsAskedForSucceeds) {
  const Judgement j = judged(kTrip, kTrip);
  EXPECT_EQ(j.required, 2u);
  EXPECT_EQ(j.matched, 2u);
  EXPECT_NEAR(j.shortfall, 0, 1e-12);
  EXPECT_TRUE(j.success());
}

TEST(Judgement, TradesMayMissByTheStepsAllowedAndNoMore) {
  EXPECT_TRUE(judged(kTrip, {{165, 1}, {265, 0}}).success());
  EXPECT_TRUE(judged(kTrip, {{135, 1}, {235, 0}}).success());
  const Judgement late = judged(kTrip, {{166, 1}, {250, 0}});
  EXPECT_EQ(late.matched, 1u);
  EXPECT_FALSE(late.success());
  const Judgement early = judged(kTrip, {{150, 1}, {234, 0}});
  EXPECT_EQ(early.matched, 1u);
  EXPECT_FALSE(early.success());
}

TEST(Judgement, DirectionAndSizeCount) {
  EXPECT_EQ(judged(kTrip, {{150, -1}, {250, 0}}).matched, 0u);
  EXPECT_EQ(judged(kTrip, {}).matched, 0u) << "flat at the exit, but never came from the position";
  EXPECT_EQ(judged(kTrip, {{150, 0.85}, {250, 0}}).matched, 0u);
  EXPECT_TRUE(judged(kTrip, {{150, 0.95}, {250, 0}}).success());
  const Judgement too_large = judged(kTrip, {{150, 1.3}, {250, 0}});
  EXPECT_EQ(too_large.matched, 2u);
  EXPECT_TRUE(too_large.strays);
}

TEST(Judgement, AFlipGoesAllTheWay) {
  const std::vector<Deed> flip = {{150, 1}, {250, -1}};
  EXPECT_TRUE(judged(flip, {{150, 1}, {250, 0}, {260, -1}}).success());
  EXPECT_EQ(judged(flip, {{150, 1}, {250, 0}}).matched, 1u);
}

TEST(Judgement, TradesCloseTogetherAreToldApart) {
  const std::vector<Deed> asked = {{150, 1}, {156, 0}};
  EXPECT_TRUE(judged(asked, {{152, 1}, {158, 0}}).success());
  EXPECT_EQ(judged(asked, {{152, 1}}).matched, 1u);
  EXPECT_EQ(judged(asked, {}).matched, 0u);
}

TEST(Judgement, TradesNotAskedForAreStraying) {
  EXPECT_FALSE(judged(kTrip, {{150, 1}, {250, 0}, {300, 1}, {330, 0}}).success());
  EXPECT_TRUE(judged(kTrip, {{150, 1}, {250, 0}, {300, 1}, {315, 0}}).success()) << "corrected in time";
  EXPECT_TRUE(judged(kTrip, {{20, 1}, {60, 0}, {150, 1}, {250, 0}}).success()) << "before the part that is judged";
}

TEST(Judgement, ShortfallIsThatOfBothSides) {
  const double worse = kArrival * std::exp(0.001);
  const Judgement buys = judged({{150, 1}}, {{150, 1, worse}});
  EXPECT_NEAR(buys.shortfall, 0.001, 1e-12);
  EXPECT_TRUE(buys.success()) << "3 x 1e-4 x sqrt(15) = 0.00116";
  EXPECT_FALSE(judged({{150, 1}}, {{150, 1, worse}}, 0.8e-4).success());
  EXPECT_NEAR(judged({{150, -1}}, {{150, -1, worse}}).shortfall, -0.001, 1e-12);
}

TEST(Judgement, WhatCannotBeSeenToItsEndIsNotRequired) {
  EXPECT_EQ(judged({{kSteps - 16, 1}}, {}).required, 1u);
  const Judgement j = judged({{kSteps - 15, 1}}, {});
  EXPECT_EQ(j.required, 0u);
  EXPECT_TRUE(j.success());
}

TEST(Judgement, OnlySomeStepsMayBeJudged) {
  const std::vector<Deed> asked = {{150, 1}, {250, 0}, {300, 1}};
  const Judgement j = judge(asks_for(asked), execution(kTrip), {kFirst, 266}, {});
  EXPECT_EQ(j.required, 2u);
  EXPECT_EQ(j.entries, 1u);
  EXPECT_EQ(j.entries_matched, 1u);
  EXPECT_TRUE(j.success());
  EXPECT_EQ(judge(asks_for(asked), execution(kTrip), {kFirst, 265}, {}).required, 1u);
  EXPECT_FALSE(judged(asked, kTrip).success());
}

TEST(Judgement, ABreachIsNoSuccess) {
  Execution e = execution(kTrip);
  e.breached = true;
  EXPECT_FALSE(judge(asks_for(kTrip), e, {kFirst, kSteps}, {}).success());
}

}  // namespace
}  // namespace marketmimic
