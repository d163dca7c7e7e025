#include "host/sensitivity/tolerance.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace marketmimic {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Tolerance found(const std::vector<double>& rates) {
  const std::vector<double> levels = {0, 1, 2, 4};
  return tolerance(levels, rates, 0.1);
}

TEST(Tolerance, EndsWhereALineThroughTheLevelsRisesByTheMargin) {
  EXPECT_NEAR(found({0.2, 0.2, 0.4, 0.9}).level, 1.5, 1e-12);
  EXPECT_NEAR(found({0.2, 0.25, 0.3, 0.5}).level, 2.0, 1e-12);
  EXPECT_NEAR(found({0.0, 0.4, 0.0, 0.0}).level, 0.25, 1e-12) << "what comes later does not count";
  EXPECT_NEAR(found({0.5, 0.3, 0.3, 0.9}).level, 2 + 2 * 0.3 / 0.6, 1e-12) << "more than at the first";
  EXPECT_FALSE(found({0.2, 0.2, 0.4, 0.9}).beyond);
}

TEST(Tolerance, IsTheLastLevelWhereNothingRisesSoFar) {
  EXPECT_EQ(found({0.2, 0.2, 0.25, 0.3}).level, 4);
  EXPECT_TRUE(found({0.2, 0.2, 0.25, 0.3}).beyond);
  EXPECT_EQ(found({0.2, 0.2, kNone, 0.9}).level, 1) << "nothing is known beyond";
  EXPECT_TRUE(found({0.2, 0.2, kNone, 0.9}).beyond);
  EXPECT_EQ(found({kNone, 0.2, 0.2, 0.2}).level, 0);
}

}  // namespace
}  // namespace marketmimic
