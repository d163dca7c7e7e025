#include "marketmimic/repulsion.hpp"

#include <gtest/gtest.h>

namespace marketmimic {
namespace {

TEST(Repulsion, HalfOfEveryLimitIsFree) {
  EXPECT_EQ(nearness(0.0f), 0.0f);
  EXPECT_EQ(nearness(0.5f), 0.0f);
  EXPECT_FLOAT_EQ(nearness(0.75f), 0.25f);
  EXPECT_EQ(nearness(1.0f), 1.0f);
  EXPECT_EQ(nearness(7.0f), 1.0f);
  const Repulsion all{1, 1, 1, 1, 0.1f};
  for (const float side : {1.0f, -1.0f}) EXPECT_EQ(all.on_goal(side * 0.5f, 0, 0.5f, side * 0.05f, 1), side * 0.5f);
  EXPECT_EQ(all.slowing(0.5f), 1.0f);
}

TEST(Repulsion, GoalsNeverReachTheInventoryLimit) {
  const Repulsion r{0, 1, 0, 0, 0.1f};
  float before = 0;
  for (float goal = 0.1f; goal < 1000.0f; goal *= 1.5f) {
    const float now = r.on_goal(goal, 0, 0, 0, 1.5f);
    EXPECT_GT(now, before) << "a larger goal stays a larger one";
    EXPECT_LT(now, 1.5f);
    EXPECT_LE(now, goal);
    EXPECT_EQ(r.on_goal(-goal, 0, 0, 0, 1.5f), -now);
    before = now;
  }
  EXPECT_NEAR(before, 1.5f, 0.01f);
}

TEST(Repulsion, ALossShrinksTheGoalToNothingAtItsLimit) {
  const Repulsion r{1, 0, 0, 0, 0.1f};
  EXPECT_FLOAT_EQ(r.on_goal(1, 0, 0.75f, 0, 1.5f), 0.75f);
  EXPECT_EQ(r.on_goal(1, 0, 1, 0, 1.5f), 0.0f);
}

TEST(Repulsion, APriceThatRunsAwayIsNotFollowed) {
  const Repulsion r{0, 0, 1, 0, 0.02f};
  EXPECT_FLOAT_EQ(r.on_goal(1, 0.4f, 0, 0.02f, 1.5f), 0.4f) << "nothing is bought at the limit";
  EXPECT_FLOAT_EQ(r.on_goal(1, 0.4f, 0, -0.02f, 1.5f), 1.0f) << "a fall is no reason against buying";
  EXPECT_FLOAT_EQ(r.on_goal(0, 0.4f, 0, 0.02f, 1.5f), 0.0f) << "nor a rise against selling what is held";
  EXPECT_FLOAT_EQ(r.on_goal(-1, -0.4f, 0, -0.02f, 1.5f), -0.4f);
}

TEST(Repulsion, OrdersNearParticipationSlowTime) {
  const Repulsion r{0, 0, 0, 3, 0.02f};
  EXPECT_EQ(r.slowing(1), 4.0f);
  EXPECT_EQ(r.slowing(20), 4.0f);
}

}  // namespace
}  // namespace marketmimic
