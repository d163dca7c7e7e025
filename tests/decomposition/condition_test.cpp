#include "host/decomposition/condition.hpp"

#include "marketmimic/detectors.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {
namespace {

bool holds(const char* text, const Movement& m) { return Condition(text).holds(m); }

const Movement kDipBuy = {.from = 0.25f,
                          .to = 0.75f,
                          .events = event_bit(MarketEvent::crash) | event_bit(MarketEvent::trend_down),
                          .profit = -1.5f,
                          .fall = 3,
                          .rise = 0.5f,
                          .trend = -2.75f,
                          .burst = 4};

TEST(Condition, KnowsEveryQuantity) {
  for (const char* text : {"builds",
                           "not reduces",
                           "long",
                           "not short",
                           "not opens",
                           "not closes",
                           "not flips",
                           "not oscillates",
                           "not at_stop",
                           "not at_target",
                           "from == 0.25",
                           "to == 0.75",
                           "size == 0.5",
                           "profit == -1.5",
                           "fall == 3",
                           "rise == 0.5",
                           "trend == -2.75",
                           "burst == 4",
                           "crash",
                           "trend_down",
                           "not trend_up",
                           "not range",
                           "not volatility_break",
                           "not drawdown_stop",
                           "not recovery"})
    EXPECT_TRUE(holds(text, kDipBuy)) << text;
  const Movement exit = {.from = -0.5f, .to = 0, .flips = true, .events = 0x1f8, .at_stop = true, .at_target = true};
  for (const char* text : {"reduces", "short", "closes", "flips", "at_stop", "at_target", "size == 0.5", "range",
                           "volatility_break", "drawdown_stop", "recovery", "gain", "loss", "not crash", "burst == 1"})
    EXPECT_TRUE(holds(text, exit)) << text;
  EXPECT_TRUE(holds("opens and short", {.to = -1}));
  EXPECT_TRUE(holds("oscillates and not builds and not reduces", {.from = 1, .to = 0.7f, .oscillates = true}));
  EXPECT_EQ(Condition::quantities().size(), 27u) << "as many as above";
}

TEST(Condition, BindsAsUsual) {
  for (const char* text :
       {"1 or 0 and 0", "not (1 and 0)", "not 0 and 1", "2 + 3 * 4 == 14", "(2 + 3) * 4 == 20", "7 - 2 - 1 == 4",
        "8 / 4 / 2 == 1", "-2 < -1", "- 2 + 3 == 1", "not fall < 3", "fall - rise > 2", "1 < 2 == 1", "3 != 4",
        "3 >= 3 and 3 <= 3", "fall>=3and long", "0.5e1 == 5"})
    EXPECT_TRUE(holds(text, kDipBuy)) << text;
  for (const char* text : {"0 or 1 and 0", "not 1 or 0", "fall > 3", "0 / 0", "0 / 0 == 0 / 0", "0"})
    EXPECT_FALSE(holds(text, kDipBuy)) << text;
}

TEST(Condition, ReadsTheMovementItIsGiven) {
  const Condition condition("long and fall >= 2"), copy = condition;
  EXPECT_TRUE(condition.holds({.to = 1, .fall = 2}));
  EXPECT_FALSE(condition.holds({.to = 1, .fall = 1.5f}));
  EXPECT_TRUE(copy.holds({.to = 1, .fall = 2}));
  EXPECT_FALSE(copy.holds({.to = -1, .fall = 2}));
}

TEST(Condition, SaysWhatIsWrongAndWhere) {
  struct Wrong {
    const char* text;
    std::vector<std::string> parts;
  };
  const std::vector<Wrong> wrongs = {
      {"builds and fal >= 3", {"has 'fal' at character 12", "did you mean 'fall'?"}},
      {"builds and mood", {"has 'mood' at character 12", "it knows builds, reduces", "recovery"}},
      {"fall = 3", {"character 6", "== != and or not"}},
      {"fall && rise", {"'&& rise'", "character 6"}},
      {"sin(fall)", {"'sin'"}},
      {"fall >=", {"ends where a value should follow"}},
      {"", {"ends where a value should follow"}},
      {"(fall > 3", {"lacks a closing parenthesis"}},
      {"fall > 3)", {"can't be read at character"}},
      {"fall rise", {"can't be read at character 6"}},
      {"fall, rise", {"without commas"}},
      {"'x'", {"character 1"}},
      {"\"x\"", {"can't be read"}},
      {"1e999", {"character 1"}},
  };
  for (const Wrong& wrong : wrongs)
    expect_refused([&] { Condition{std::string(wrong.text)}; }, ExitCode::usage, wrong.parts);
  expect_refused([] { Condition{std::string(Condition::kLongest + 1, '1')}; }, ExitCode::usage, {"at most 240"});
}

}  // namespace
}  // namespace marketmimic
