#include "host/decomposition/exposure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logs.hpp"

namespace marketmimic {
namespace {

using testing::ElementsAre;
using testing::FloatEq;

CyclePath path_of(const std::vector<Fill>& fills, std::size_t cycle = 0) {
  const Ledger ledger = build_ledger(log_of(fills));
  return cycle_path(ledger, ledger.cycles.at(cycle), 60'000);
}

TEST(Exposure, IsAStaircaseInUnitsOfThePeak) {
  const CyclePath path =
      path_of({fill(30, 1, 100, "a"), fill(59.9, 1, 100, "a"), fill(60, 2, 100, "b"), fill(181, -4, 100, "c")});
  EXPECT_EQ(path.start_ms, kStartMs);
  EXPECT_THAT(path.exposure, ElementsAre(0, 0.5f, 1, 1, 0));
  EXPECT_EQ(path.traded, 8);
  EXPECT_EQ(path.netted, 0);
}

TEST(Exposure, OfAShortPositionIsNegative) {
  EXPECT_THAT(path_of({fill(0, -2, 100, "a"), fill(60, 1, 100, "b"), fill(120, 1, 100, "c")}).exposure,
              ElementsAre(0, -1, -0.5f, 0));
}

TEST(Exposure, CountsWhatAStepNetsAway) {
  const CyclePath path =
      path_of({fill(0, 4, 100, "a"), fill(70, 2, 100, "b"), fill(80, -3, 100, "c"), fill(120, -3, 100, "d")});
  EXPECT_NEAR(path.netted, 4, 1e-12);  // bought 2 and sold 3 within the step: 1 is seen
  EXPECT_THAT(path.exposure, ElementsAre(0, FloatEq(4.0f / 6), 0.5f, 0));
}

TEST(Exposure, FindsWhenHalfOfAnOrderWasTraded) {
  const CyclePath path =
      path_of({fill(0, 1, 100, "a"), fill(60, 1, 100, "a"), fill(120, 6, 100, "a"), fill(400, -8, 100, "b")});
  ASSERT_EQ(path.orders.size(), 2u);
  EXPECT_EQ(path.orders[0].step, 0u);
  EXPECT_EQ(path.orders[0].half_step, 2u);
  EXPECT_FLOAT_EQ(path.orders[0].half_level, 0.5f);
  EXPECT_FLOAT_EQ(path.orders[0].size, 1);
  EXPECT_EQ(path.orders[1].half_step, 6u);
  EXPECT_FLOAT_EQ(path.orders[1].half_level, 0.5f);
  EXPECT_FLOAT_EQ(path.orders[1].size, -1);
}

TEST(Exposure, AFlipIsInBothCycles) {
  const std::vector<Fill> fills = {fill(0, 2, 100, "in"), fill(60, -5, 101, "flip"), fill(120, 3, 99, "out")};
  EXPECT_THAT(path_of(fills, 0).exposure, ElementsAre(0, 1, 0));
  EXPECT_THAT(path_of(fills, 1).exposure, ElementsAre(0, -1, 0));
  EXPECT_EQ(path_of(fills, 1).start_ms, kStartMs + 60'000);
}

TEST(Exposure, AnUnobservedChangeIsInThePathBeforeTheFillThatStatesIt) {
  const CyclePath path = path_of({fill(0, 1, 100, "a", 0.0), fill(300, -4, 100, "b", 4.0)});
  EXPECT_THAT(path.exposure, ElementsAre(0, 0.25f, 0.25f, 0.25f, 0.25f, 1, 0));
  ASSERT_EQ(path.orders.size(), 3u);
  EXPECT_EQ(path.orders[1].order, PositionChange::unobserved);
  EXPECT_EQ(path.traded, 5) << "what the log lacks is no trade";
}

TEST(Exposure, StepsBeforeTheEpochAreCountedDown) {
  EXPECT_EQ(step_of(0, 60'000), 0);
  EXPECT_EQ(step_of(59'999, 60'000), 0);
  EXPECT_EQ(step_of(-1, 60'000), -1);
  EXPECT_EQ(step_of(-60'000, 60'000), -1);
  EXPECT_EQ(step_of(-60'001, 60'000), -2);
}

}  // namespace
}  // namespace marketmimic
