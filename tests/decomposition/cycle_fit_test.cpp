#include "host/decomposition/cycle_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "logs.hpp"

namespace marketmimic {
namespace {

struct PlantedCycles {
  CyclePath path;
  std::vector<Boundary> boundaries;
  std::vector<FittedSegment> segments;
};

PlantedCycles fitted(const std::vector<Fill>& fills, const std::vector<double>& closes = calm(200),
                     std::size_t allowance = 99) {
  const Ledger ledger = build_ledger(log_of(fills));
  const MarketClock market(bars_of(closes), ledger, {});
  PlantedCycles planted;
  planted.path = cycle_path(ledger, ledger.cycles.at(0), 60'000);
  planted.boundaries = first_boundaries(planted.path, market, 60'000, 10);
  planted.segments = fit_cycle(planted.path, planted.boundaries, 60, 0.02f, allowance);
  return planted;
}

double worst_error(const PlantedCycles& planted) {
  const std::vector<float> rollout = rollout_of(planted.segments);
  double worst = 0;
  for (std::size_t k = 0; k < planted.path.exposure.size(); ++k)
    worst = std::max(worst, std::abs(static_cast<double>(rollout[k]) - planted.path.exposure[k]));
  return worst;
}

std::vector<std::size_t> steps_of(const PlantedCycles& planted) {
  std::vector<std::size_t> steps;
  for (const FittedSegment& s : planted.segments) steps.push_back(s.boundary.step);
  return steps;
}

/// One unit in 40 minutes, at a jerk as small as can be.
std::vector<Fill> smooth_build_up() {
  std::vector<Fill> fills;
  double done = 0;
  for (int k = 0; k < 40; ++k) {
    const double s = (k + 1) / 40.0, level = s * s * s * (10 + s * (6 * s - 15));
    fills.push_back(fill(60 * k, level - done, 100, "twap"));
    done = level;
  }
  return fills;
}

TEST(Boundaries, AreWhereTheTraderTurnsOrComesBack) {
  const PlantedCycles p =
      fitted({fill(0, 1, 100, "a"), fill(3600, 1, 100, "b"), fill(3660, -1, 100, "c"), fill(7200, -1, 100, "d")});
  ASSERT_EQ(p.boundaries.size(), 4u);
  EXPECT_EQ(p.boundaries[0].evidence, evidence_bit(Evidence::position_opened));
  EXPECT_EQ(p.boundaries[1].step, 60u);
  EXPECT_EQ(p.boundaries[1].evidence, evidence_bit(Evidence::order_after_pause));
  EXPECT_EQ(p.boundaries[2].step, 61u);
  EXPECT_EQ(p.boundaries[2].evidence, evidence_bit(Evidence::direction_changed));
  EXPECT_EQ(p.boundaries[3].evidence, evidence_bit(Evidence::order_after_pause));
}

TEST(Boundaries, AnEventCutsABuildUp) {
  const std::vector<Fill> fills = {fill(90'000, 1, 100, "a"), fill(90'420, 1, 100, "b"), fill(90'840, -2, 100, "c")};
  EXPECT_EQ(fitted(fills, calm(400)).boundaries.size(), 2u);
  std::vector<double> closes = calm(400);
  for (std::size_t i = 300; i < 400; ++i) closes[i] *= 0.93;  // ends at 90,300 s
  const PlantedCycles p = fitted(fills, closes);
  ASSERT_EQ(p.boundaries.size(), 3u);
  EXPECT_EQ(p.boundaries[1].step, 7u) << "the first order after the crash";
  EXPECT_EQ(p.boundaries[1].evidence, 0u) << "nothing of the trader's own";
}

TEST(Boundaries, AnEventAmidAStreamOfOrdersCutsNothing) {
  std::vector<double> closes = calm(200);
  for (std::size_t i = 150; i < closes.size(); ++i) closes[i] = 80;  // a crash at the end of bar 150
  const double crash = 151 * 300.0;
  const auto orders = [&](double every) {
    std::vector<Fill> fills;
    for (double t = crash - 1200; t < crash + 900; t += every)
      fills.push_back(fill(t, 1, 100, "o" + std::to_string(static_cast<int>(t))));
    return fitted(fills, closes).boundaries.size();
  };
  EXPECT_EQ(orders(60), 1u) << "an order every minute was under way";
  EXPECT_EQ(orders(180), 2u) << "the first order after the crash may answer it";
}

TEST(Boundaries, AnUnobservedChangeIsOne) {
  const PlantedCycles p = fitted({fill(0, 1, 100, "a", 0.0), fill(6000, -5, 100, "b", 5.0)});
  ASSERT_EQ(p.boundaries.size(), 3u);
  EXPECT_NE(p.boundaries[1].evidence & evidence_bit(Evidence::unobserved_change), 0u);
}

/// Equal orders, of an id each, so many minutes apart.
std::vector<Fill> slices(const std::vector<double>& minutes) {
  std::vector<Fill> fills;
  double at = 0;
  for (const double gap : minutes) {
    fills.push_back(fill(60 * at, 1, 100, std::to_string(fills.size())));
    at += gap;
  }
  return fills;
}

std::vector<std::size_t> rate_changes(const PlantedCycles& p) {
  std::vector<std::size_t> steps;
  for (const Boundary& b : p.boundaries)
    if ((b.evidence & evidence_bit(Evidence::rate_changed)) != 0) steps.push_back(b.step);
  return steps;
}

TEST(Boundaries, AChangeOfTheRateOfOrdersIsOne) {
  std::vector<double> minutes(20, 8);
  minutes.insert(minutes.end(), 30, 1);
  const PlantedCycles p = fitted(slices(minutes));
  EXPECT_EQ(rate_changes(p), std::vector<std::size_t>{160});
}

TEST(Boundaries, ARateThatStaysIsNone) {
  std::mt19937_64 engine(5);
  std::exponential_distribution<double> gap(0.5);
  std::size_t changes = 0;
  for (int trader = 0; trader < 200; ++trader) {
    std::vector<double> minutes;
    for (int k = 0; k < 60; ++k) minutes.push_back(std::min(gap(engine), 9.0));
    changes += rate_changes(fitted(slices(minutes), calm(200), 1)).size();
  }
  EXPECT_LE(changes, 1u);
  EXPECT_TRUE(rate_changes(fitted(slices(std::vector<double>(60, 4)))).empty());
}

TEST(CycleFit, AnEvenStreamOfSmallOrdersIsAFewMovementsWhateverItsSlices) {
  for (const auto& [seconds, orders] :
       {std::pair(20, 240), std::pair(10, 240), std::pair(60, 80), std::pair(30, 160)}) {
    const PlantedCycles p = fitted(slices(std::vector<double>(static_cast<std::size_t>(orders), seconds / 60.0)));
    EXPECT_LE(p.segments.size(), 4u) << seconds;
    EXPECT_LT(worst_error(p), 0.05) << seconds;
  }
}

TEST(CycleFit, EveryOrderOfAStaircaseIsAStep) {
  const PlantedCycles p =
      fitted({fill(0, 1, 100, "a"), fill(240, 3, 100, "b"), fill(480, 2, 100, "c"), fill(9000, -6, 100, "d")});
  EXPECT_EQ(steps_of(p), (std::vector<std::size_t>{0, 4, 8, 150}));
  EXPECT_NE(p.segments[1].boundary.evidence & evidence_bit(Evidence::fit_split), 0u);
  for (const FittedSegment& s : p.segments) EXPECT_EQ(s.fit.parameters, 2u);
  EXPECT_LT(worst_error(p), 1e-4);
}

TEST(CycleFit, IsSureOfTwoOrdersFarApartAndDoubtsACutThroughOneMovement) {
  const PlantedCycles apart = fitted({fill(0, 1, 100, "a"), fill(3600, 1, 100, "b"), fill(9000, -2, 100, "c")});
  ASSERT_EQ(apart.segments.size(), 3u);
  for (const FittedSegment& s : apart.segments) EXPECT_GT(s.confidence, 0.99f);

  std::vector<Fill> fills = smooth_build_up();
  fills.push_back(fill(9000, -1, 100, "out"));
  PlantedCycles cut = fitted(fills);
  cut.boundaries.insert(cut.boundaries.begin() + 1, {20, evidence_bit(Evidence::by_hand)});
  cut.segments = fit_cycle(cut.path, cut.boundaries, 60, 0.02f, 99);
  const auto by_hand = std::find_if(cut.segments.begin(), cut.segments.end(),
                                    [](const FittedSegment& s) { return s.boundary.step == 20; });
  ASSERT_NE(by_hand, cut.segments.end());
  EXPECT_LT(by_hand->confidence, 0.5f);
}

TEST(CycleFit, ASmoothBuildUpIsOneMovementAndAHold) {
  std::vector<Fill> fills = smooth_build_up();
  fills.push_back(fill(15'000, -1, 100, "exit"));
  const PlantedCycles p = fitted(fills);
  ASSERT_EQ(p.segments.size(), 3u);
  EXPECT_NE(p.segments[1].boundary.evidence & evidence_bit(Evidence::movement_ended), 0u);
  EXPECT_LE(p.segments[0].fit.weights.size(), 8u);
  EXPECT_GE(p.segments[0].fit.weights.size(), 3u);
  EXPECT_LT(p.segments[0].fit.movement_rmse, 0.02);
  EXPECT_EQ(p.segments[1].fit.primitive.start, p.segments[1].fit.primitive.goal);
}

TEST(CycleFit, KeepsToItsAllowance) {
  std::vector<Fill> fills;
  for (int k = 0; k < 9; ++k) fills.push_back(fill(360 * k, 1 + k % 3, 100, "a" + std::to_string(k)));
  fills.push_back(fill(9000, -18, 100, "exit"));
  EXPECT_EQ(fitted(fills, calm(200), 4).segments.size(), 4u);
  EXPECT_EQ(fitted(fills, calm(200), 0).segments.size(), 2u) << "the first boundaries stand";
  EXPECT_LT(worst_error(fitted(fills)), 0.05);
}

TEST(CycleFit, SegmentsCoverTheCycle) {
  const PlantedCycles p = fitted({fill(0, 1, 100, "a"), fill(3600, 1, 100, "b"), fill(7200, -2, 100, "c")});
  std::size_t next = 0;
  for (const FittedSegment& s : p.segments) {
    EXPECT_EQ(s.boundary.step, next);
    EXPECT_EQ(s.fit.primitive.duration, 60.0f * static_cast<float>(s.end - s.boundary.step));
    next = s.end;
  }
  EXPECT_EQ(next, p.path.steps() + kSettleSteps);
}

}  // namespace
}  // namespace marketmimic
