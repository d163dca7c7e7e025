#include "host/decomposition/ledger.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>

#include "demonstrations.hpp"
#include "host/input/time.hpp"
#include "logs.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {
namespace {

TEST(Ledger, BooksCashPositionAndACycle) {
  std::vector<Fill> fills = {fill(0, 2, 100, "a"), fill(60, 1, 110, "a"), fill(120, -3, 120, "b")};
  fills[2].fee = 1.5;
  const Ledger ledger = build_ledger(log_of(fills));
  EXPECT_DOUBLE_EQ(ledger.cash, -200 - 110 + 360 - 1.5);
  EXPECT_EQ(ledger.position, 0);
  EXPECT_DOUBLE_EQ(ledger.turnover, 6);
  ASSERT_EQ(ledger.cycles.size(), 1u);
  EXPECT_EQ(ledger.cycles[0].count, 3u);
  EXPECT_DOUBLE_EQ(ledger.cycles[0].peak, 3);
  EXPECT_TRUE(ledger.cycles[0].ends_flat);
  EXPECT_EQ(ledger.orders, (std::vector<std::string>{"a", "b"}));
}

TEST(Ledger, TheOrderOfRowsDoesNotMatter) {
  std::vector<Fill> fills;
  std::mt19937 draw(1);
  for (int i = 0; i < 200; ++i)
    fills.push_back(fill(i / 4, i % 7 < 3 ? 1.25 : -1, 100 + i, std::to_string(i / 5), {}, i));
  const Ledger sorted = build_ledger(log_of(fills));
  std::shuffle(fills.begin(), fills.end(), draw);
  const Ledger shuffled = build_ledger(log_of(fills));
  EXPECT_EQ(sorted.cash, shuffled.cash);
  EXPECT_EQ(sorted.orders, shuffled.orders);
  EXPECT_EQ(sorted.cycles.size(), shuffled.cycles.size());
  ASSERT_EQ(sorted.changes.size(), shuffled.changes.size());
  for (std::size_t i = 0; i < sorted.changes.size(); ++i) EXPECT_EQ(sorted.changes[i].after, shuffled.changes[i].after);
}

TEST(Ledger, AFlipEndsOneCycleAndBeginsTheNext) {
  const Ledger ledger =
      build_ledger(log_of({fill(0, 2, 100, "in"), fill(60, -5, 101, "flip"), fill(120, 3, 99, "out")}));
  ASSERT_EQ(ledger.cycles.size(), 2u);
  EXPECT_TRUE(ledger.cycles[0].ends_in_flip);
  EXPECT_TRUE(ledger.cycles[1].begins_in_flip);
  EXPECT_FALSE(ledger.cycles[0].begins_in_flip);
  EXPECT_DOUBLE_EQ(ledger.cycles[0].peak, 2);
  EXPECT_DOUBLE_EQ(ledger.cycles[1].peak, 3);
  ASSERT_EQ(ledger.changes.size(), 4u);
  EXPECT_DOUBLE_EQ(ledger.changes[1].size(), -2);
  EXPECT_DOUBLE_EQ(ledger.changes[2].size(), -3);
  EXPECT_EQ(ledger.changes[1].order, ledger.changes[2].order);
  EXPECT_DOUBLE_EQ(ledger.turnover, 10);
  EXPECT_DOUBLE_EQ(ledger.cash, -200 + 505 - 297);
}

TEST(Ledger, AnOrderThatGoesOnThroughZeroFlipsWhereverItsFillsFall) {
  const Ledger ledger =
      build_ledger(log_of({fill(0, 2, 100, "in"), fill(60, -1, 101, "flip"), fill(61, -1, 101, "flip"),
                           fill(62, -3, 101, "flip"), fill(120, 3, 99, "out"), fill(180, -1, 99, "next")}));
  ASSERT_EQ(ledger.cycles.size(), 3u);
  EXPECT_TRUE(ledger.cycles[0].ends_in_flip);
  EXPECT_TRUE(ledger.cycles[1].begins_in_flip);
  EXPECT_FALSE(ledger.cycles[1].ends_in_flip) << "another order began the next position";
  EXPECT_FALSE(ledger.cycles[2].begins_in_flip);
}

TEST(Ledger, TheLogMayEndWithThePositionOpen) {
  const Ledger ledger = build_ledger(log_of({fill(0, 2, 100, "a"), fill(60, -1, 101, "b")}));
  ASSERT_EQ(ledger.cycles.size(), 1u);
  EXPECT_FALSE(ledger.cycles[0].ends_flat);
  EXPECT_DOUBLE_EQ(ledger.position, 1);
}

TEST(Ledger, OneFillIsAnOpenCycle) {
  const Ledger ledger = build_ledger(log_of({fill(0, -0.5, 100, "a")}));
  ASSERT_EQ(ledger.cycles.size(), 1u);
  EXPECT_DOUBLE_EQ(ledger.cycles[0].peak, 0.5);
}

TEST(Ledger, TheStatedPositionIsTheTruth) {
  const Ledger ledger = build_ledger(log_of({fill(0, 2, 100, "a", 0.0), fill(60, -1, 100, "b", 2.0),
                                             fill(120, -1, 100, "c", 5.0), fill(180, -4, 100, "d", 4.0)}));
  ASSERT_EQ(ledger.unobserved.size(), 1u);
  EXPECT_EQ(ledger.unobserved[0].time_ms, kStartMs + 120'000);
  EXPECT_DOUBLE_EQ(ledger.unobserved[0].lots, 4);
  EXPECT_EQ(ledger.position, 0);
  EXPECT_DOUBLE_EQ(ledger.turnover, 8) << "what the log lacks is no trade";
  EXPECT_DOUBLE_EQ(ledger.cash, -200 + 100 + 100 + 400);
  EXPECT_DOUBLE_EQ(ledger.cycles[0].peak, 5);
  const auto& jump = ledger.changes[2];
  EXPECT_EQ(jump.order, PositionChange::unobserved);
  EXPECT_LT(jump.time_ms, kStartMs + 120'000) << "the position was held when the fill's step began";
}

TEST(Ledger, APositionFromBeforeTheLogIsUnobserved) {
  const Ledger ledger = build_ledger(log_of({fill(0, -3, 100, "a", 3.0), fill(60, 1, 100, "b", 0.0)}));
  ASSERT_EQ(ledger.unobserved.size(), 1u);
  EXPECT_DOUBLE_EQ(ledger.unobserved[0].lots, 3);
  EXPECT_EQ(ledger.cycles.size(), 2u);
}

TEST(Ledger, AnUnobservedCloseEndsTheCycle) {
  const Ledger ledger = build_ledger(log_of({fill(0, 3, 100, "a", 0.0), fill(600, 1, 100, "b", 0.0)}));
  ASSERT_EQ(ledger.cycles.size(), 2u);
  EXPECT_TRUE(ledger.cycles[0].ends_flat);
  EXPECT_FALSE(ledger.cycles[1].ends_flat);
}

TEST(Ledger, DustCountsAsFlat) {
  const Ledger ledger = build_ledger(log_of(
      {fill(0, -42, 100, "a"), fill(60, 41.99999, 100, "b"), fill(120, 0.00001, 100, "b"), fill(180, -1, 100, "c")}));
  ASSERT_EQ(ledger.cycles.size(), 2u);
  EXPECT_EQ(ledger.cycles[0].count, 3u) << "the fill that clears the dust belongs to the cycle that left it";
  EXPECT_NEAR(ledger.cycles[1].peak, 1, 1e-9);
  EXPECT_FALSE(ledger.cycles[1].ends_flat);
}

TEST(Ledger, ATinyPositionIsOneAllTheSame) {
  const Ledger ledger = build_ledger(
      log_of({fill(0, 1000, 1, "a"), fill(60, -1000, 1, "b"), fill(120, 1e-5, 1, "c"), fill(180, -1e-5, 1, "d")}));
  EXPECT_EQ(ledger.cycles.size(), 2u);
}

TEST(Ledger, RoundingOfTheLogIsNoJump) {
  std::vector<Fill> fills;
  double position = 0;
  for (int i = 0; i < 30; ++i) {
    fills.push_back(fill(i, 0.1, 100, "a", position));
    position = std::round((position + 0.1) * 10) / 10;  // as the log states it, 0.30000000000000004 elsewhere
  }
  EXPECT_TRUE(build_ledger(log_of(fills)).unobserved.empty());
}

TEST(Ledger, RefusesDuplicates) {
  expect_refused(
      [] {
        build_ledger(log_of({fill(0, 1, 100, "a", {}, 7), fill(0, 1, 100, "a", {}, 7)}));
      },
      ExitCode::input_data, {"sequence 7", "2025-01-01T00:00:00Z", "duplicate"});
}

TEST(Ledger, RefusesStatedPositionsThatContradictThroughout) {
  std::vector<Fill> fills;
  for (int i = 0; i < 20; ++i) fills.push_back(fill(i, 1, 100, "a", -i));
  expect_refused([&] { build_ledger(log_of(fills)); }, ExitCode::input_data, {"start_position", "19 of 20"});
}

TEST(Ledger, RefusesAnEmptyLog) {
  expect_refused([] { build_ledger(log_of({})); }, ExitCode::input_data, {"test.csv", "no position"});
}

TEST(Ledger, OfTheRealFillsIsWhatTheirReadmeTells) {
  const auto file = shared_data() / "btcusdt_5m/fills.csv.gz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no recordings here: " << file;
  const Ledger ledger = build_ledger(read_fills(file));
  EXPECT_EQ(ledger.cycles.size(), 43u);
  EXPECT_EQ(std::count_if(ledger.cycles.begin(), ledger.cycles.end(), [](const auto& c) { return c.ends_flat; }), 42);
  EXPECT_FALSE(ledger.cycles.back().ends_flat);
  EXPECT_NEAR(ledger.position, 61.11, 0.005);
  EXPECT_EQ(ledger.orders.size(), 131u);
  ASSERT_EQ(ledger.unobserved.size(), 4u);
  const double sizes[] = {3.51, -1.49, 34.58, 29.34};
  const char* const times[] = {"2025-04-10T16:07Z", "2025-04-15T03:34Z", "2025-04-22T17:33Z", "2025-04-28T14:23Z"};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(ledger.unobserved[i].lots, sizes[i], 0.005);
    EXPECT_EQ(ledger.unobserved[i].time_ms, parse_time(times[i]));
  }
}

TEST(Ledger, OfTheRealRoundTripsHas706Cycles) {
  const auto file = shared_data() / "btcperp_1h/trades_supertrend.csv.gz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no recordings here: " << file;
  const Ledger ledger = build_ledger(read_fills(file));
  EXPECT_EQ(ledger.cycles.size(), 706u);
  EXPECT_NEAR(ledger.position, 0, 1e-6);
}

}  // namespace
}  // namespace marketmimic
