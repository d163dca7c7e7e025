#include "host/decomposition/join.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "host/decomposition/decompose.hpp"
#include "host/decomposition/inspection.hpp"
#include "logs.hpp"
#include "strategies.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {
namespace {

TEST(Join, OfOneIsItself) {
  const Strategy one = joined({small_strategy()});
  EXPECT_EQ(one.provenance, small_strategy().provenance);
  EXPECT_EQ(one.cycles.size(), small_strategy().cycles.size());
}

TEST(Join, KeepsEveryCycleAsItWas) {
  Strategy other = small_strategy();
  other.symbol = "OTHER";
  other.provenance = "made elsewhere";
  other.cycle_peak = {7, 8};
  other.forcing[kForcingEntries + 5] = 0.75f;
  const Strategy all = joined({small_strategy(), other, small_strategy()});
  check_strategy(all, "joined");
  ASSERT_EQ(all.cycles.size(), 6u);
  ASSERT_EQ(all.primitives.size(), 12u);
  for (std::size_t i = 0; i < all.cycles.size(); ++i) {
    const Strategy& source = i / 2 == 1 ? other : small_strategy();
    const Cycle& cycle = all.cycles[i];
    EXPECT_EQ(cycle.first, 2 * i);
    EXPECT_EQ(cycle.duration, source.cycles[i % 2].duration);
    EXPECT_EQ(all.cycle_peak[i], source.cycle_peak[i % 2]);
    const auto path = [](const Strategy& s, std::size_t c) {
      return std::vector<float>(s.exposure.begin() + static_cast<std::ptrdiff_t>(s.exposure_first[c]),
                                s.exposure.begin() + static_cast<std::ptrdiff_t>(s.exposure_first[c + 1]));
    };
    EXPECT_EQ(path(all, i), path(source, i % 2));
    for (std::size_t k = 0; k < 2; ++k) {
      const Primitive &p = all.primitives[2 * i + k], &q = source.primitives[2 * (i % 2) + k];
      EXPECT_EQ(p.goal, q.goal);
      EXPECT_EQ(p.kind, q.kind);
      EXPECT_EQ(p.forcing == 0, q.forcing == 0);
      EXPECT_EQ(all.forcing[p.forcing + 5], source.forcing[q.forcing + 5]);
      const Aggressiveness &a = all.aggressiveness[2 * i + k], &b = source.aggressiveness[2 * (i % 2) + k];
      EXPECT_EQ(a.tau, b.tau);
      EXPECT_EQ(a.goal, b.goal);
      EXPECT_EQ(all.forcing[a.forcing + 5], source.forcing[b.forcing + 5]);
      EXPECT_EQ(all.aggressiveness_error[2 * i + k], source.aggressiveness_error[2 * (i % 2) + k]);
    }
  }
  EXPECT_EQ(all.symbol, "TEST; OTHER");
  EXPECT_EQ(all.provenance, "made for a test; made elsewhere; made for a test");
  ASSERT_EQ(all.demonstrations.size(), 3u);
  for (const Demonstration& d : all.demonstrations) {
    EXPECT_EQ(d.cycles, 2u);
    EXPECT_EQ(d.trades, 2u);
    EXPECT_EQ(d.unobserved, 1u);
  }
}

TEST(Join, NamesOnlySymbolsThatHaveAName) {
  Strategy nameless = small_strategy();
  nameless.symbol.clear();
  EXPECT_EQ(joined({small_strategy(), nameless}).symbol, "TEST");
  EXPECT_EQ(joined({nameless, small_strategy()}).symbol, "TEST");
}

TEST(Join, GoesThroughAFile) {
  const Strategy all = joined({small_strategy(), small_strategy()});
  const TestFile file(".h5");
  write_strategy_file(all, file.path());
  const Strategy back = read_strategy_file(file.path());
  ASSERT_EQ(back.demonstrations.size(), 2u);
  EXPECT_EQ(back.demonstrations[1].cycles, 2u);
  EXPECT_EQ(back.demonstrations[1].bars_last_ms, all.demonstrations[1].bars_last_ms);
}

TEST(Join, OfManyLogsKeepsOneLine) {
  std::vector<Strategy> parts(200, small_strategy());
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i].symbol = "SYMBOL-" + std::string(30, 'x') + std::to_string(i);
  const Strategy all = joined(parts);
  check_strategy(all, "joined");
  EXPECT_TRUE(all.symbol.ends_with("; ..."));
  EXPECT_EQ(all.demonstrations.size(), 200u);
}

TEST(Join, KeepsTheEventsOnWhichEveryLogLeavesOnASide) {
  constexpr auto event = static_cast<std::uint32_t>(ExitCause::event);
  constexpr std::uint32_t range = event_bit(MarketEvent::range), crash = event_bit(MarketEvent::crash);
  const auto leaving_on = [](std::uint32_t as_long, std::uint32_t as_short) {
    Strategy s = small_strategy();
    for (Cycle& cycle : s.cycles) cycle.exit_cause = event;
    s.rules.exits_on[0] = as_long;
    s.rules.exits_on[1] = as_short;
    s.rules.turns_on[0] = s.rules.turns_on[1] = range;
    s.primitives[1].trigger = as_long & crash ? crash : range;
    return s;
  };
  const Strategy all = joined({leaving_on(range | crash, crash), leaving_on(range, range)});
  EXPECT_EQ(all.rules.exits_on[0], range);
  EXPECT_EQ(all.rules.exits_on[1], 0u);
  EXPECT_EQ(all.rules.turns_on[0], range);
  ASSERT_EQ(all.cycles.size(), 4u);
  EXPECT_EQ(all.cycles[0].exit_cause, 0u) << "left on the crash";
  EXPECT_EQ(all.cycles[2].exit_cause, event);
  for (const std::size_t as_short : {1u, 3u})
    EXPECT_EQ(all.cycles[as_short].exit_cause, 0u) << "else positions that no rule ends would wait for one";
}

TEST(Join, RefusesDifferentClocks) {
  Strategy other = small_strategy();
  other.bar_seconds = 3600;
  expect_refused(
      [&] {
        joined({small_strategy(), other});
      },
      ExitCode::input_data, {"bars of 5 min", "bars of 1 h", "give bars of one interval"});
  expect_refused([] { joined({}); }, ExitCode::input_data, {"no demonstration"});
}

/// Two demonstrations together hold what each holds alone.
TEST(Join, AddsUpWhatEachDemonstrationShows) {
  const auto decomposed = [](double size, double first) {
    return decompose(log_of({fill(first, size, 100, "a"), fill(first + 3000, -size, 101, "b")}), bars_of(calm(90)),
                     {.detectors = {}, .rotations = 0})
        .strategy;
  };
  const Strategy a = decomposed(1, 600), b = decomposed(-5, 9000), both = joined({a, b});
  EXPECT_EQ(both.primitives.size(), a.primitives.size() + b.primitives.size());
  std::size_t alone = 0, together = 0;
  for (const Strategy* s : {&a, &b})
    for (const Transition& t : inspect(*s).transitions) alone += t.count;
  for (const Transition& t : inspect(both).transitions) together += t.count;
  EXPECT_EQ(together, alone) << "nothing follows from one log to the next";
  const Strategy reversed = joined({b, a});
  const std::string text = inspection_text(reversed, inspect(reversed));
  EXPECT_THAT(text, testing::HasSubstr("2 cycles of 2 logs (2 closed) of TEST, 2025-01-01T00:10:00Z to "))
      << "the earlier log may come last";
  EXPECT_EQ(inspection_json(reversed, inspect(reversed))["demonstrations"], 2);
}

}  // namespace
}  // namespace marketmimic
