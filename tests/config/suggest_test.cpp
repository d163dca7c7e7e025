#include "host/config/suggest.hpp"

#include <gtest/gtest.h>

#include <string>

namespace marketmimic {
namespace {

TEST(TypingDistance, CountsEditsAsPublishedExamplesDo) {
  EXPECT_EQ(typing_distance("kitten", "sitting"), 3u);  // Wagner and Fischer's standard example
  EXPECT_EQ(typing_distance("", "abc"), 3u);
  EXPECT_EQ(typing_distance("abc", ""), 3u);
  EXPECT_EQ(typing_distance("same", "same"), 0u);
  EXPECT_EQ(typing_distance("levels", "leevls"), 1u);  // a swap of neighbours is one
  EXPECT_EQ(typing_distance("lvels", "levels"), 1u);
  EXPECT_EQ(typing_distance("ca", "abc"), 3u);  // restricted: an unrestricted swap would give 2
}

TEST(TypingDistance, IsTheSameBothWays) {
  EXPECT_EQ(typing_distance("half_life", "halflives"), typing_distance("halflives", "half_life"));
}

TEST(Nearest, FindsTheWordMeant) {
  EXPECT_EQ(nearest("step", {"scenarios", "steps", "step_seconds"}), "steps");
  EXPECT_EQ(nearest("flash_crsh", {"volatility_spike", "flash_crash"}), "flash_crash");
  EXPECT_EQ(nearest("sede", {"seed", "side"}), "seed");  // the first of two equally near
}

TEST(Nearest, HasNoneForAWordUnlikeAll) {
  EXPECT_EQ(nearest("banana", {"seed", "steps"}), std::nullopt);
  EXPECT_EQ(nearest("", {"seed"}), std::nullopt);
  EXPECT_EQ(nearest("x", {}), std::nullopt);
  EXPECT_EQ(nearest(std::string(1 << 20, 'x'), {"seed"}), std::nullopt);
}

}  // namespace
}  // namespace marketmimic
