#include "host/report/coverage.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace marketmimic {
namespace {

TEST(PathPlace, FollowsFromTheReturns) {
  const std::vector<std::int32_t> close = {200, 100, 400};  // of 100: returns ln 2, -ln 2, ln 4
  const PathPlace place = place_of(100, close, 60, 0.01);
  EXPECT_NEAR(place.move, 2 / std::sqrt(6), 1e-12);
  EXPECT_NEAR(place.volatility, std::numbers::ln2 * std::sqrt(6 / 180.0) / 0.01, 1e-12);
  EXPECT_EQ(place.fall, 0.5);
}

TEST(PathPlace, OfAPathThatStaysIsNought) {
  const PathPlace place = place_of(100, std::vector<std::int32_t>(5, 100), 60, 0.01);
  EXPECT_EQ(place.volatility, 0);
  EXPECT_EQ(place.move, 0);
  EXPECT_EQ(place.fall, 0);
}

TEST(CoverageAxis, HasHalfOpenBins) {
  const CoverageAxis& move = coverage_axes()[1];
  EXPECT_EQ(move.bin({0, -2.5, 0}), 0u);
  EXPECT_EQ(move.bin({0, -2, 0}), 1u);
  EXPECT_EQ(move.bin({0, 2, 0}), 5u);
  EXPECT_EQ(move.label(0), "below -2");
  EXPECT_EQ(move.label(1), "-2 to -1");
  EXPECT_EQ(move.label(5), "from 2");
}

constexpr PathPlace kCalm{0.6, 0.5, 0.007}, kWild{3, -0.5, 0.15}, kLost{5, -2.5, 0.5};

/// 60 calm attempts of which 30 succeed, 30 wild ones with 10 successes, 10 lost ones.
Coverage example() {
  Coverage coverage;
  for (int i = 0; i < 60; ++i) coverage.add(kCalm, 0, 0, i < 30);
  for (int i = 0; i < 30; ++i) coverage.add(kWild, 2, 1, i < 10);
  for (int i = 0; i < 10; ++i) coverage.add(kLost, 2, 0, false);
  return coverage;
}

TEST(Coverage, CountsAttemptsAndSuccesses) {
  const Coverage coverage = example();
  EXPECT_EQ(coverage.cells().size(), 3u);
  EXPECT_EQ(coverage.cells().at({1, 3, 1}), (Tally{60, 30}));
  EXPECT_EQ(coverage.plans().at({0, 2}), (Tally{10, 0}));
  EXPECT_EQ(coverage.along(0)[5], (Tally{30, 10}));
  EXPECT_EQ(coverage.along(2)[6], (Tally{10, 0}));
}

TEST(Coverage, TellsWhatAcceptanceDoes) {
  const Coverage coverage = example();
  const Acceptance a = coverage.acceptance();
  EXPECT_EQ(a.bins, 7u * 6u * 7u);
  EXPECT_EQ(a.reached, 3u);
  EXPECT_EQ(a.succeeded, 2u);
  EXPECT_NEAR(a.never, 0.1, 1e-12);
  EXPECT_NEAR(a.apart, 0.5 * (0.15 + 0.05 + 0.1), 1e-12);  // 0.75, 0.25, 0 of the successes; 0.6, 0.3, 0.1 tried
  EXPECT_GT(a.apart_by_chance, 0);
  EXPECT_LT(a.apart_by_chance, a.apart);
}

TEST(Coverage, WeightsMakeSuccessesLieAsAttemptsDo) {
  const Coverage coverage = example();
  const double calm = 30 * coverage.weight(coverage.cells().at({1, 3, 1}));
  const double wild = 10 * coverage.weight(coverage.cells().at({5, 2, 5}));
  EXPECT_NEAR(calm / wild, 60.0 / 30.0, 1e-12);
  EXPECT_EQ(coverage.weight({10, 0}), 0);
  const double w = 0.6 / 0.75, v = 0.3 / 0.25;
  EXPECT_NEAR(coverage.acceptance().balanced_sample, std::pow(30 * w + 10 * v, 2) / (30 * w * w + 10 * v * v) / 40,
              1e-12);
}

TEST(Coverage, WithoutSuccessHasNoBiasToTell) {
  Coverage coverage;
  coverage.add(kCalm, 0, 0, false);
  const Acceptance a = coverage.acceptance();
  EXPECT_EQ(a.succeeded, 0u);
  EXPECT_EQ(a.never, 1);
  EXPECT_EQ(a.apart, 0);
  EXPECT_EQ(a.balanced_sample, 0);
}

}  // namespace
}  // namespace marketmimic
