#include "host/config/limits.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace marketmimic {
namespace {

TEST(RealLimits, AllowTheEndsAndRefuseWhatIsNoNumber) {
  constexpr RealLimits limits = {0.5, 2};
  EXPECT_TRUE(limits.hold(0.5) && limits.hold(2));
  EXPECT_FALSE(limits.hold(0.4999) || limits.hold(2.0001));
  EXPECT_FALSE(limits.hold(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(limits.hold(std::numeric_limits<double>::infinity()));
  EXPECT_EQ(limits.text(), "0.5 to 2");
}

TEST(WholeLimits, CompareAnyTwoIntegerTypesByValue) {
  constexpr WholeLimits limits = {0, std::numeric_limits<std::int64_t>::max()};
  EXPECT_TRUE(limits.hold(std::uint64_t{1} << 62));
  EXPECT_FALSE(limits.hold(std::uint64_t{1} << 63));
  EXPECT_FALSE(limits.hold(-1));
}

TEST(HoldsStored, AcceptsExactlyWhatReadingCanGive) {
  constexpr RealLimits drop = {0.01, 0.9};
  EXPECT_TRUE(holds_stored(drop, fall_unit.stored(0.9), fall_unit));
  EXPECT_FALSE(holds_stored(drop, std::nextafter(fall_unit.stored(0.9), 9.0f), fall_unit));
  EXPECT_TRUE(holds_stored({0, 0.95}, 0.95f, same_unit));
  EXPECT_FALSE(holds_stored({0, 0.95}, std::nextafter(0.95f, 1.0f), same_unit));
}

}  // namespace
}  // namespace marketmimic
