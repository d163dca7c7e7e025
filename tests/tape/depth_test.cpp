#include "host/tape/depth.hpp"

#include "support.hpp"

namespace marketmimic {
namespace {

TEST(LevelOne, KeepsWhatChangesTheBestLevel) {
  Tape deep{.messages = {{1, MessageType::submission, 1, 10, 1'000'100, -1},
                         {2, MessageType::submission, 2, 10, 1'000'200, -1},
                         {3, MessageType::hidden, 0, 5, 1'000'050, -1},
                         {4, MessageType::execution, 1, 4, 1'000'100, -1},
                         {5, MessageType::reduction, 2, 4, 1'000'200, -1},
                         {6, MessageType::deletion, 1, 6, 1'000'100, -1}},
            .levels = 2,
            .book = {},
            .tick = 100,
            .symbol = "A",
            .source = "s",
            .notices = {}};
  const Level a{1'000'100, 10, Level::no_bid, 0}, b{1'000'200, 10, Level::no_bid, 0}, c{1'000'100, 6, Level::no_bid, 0},
      d{1'000'200, 6, Level::no_bid, 0}, none{};
  deep.book = {a, none, a, b, a, b, c, b, c, d, d, none};
  const Tape shown = filter_to_level_1(deep);
  EXPECT_EQ(shown.levels, 1u);
  EXPECT_EQ(shown.book, (std::vector<Level>{a, a, c, d}));
  ASSERT_EQ(shown.size(), 4u);
  EXPECT_EQ(shown.messages[1].type, MessageType::hidden);
  EXPECT_EQ(shown.messages[3].time_ns, 6);
  EXPECT_EQ(shown.symbol, "A");

  deep.messages.front().price = 1'000'300;  // a first message that lies deeper is not seen
  EXPECT_EQ(filter_to_level_1(deep).size(), 3u);
}

}  // namespace
}  // namespace marketmimic
