#include "host/config/unit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace marketmimic {
namespace {

TEST(FallUnit, IsTheLogarithmToTheLastBitOfAFloat) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> fall(0.0, 0.9);
  for (int i = 0; i < 20'000; ++i) {
    const double share = fall(random);
    EXPECT_EQ(fall_unit.stored(share), static_cast<float>(-std::log1p(-share))) << share;
  }
  EXPECT_EQ(fall_unit.stored(0.0), 0.0f);
}

TEST(FallUnit, ComesBack) {
  for (float size = 0.01f; size < 2.3f; size *= 1.01f) EXPECT_EQ(fall_unit.stored(fall_unit.written(size)), size);
}

}  // namespace
}  // namespace marketmimic
