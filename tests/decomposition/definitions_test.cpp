#include "host/decomposition/definitions.hpp"

#include <algorithm>

#include "demonstrations.hpp"
#include "logs.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {
namespace {

const std::string kDip = "[[primitive]]\nname = 'dip'\nwhen = 'long and fall >= 3'\ntriggers = ['crash']\n";

std::uint32_t kind_of(const Definitions& d, const Movement& m) { return d.vocabulary.name(m).kind; }

TEST(Definitions, NameBeforeTheBuiltInKindsDo) {
  const Definitions d =
      parse_definitions(kDip + "[[primitive]]\nname = 'any_long'\nwhen = 'long'\ntriggers = []\n", "d");
  const Movement dip = {.to = 1, .fall = 3}, entry = {.to = 1}, other = {.to = -1, .rise = 2.5f};
  EXPECT_EQ(kind_of(d, dip), kPrimitiveKinds);
  EXPECT_EQ(d.vocabulary.name(dip).triggers, event_bit(MarketEvent::crash));
  EXPECT_EQ(kind_of(d, entry), kPrimitiveKinds + 1);
  EXPECT_EQ(d.vocabulary.name(entry).triggers, 0u);
  EXPECT_EQ(kind_of(d, other), static_cast<std::uint32_t>(PrimitiveKind::dip_accumulation));
  EXPECT_EQ(d.vocabulary.name(other).triggers, rule_of(other).triggers(other));
  EXPECT_EQ(d.vocabulary.kind_names().size(), kPrimitiveKinds + 2u);
  EXPECT_EQ(d.vocabulary.kind_names().back(), "any_long");
  EXPECT_EQ(d.vocabulary.definitions(), "dip: long and fall >= 3 [crash]; any_long: long []");
}

TEST(Definitions, OfNothingAreTheBuiltInKinds) {
  const Definitions d = parse_definitions("", "d");
  EXPECT_EQ(d.vocabulary.kind_names(), built_in_kind_names());
  EXPECT_TRUE(d.vocabulary.definitions().empty());
  EXPECT_TRUE(d.boundaries.empty());
}

TEST(Definitions, ReadTimesAsTomlOrText) {
  const Definitions d = parse_definitions(
      "[[boundary]]\nat = 2025-01-01T01:00:00+01:00\n[[boundary]]\naction = 'move'\nat = '2025-01-01 00:00'\n"
      "to = 2025-01-02\nsymbol = 'BTC'\n",
      "d");
  ASSERT_EQ(d.boundaries.size(), 2u);
  EXPECT_EQ(d.boundaries[0].action, BoundaryEdit::Action::add);
  EXPECT_EQ(d.boundaries[0].at_ms, kStartMs);
  EXPECT_EQ(d.boundaries[0].place, "d:2:6");
  EXPECT_EQ(d.boundaries[1].action, BoundaryEdit::Action::move);
  EXPECT_EQ(d.boundaries[1].at_ms, kStartMs);
  EXPECT_EQ(d.boundaries[1].to_ms, kStartMs + 86'400'000);
  EXPECT_EQ(d.boundaries[1].symbol, "BTC");
}

TEST(Definitions, SayWhatIsWrongAndWhere) {
  struct Wrong {
    std::string text, message;
  };
  const std::string kind = "[[primitive]]\nname = 'dip'\n", edit = "[[boundary]]\n";
  const std::vector<Wrong> wrongs = {
      {kind + "when = 'long and fal > 3'\ntriggers = []", "d:3:8: primitive.when has 'fal' at character 10; did you"},
      {kind + "triggers = []", "d:1:1: primitive.when ends where a value should follow"},
      {kind + "when = 'long'", "d:1:1: primitive.triggers must be given"},
      {kind + "when = 'long'\ntriggers = ['crsh']", "d:4:13: primitive.triggers must be one of trend_up"},
      {"[[primitive]]\nname = 'Dip'\nwhen = 'long'\ntriggers = []", "d:2:8: primitive.name must be 1 to 32 of a-z"},
      {"[[primitive]]\nname = 'hold'\nwhen = 'long'\ntriggers = []", "d:2:8: primitive.name is taken"},
      {"[[primitive]]\nname = 'flat'\nwhen = 'long'\ntriggers = []", "d:2:8: primitive.name is taken"},
      {kDip + kDip, "d:6:8: primitive.name is taken"},
      {kDip + "trigger = []", "d:5:1: unknown key 'primitive.trigger'; did you mean primitive.triggers?"},
      {"primitive = 3", "d:1:13: primitive must be tables [[primitive]]"},
      {edit, "d:1:1: boundary.at must be given: a time"},
      {edit + "at = 'soon'", "d:2:6: boundary.at must be a time, such as 2025-03-16T23:18:00Z (got 'soon')"},
      {edit + "at = 12:00:00", "d:2:6: boundary.at must be a time"},
      {edit + "action = 'move'\nat = 2025-01-01", "d:1:1: boundary.to must be given"},
      {edit + "at = 2025-01-01\nto = 2025-01-02", "d:3:6: boundary.to goes with action = \"move\" alone"},
      {edit + "action = 'split'\nat = 2025-01-01", "d:2:10: boundary.action must be one of add, move, remove"},
  };
  for (const Wrong& wrong : wrongs)
    expect_refused([&] { parse_definitions(wrong.text, "d"); }, ExitCode::usage, {wrong.message});
  std::string many;
  for (int i = 0; i < 21; ++i)
    many += "[[primitive]]\nname = 'k" + std::to_string(i) + "'\nwhen = 'long'\ntriggers = []\n";
  expect_refused([&] { parse_definitions(many, "d"); }, ExitCode::usage, {"0 to 19 tables"});
}

/// 2 up and 2 down in steps of an hour, held ten hours in between.
Fills two_hills() {
  return log_of(
      {fill(0, 1, 100, "a"), fill(3600, 1, 100, "b"), fill(40'000, -1, 100, "c"), fill(43'600, -1, 100, "d")});
}

std::vector<std::int64_t> minutes_of(const Strategy& s) {
  std::vector<std::int64_t> minutes;
  for (const std::int64_t ms : s.start_ms) minutes.push_back((ms - kStartMs) / 60'000);
  return minutes;
}

Decomposition decomposed(const std::string& definitions, const Fills& log = two_hills()) {
  DecompositionOptions options;
  options.definitions = parse_definitions(definitions, "d");
  options.rotations = 0;
  return decompose(log, bars_of(calm(200)), options);
}

TEST(Definitions, BoundariesByHandAreAddedMovedAndRemoved) {
  const std::vector<std::int64_t> before = {0, 60, 666, 726};
  EXPECT_EQ(minutes_of(decomposed("").strategy), before);
  const Decomposition d = decomposed(
      "[[boundary]]\nat = 2025-01-01T05:00:30Z\n"
      "[[boundary]]\naction = 'move'\nat = 2025-01-01T01:01:00Z\nto = 2025-01-01T00:50:00Z\n");
  EXPECT_EQ(minutes_of(d.strategy), (std::vector<std::int64_t>{0, 50, 300, 666, 726}));
  EXPECT_EQ(d.strategy.evidence[1], evidence_bit(Evidence::order_after_pause) | evidence_bit(Evidence::by_hand));
  EXPECT_EQ(d.strategy.evidence[2], evidence_bit(Evidence::by_hand));
  EXPECT_LT(d.strategy.confidence[2], 0.5f) << "nothing changes there";
  EXPECT_EQ(d.strategy.primitives[2].kind, static_cast<std::uint32_t>(PrimitiveKind::hold));
  EXPECT_GT(d.strategy.confidence[3], 0.99f);
  EXPECT_EQ(d.edits_done, (std::vector<bool>{true, true}));
  const Decomposition without = decomposed("[[boundary]]\naction = 'remove'\nat = 2025-01-01T11:06:00Z\n");
  EXPECT_EQ(std::count(without.strategy.evidence.begin(), without.strategy.evidence.end(),
                       evidence_bit(Evidence::direction_changed) | evidence_bit(Evidence::order_after_pause)),
            0);
  for (const float rmse : without.metrics.cycle_rmse) EXPECT_LE(rmse, kAccurateRmse) << "a fit that misses splits";
}

TEST(Definitions, BoundariesByHandThatCannotBeMadeAreRefused) {
  expect_refused([] { decomposed("[[boundary]]\naction = 'remove'\nat = 2025-01-01T05:00:00Z\n"); }, ExitCode::usage,
                 {"d:3:6: there is no boundary within a step of 2025-01-01T05:00:00Z; the nearest is at "
                  "2025-01-01T01:00:00Z"});
  expect_refused([] { decomposed("[[boundary]]\naction = 'remove'\nat = 2025-01-01\n"); }, ExitCode::usage,
                 {"d:3:6: the boundary that begins a position stays where it is"});
  expect_refused(
      [] { decomposed("[[boundary]]\naction = 'move'\nat = 2025-01-01T01:00:00Z\nto = 2025-01-02T00:00:00Z\n"); },
      ExitCode::usage, {"d:3:6: a boundary of the position held from 2025-01-01T00:00:00Z to", "before its end"});
  expect_refused([] { decomposed("[[boundary]]\nat = 2025-01-01T00:00:20Z\n"); }, ExitCode::usage,
                 {"later than its first step"});
  EXPECT_EQ(decomposed("[[boundary]]\nat = 2025-01-01T23:00:00Z\n").edits_done, std::vector<bool>{false})
      << "no position: another log may hold one";
  EXPECT_EQ(decomposed("[[boundary]]\nat = 2025-01-01T05:00:00Z\nsymbol = 'OTHER'\n").edits_done,
            std::vector<bool>{false});
}

TEST(Definitions, KindsOfTheUserAreKeptAndCallTheirEvents) {
  std::vector<double> closes = calm(400);
  for (std::size_t i = 330; i < 400; ++i) closes[i] *= 0.95;
  const Fills log = log_of({fill(331 * 300, 3, 95, "in"), fill(390 * 300, -3, 95, "out")});
  DecompositionOptions options;
  options.definitions = parse_definitions(kDip, "d");
  options.rotations = 19;
  const Decomposition d = decompose(log, bars_of(closes), options);
  ASSERT_EQ(d.strategy.primitives.size(), 2u);
  EXPECT_EQ(d.strategy.primitives[0].kind, kPrimitiveKinds);
  EXPECT_EQ(d.strategy.primitives[0].trigger, event_bit(MarketEvent::crash));
  EXPECT_EQ(d.strategy.kind_names.back(), "dip");
  EXPECT_EQ(d.strategy.kind_definitions, "dip: long and fall >= 3 [crash]");
  EXPECT_EQ(d.metrics.kinds.back(), 1u);
  EXPECT_GE(d.metrics.classified, 3);
  ASSERT_EQ(d.support.kinds.size(), kPrimitiveKinds + 1u);
  EXPECT_EQ(d.support.kinds.back().count, 1u);
  EXPECT_NEAR(d.strategy.frames[0].price, 95, 0.2);
  EXPECT_GT(d.strategy.frames[0].volatility, 0);
}

TEST(Definitions, AKindThatTheTraderFollowsIsMoreThanChance) {
  const Bars bars = random_bars(6000, 0.01, 21);
  std::vector<std::size_t> rises;
  for (std::size_t i = 6; i < bars.bars.size(); ++i)
    if (bars.bars[i].close > 1.05 * bars.bars[i - 6].close) rises.push_back(i);
  const Fills log = buys_after(bars, rises);
  const Definitions d = parse_definitions(
      "[[primitive]]\nname = 'chase'\nwhen = 'builds and long and rise >= 1.5'\ntriggers = ['trend_up']\n"
      "[[primitive]]\nname = 'fade'\nwhen = 'builds and long and fall >= 1.5'\ntriggers = []\n",
      "d");
  const KindSupports all =
      kind_support(build_ledger(log), bars, {}, d.vocabulary, log.time_resolution_ms, 60'000, 10, 199);
  ASSERT_EQ(all.kinds.size(), kPrimitiveKinds + 2u);
  EXPECT_TRUE(all.kinds[kPrimitiveKinds].supported());
  EXPECT_FALSE(all.kinds[kPrimitiveKinds + 1].supported());
}

TEST(Definitions, OfTheExampleSuitTheExample) {
  DecompositionOptions options;
  options.definitions = read_definitions_file(MARKETMIMIC_SOURCE_DIR "/tools/definitions.example.toml");
  options.rotations = 0;
  const Decomposition d = decomposed_example(options);
  EXPECT_EQ(std::count(d.edits_done.begin(), d.edits_done.end(), false), 0);
  for (std::size_t kind = kPrimitiveKinds; kind < d.strategy.kind_names.size(); ++kind)
    EXPECT_GT(d.metrics.kinds[kind], 0u) << d.strategy.kind_names[kind];
}

}  // namespace
}  // namespace marketmimic
