#include "host/statistics/proportion.hpp"

#include <gtest/gtest.h>

namespace marketmimic {
namespace {

/// From scipy.stats.binomtest(k, n).proportion_ci(method="wilson").
TEST(WilsonInterval, IsThatOfScipy) {
  const Interval few = wilson_interval(3, 10), many = wilson_interval(1823, 3000);
  EXPECT_NEAR(few.lower, 0.10779126740630102, 1e-12);
  EXPECT_NEAR(few.upper, 0.6032218525388546, 1e-12);
  EXPECT_NEAR(many.lower, 0.5900674028113109, 1e-12);
  EXPECT_NEAR(many.upper, 0.6249905517631689, 1e-12);
}

TEST(WilsonInterval, EndsAtCertainty) {
  EXPECT_EQ(wilson_interval(0, 20).lower, 0);
  EXPECT_NEAR(wilson_interval(0, 20).upper, 0.16112515805281935, 1e-12);
  EXPECT_EQ(wilson_interval(20, 20).upper, 1);
  EXPECT_EQ(wilson_interval(0, 0).lower, 0);
  EXPECT_EQ(wilson_interval(0, 0).upper, 1);
}

}  // namespace
}  // namespace marketmimic
