// What inspect() counts, against counting by hand and against the demonstration itself.
#include "host/decomposition/inspection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "host/decomposition/variation_fit.hpp"
#include "tests/decomposition/demonstrations.hpp"
#include "tests/decomposition/strategies.hpp"

namespace marketmimic {
namespace {

TEST(Inspection, CountsASmallStrategyAsByHand) {
  Strategy s = small_strategy();  // kinds 1, 8, flat; 2, 9 and the log ends
  s.primitives[2].kind = 1;       // so: 1 -> 8 -> flat, 1 -> 9
  const Inspection found = inspect(s);
  ASSERT_EQ(found.kinds.size(), 3u);
  const KindUse& entry = found.kinds[0];
  EXPECT_EQ(entry.kind, 1u);
  EXPECT_EQ(entry.count, 2u);
  EXPECT_EQ(entry.opens, 2u);
  EXPECT_EQ(entry.closes, 0u);
  EXPECT_EQ(entry.duration, 600) << "the upper one of two";
  EXPECT_EQ(entry.movement, 90);
  EXPECT_EQ(entry.goal, 1);
  EXPECT_FLOAT_EQ(static_cast<float>(entry.largest_error), 0.02f);
  EXPECT_EQ(entry.triggers[0], 1u);
  EXPECT_EQ(entry.triggers[1], 1u);
  EXPECT_EQ(entry.own_timing, 0u);
  EXPECT_EQ(found.kinds[1].closes, 1u);
  EXPECT_EQ(found.kinds[1].own_timing, 1u);
  EXPECT_EQ(found.kinds[2].closes, 0u) << "the log ends before it is flat";

  ASSERT_EQ(found.transitions.size(), 4u);
  const auto expect = [&](std::size_t i, std::uint32_t from, std::uint32_t to, std::size_t times, double share) {
    EXPECT_EQ(found.transitions[i].from, from) << i;
    EXPECT_EQ(found.transitions[i].to, to) << i;
    EXPECT_EQ(found.transitions[i].count, times) << i;
    EXPECT_EQ(found.transitions[i].share, share) << i;
  };
  expect(0, kNoPosition, 1, 2, 1.0);
  expect(1, 1, 8, 1, 0.5);
  expect(2, 1, 9, 1, 0.5);
  expect(3, 8, kNoPosition, 1, 1.0);
}

TEST(Inspection, OfADemonstrationAddsUp) {
  const Strategy& s = example_demonstration().strategy;
  const Inspection found = inspect(s);
  std::size_t used = 0, opens = 0, closes = 0, followed = 0, ended = 0;
  for (const KindUse& use : found.kinds) {
    used += use.count;
    opens += use.opens;
    closes += use.closes;
  }
  for (const Transition& t : found.transitions) {
    followed += t.to != kNoPosition ? t.count : 0;
    ended += t.to == kNoPosition ? t.count : 0;
  }
  EXPECT_EQ(used, s.primitives.size());
  EXPECT_EQ(followed, s.primitives.size()) << "each follows something";
  EXPECT_EQ(opens, s.cycles.size());
  EXPECT_EQ(closes, ended);

  const nlohmann::json json = inspection_json(s, found);
  EXPECT_EQ(json["primitives"], s.primitives.size());
  EXPECT_EQ(json["kinds"].size(), found.kinds.size());
  EXPECT_EQ(json["transitions"][0]["from"], "flat");
  const std::string text = inspection_text(s, found);
  EXPECT_THAT(text, testing::HasSubstr(s.provenance));
  EXPECT_THAT(text, testing::HasSubstr("flat                       -> "));
}

TEST(Inspection, TellsHowPrimitivesThatAreAlikeDiffer) {
  Strategy s = small_strategy();
  EXPECT_TRUE(inspect(s).spreads.empty()) << "one of each is no spread";
  const std::vector<float> goals = {0.5f, 1, 1, 1, 2}, durations = {600, 600, 600, 600, 600};
  s.primitives.clear();
  s.cycles.clear();
  double squares = 0;
  for (std::size_t i = 0; i < goals.size(); ++i) {
    s.cycles.push_back({.first = static_cast<std::uint32_t>(i), .count = 1, .duration = 600, .ends_flat = 0});
    s.primitives.push_back({.kind = 4, .duration = durations[i], .tau = 60, .goal = goals[i]});
    squares += std::pow(std::log(goals[i]), 2);
  }
  s.fit_error.assign(goals.size(), 0);
  s.aggressiveness.assign(goals.size(), {});
  s.aggressiveness_error.assign(goals.size(), 0);
  organise(s);
  const Inspection found = inspect(s);
  ASSERT_EQ(found.spreads.size(), 1u);
  EXPECT_EQ(found.spreads[0].count, 5u);
  EXPECT_EQ(found.spreads[0].side, 1);
  EXPECT_NEAR(found.spreads[0].goal, std::sqrt(squares / 4), 1e-5);
  EXPECT_NEAR(found.spreads[0].duration, 0, 1e-5);
  EXPECT_EQ(inspection_json(s, found)["spreads"][0]["name"], "dip_accumulation");
}

/// Rhythms and movements of one kind, as a user may define it, are not alike.
TEST(Inspection, TellsRhythmsApart) {
  Strategy s = small_strategy();
  s.primitives.clear();
  s.cycles.clear();
  for (std::uint32_t i = 0; i < 2 * kFewestVaried; ++i) {
    s.cycles.push_back({.first = i, .count = 1, .duration = 600, .ends_flat = 0});
    s.primitives.push_back({.kind = 4, .duration = 600, .tau = 60, .start = 0.5f, .goal = 0.4f});
    if (i % 2 == 0) s.primitives.back().period = 180;
  }
  s.fit_error.assign(s.primitives.size(), 0);
  s.aggressiveness.assign(s.primitives.size(), {});
  s.aggressiveness_error.assign(s.primitives.size(), 0);
  organise(s);
  EXPECT_EQ(s.cycles[0].reduction, 1u) << "a rhythm about 0.4 takes nothing from 0.5";
  EXPECT_EQ(s.cycles[1].reduction, 0u);
  const Inspection found = inspect(s);
  ASSERT_EQ(found.spreads.size(), 2u);
  EXPECT_EQ(found.spreads[0].count + found.spreads[1].count, 2 * kFewestVaried);
  EXPECT_NE(found.spreads[0].rhythmic, found.spreads[1].rhythmic);
  EXPECT_THAT(inspection_text(s, found), testing::HasSubstr(", period 3 min\n"));
  EXPECT_EQ(inspection_json(s, found)["kinds"][0]["period"], 180);
}

TEST(Inspection, TellsWhyPrimitivesBeginAndHowManyBeginningsAreDoubtful) {
  Strategy s = small_strategy();
  s.evidence = {1, 2, 1 | 64, 0};
  s.confidence = {1, 0.25f, 1, 0.75f};
  const Inspection found = inspect(s);
  ASSERT_EQ(found.beginnings.size(), 4u);
  const auto expect = [&](std::size_t i, std::string_view reason, std::size_t count, std::size_t doubtful) {
    EXPECT_EQ(found.beginnings[i].reason, reason);
    EXPECT_EQ(found.beginnings[i].count, count);
    EXPECT_EQ(found.beginnings[i].doubtful, doubtful);
  };
  expect(0, "position_opened", 2, 0);
  expect(1, "direction_changed", 1, 1);
  expect(2, "by_hand", 1, 0);
  expect(3, "market_event", 1, 0);
  EXPECT_EQ(inspection_json(s, found)["beginnings"][1]["doubtful"], 1);
  EXPECT_THAT(inspection_text(s, found), testing::HasSubstr("once the one before ran 25 % of its time, at 150 %"));
}

TEST(Inspection, TellsWhereMoreIsTakenApartFromWhereLessIs) {
  Strategy s = small_strategy();
  s.primitives[3].kind = s.primitives[1].kind;
  s.aggressiveness[3] = {1, 0.25f, 60, 0};
  const Inspection found = inspect(s);
  const std::string text = inspection_text(s, found);
  EXPECT_THAT(text, testing::HasSubstr("takes       from 20 to 90 % over the time of 1 of 2 "));
  EXPECT_THAT(text, testing::HasSubstr("takes       from 100 to 25 % over the time of 1 of 2 "));
  std::size_t told = 0;
  const nlohmann::json json = inspection_json(s, found);
  for (const nlohmann::json& kind : json["kinds"]) {
    if (kind["used"] == 2) {
      EXPECT_EQ(kind["aggressiveness_falls"], nlohmann::json({{"primitives", 1}, {"start", 1.0}, {"goal", 0.25}}));
      ++told;
    } else {
      EXPECT_TRUE(kind["aggressiveness_rises"].is_null() && kind["aggressiveness_falls"].is_null());
    }
  }
  EXPECT_EQ(told, 1u);
}

TEST(Inspection, TellsTheRules) {
  const Strategy s = small_strategy();
  const std::string text = inspection_text(s, inspect(s));
  EXPECT_THAT(text, testing::HasSubstr("enters on   a close beyond the 20 before it, against it; the opposite signal "
                                       "turns the position\n"));
  EXPECT_THAT(text, testing::HasSubstr("stop        2.5 volatilities of a bar (of the last 12) from the best price\n"));
  EXPECT_THAT(text, testing::HasSubstr("target      4.08 % of the price from the entry\n"));
  EXPECT_THAT(text, testing::HasSubstr("leaves on   long: trend_down, range (turns on trend_down)\n"
                                       "left        0 at the stop, 1 at the target, 0 on the opposite signal, 0 on an "
                                       "event, 1 otherwise"));
  const nlohmann::json rules = inspection_json(s, inspect(s))["rules"];
  EXPECT_EQ(rules["entry"]["family"], "breakout");
  EXPECT_EQ(rules["stop"]["from_best"], true);
  EXPECT_EQ(rules["flips"], true);
  EXPECT_EQ(rules["exits_on"]["long"], nlohmann::json({"trend_down", "range"}));
  EXPECT_EQ(rules["turns_on"]["long"], nlohmann::json({"trend_down"}));
  EXPECT_TRUE(rules["exits_on"]["short"].empty());
}

}  // namespace
}  // namespace marketmimic
