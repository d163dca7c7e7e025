#include "host/picture/runs.hpp"

#include <gtest/gtest.h>

#include <array>

namespace marketmimic {
namespace {

TEST(RunsOfBit, FindsWhereItIsSet) {
  const std::array<std::uint32_t, 7> masks = {2, 3, 2, 0, 1, 2, 2};
  const auto runs = runs_of_bit(masks, 1);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].first, 0u);
  EXPECT_EQ(runs[0].end, 3u);
  EXPECT_EQ(runs[1].first, 5u);
  EXPECT_EQ(runs[1].end, 7u);
  EXPECT_EQ(runs[1].value, 1u);
}

TEST(RunsOfBit, NoneWhereItNeverIs) { EXPECT_TRUE(runs_of_bit(std::array<std::uint32_t, 2>{1, 4}, 1).empty()); }

}  // namespace
}  // namespace marketmimic
