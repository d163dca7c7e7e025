#include "host/decomposition/decompose.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "demonstrations.hpp"
#include "host/decomposition/naming.hpp"
#include "logs.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {
namespace {

/// Bars that trend up by half a volatility a bar from bar `from` on.
std::vector<double> trending(std::size_t from, std::size_t count) {
  std::vector<double> closes = calm(count);
  for (std::size_t i = from; i < count; ++i) closes[i] *= std::exp(0.0005 * static_cast<double>(i - from));
  return closes;
}

std::vector<PrimitiveKind> kinds_of(const Decomposition& d) {
  std::vector<PrimitiveKind> kinds;
  for (const Primitive& p : d.strategy.primitives) kinds.push_back(static_cast<PrimitiveKind>(p.kind));
  return kinds;
}

TEST(Decompose, NamesPlantedPrimitivesAndTheirTriggers) {
  const std::vector<double> closes = trending(300, 420);
  // In while it ranges, more once it trends, out in two parts at a gain.
  const Decomposition d =
      decompose(log_of({fill(290 * 300, 1, 100, "range"), fill(340 * 300 + 60, 1, closes[339], "trend"),
                        fill(380 * 300, -1, closes[379], "half"), fill(385 * 300, -1, closes[384], "rest")}),
                bars_of(closes), {});
  EXPECT_EQ(kinds_of(d),
            (std::vector<PrimitiveKind>{PrimitiveKind::range_bound_accumulation, PrimitiveKind::bull_market_entry,
                                        PrimitiveKind::take_profit_scale_out, PrimitiveKind::take_profit_scale_out}));
  const auto& p = d.strategy.primitives;
  EXPECT_EQ(p[0].trigger, event_bit(MarketEvent::range));
  EXPECT_EQ(p[1].trigger, event_bit(MarketEvent::trend_up));
  EXPECT_EQ(p[2].trigger, 0u) << "the trend had called the entry already: this is the trader's own timing";
  EXPECT_EQ(d.strategy.events[2] & event_bit(MarketEvent::trend_up), event_bit(MarketEvent::trend_up));
  EXPECT_EQ(p[0].duration, 50 * 300 + 60);
  EXPECT_EQ(p[3].duration, 180);
  EXPECT_FLOAT_EQ(p[0].goal, 0.5f);
  EXPECT_FLOAT_EQ(p[3].goal, 0);
  EXPECT_EQ(d.strategy.start_ms[1], kStartMs + (340 * 300 + 60) * 1000);
  EXPECT_EQ(d.metrics.classified, d.metrics.turnover);
  EXPECT_EQ(d.metrics.baseline_parameters, 8u);
  EXPECT_EQ(d.metrics.parameters, 8u);
}

/// Bars of five minutes; a primitive that begins within bar 300 knows bar 299.
TEST(Decompose, KeepsTheMarketInWhichEachPrimitiveBegan) {
  std::vector<double> closes = calm(400);
  Bars bars = bars_of(closes);
  const Fills log = log_of({fill(300 * 300 + 60, 1, 100, "in"), fill(330 * 300 + 60, -1, 100, "out")});
  DecompositionOptions options;
  options.rotations = 0;
  const Decomposition without = decompose(log, bars, options);
  ASSERT_EQ(without.strategy.frames.size(), 2u);
  EXPECT_TRUE(std::isnan(without.strategy.frames[0].spread));
  EXPECT_TRUE(std::isnan(without.strategy.frames[0].depth));
  for (std::size_t i = 0; i < bars.bars.size(); ++i) {
    bars.bars[i].volume = static_cast<double>(i);
    bars.quotes.push_back({0.01 * static_cast<double>(i), 10.0 * static_cast<double>(i)});
  }
  const Decomposition d = decompose(log, bars, options);
  const EventFrame &in = d.strategy.frames[0], &out = d.strategy.frames[1];
  EXPECT_FLOAT_EQ(in.price, static_cast<float>(closes[299]));
  EXPECT_FLOAT_EQ(in.spread, 2.99f);
  EXPECT_FLOAT_EQ(in.depth, 2990);
  EXPECT_FLOAT_EQ(in.volume, 293.5f) << "of bars 288 to 299";
  EXPECT_FLOAT_EQ(out.depth, 3290);
  EXPECT_GT(in.volatility, 0);
}

TEST(Decompose, NamesAFlipAndACrashExit) {
  std::vector<double> closes = calm(400);
  for (std::size_t i = 330; i < 400; ++i) closes[i] *= 0.95;
  const Decomposition d = decompose(
      log_of({fill(300 * 300, -2, 100, "in"), fill(310 * 300, 5, 100, "flip"), fill(331 * 300, -3, 95, "crash")}),
      bars_of(closes), {});
  EXPECT_EQ(kinds_of(d)[1], PrimitiveKind::position_flip);
  EXPECT_EQ(kinds_of(d)[2], PrimitiveKind::position_flip);
  EXPECT_EQ(kinds_of(d)[3], PrimitiveKind::flash_crash_exit);
  EXPECT_EQ(d.strategy.primitives[3].trigger, event_bit(MarketEvent::crash));
  for (std::size_t i = 0; i < 4; ++i) {
    const Primitive& p = d.strategy.primitives[i];
    const bool last = i == 3 || d.strategy.primitives[i + 1].cycle != p.cycle;
    EXPECT_EQ(p.end, last ? 0u : d.strategy.primitives[i + 1].trigger) << "the event on which the trader left it";
  }
  EXPECT_EQ(d.strategy.primitives[2].end, event_bit(MarketEvent::crash));
}

TEST(Decompose, MeasuresAggressivenessByVolume) {
  std::vector<Fill> fills = {fill(0, 3, 100, "a"), fill(10, 1, 100, "a"), fill(3600, -4, 100, "b")};
  fills[1].taker = false;
  fills[2].taker.reset();
  const Decomposition d = decompose(log_of(fills), bars_of(calm(50)), {});
  EXPECT_FLOAT_EQ(d.strategy.primitives[0].aggressiveness, 0.75f);
  EXPECT_FLOAT_EQ(d.strategy.primitives[1].aggressiveness, 1) << "a log that does not say";
}

TEST(Decompose, OneFillIsAStrategyThatStaysOpen) {
  const Decomposition d = decompose(log_of({fill(600, -0.5, 100, "a")}), bars_of(calm(50)), {});
  ASSERT_EQ(d.strategy.cycles.size(), 1u);
  EXPECT_EQ(d.strategy.cycles[0].ends_flat, 0u);
  EXPECT_EQ(d.strategy.primitives[0].goal, -1);
  EXPECT_EQ(d.metrics.accurate_cycles, 1u);
  EXPECT_THAT(d.notices, testing::Contains(testing::HasSubstr("ends with a position of -0.5")));
}

TEST(Decompose, NamesThatAreNoUtf8BecomeReadable) {
  Fills log = log_of({fill(600, -0.5, 100, "a")});
  log.symbol = "BTC\xe9";
  log.source = "/logs/caf\xe9.csv";
  const Decomposition d = decompose(log, bars_of(calm(50)), {.detectors = {}, .rotations = 0});
  EXPECT_EQ(d.strategy.symbol, "BTC?");
  EXPECT_EQ(d.strategy.provenance, "decomposed from caf?.csv and bars.csv");
}

TEST(Decompose, WhatTheClockCannotSeeCountsAsMissed) {
  const Decomposition d =
      decompose(log_of({fill(0, 1, 100, "a"), fill(20, -1, 100, "b"), fill(600, 1, 100, "c"), fill(900, -1, 100, "d")}),
                bars_of(calm(50)), {});
  EXPECT_EQ(d.metrics.cycles, 2u);
  EXPECT_EQ(d.metrics.invisible_cycles, 1u);
  EXPECT_EQ(d.metrics.accurate_cycles, 1u);
  EXPECT_EQ(d.metrics.cycle_rmse[0], 1);
  EXPECT_EQ(d.metrics.order_parts, 4u);
  EXPECT_EQ(d.metrics.order_parts_timed, 2u);
  EXPECT_EQ(d.strategy.cycles.size(), 1u);
  EXPECT_THAT(d.notices, testing::Contains(testing::HasSubstr("1 cycles begin and end within one step")));
  expect_refused(
      [] {
        decompose(log_of({fill(0, 1, 100, "a"), fill(20, -1, 100, "b")}), bars_of(calm(50)), {});
      },
      ExitCode::input_data, {"test.csv", "decision interval"});
}

TEST(Decompose, KeepsUnobservedChangesApart) {
  const Decomposition d =
      decompose(log_of({fill(0, 1, 100, "a", 0.0), fill(3000, 1, 100, "b", 3.0), fill(6000, -4, 100, "c", 4.0)}),
                bars_of(calm(50)), {});
  EXPECT_EQ(d.strategy.unobserved.size(), 1u);
  EXPECT_THAT(d.notices,
              testing::Contains("unobserved: +2 before the fill at 2025-01-01T00:50:00Z; the log lacks these trades"));
  EXPECT_EQ(d.strategy.trades.size(), 3u);
  EXPECT_EQ(d.metrics.orders, 3u);
  EXPECT_EQ(d.metrics.segments, 4u);
  const auto jump = std::find_if(d.strategy.evidence.begin(), d.strategy.evidence.end(), [](std::uint32_t mask) {
    return (mask & evidence_bit(Evidence::unobserved_change)) != 0;
  });
  ASSERT_NE(jump, d.strategy.evidence.end());
  EXPECT_EQ(d.strategy.orders[static_cast<std::size_t>(jump - d.strategy.evidence.begin())], 0u);
}

TEST(Decompose, NamesTheFirstContradictionsAndCountsTheRest) {
  std::vector<Fill> fills;
  for (int i = 0; i < 90; ++i) fills.push_back(fill(120 * i, 1, 100, "a", i + i / 3));  // every third is unexplained
  const Decomposition d = decompose(log_of(fills), bars_of(calm(50)), {.detectors = {}, .rotations = 0});
  EXPECT_EQ(d.strategy.unobserved.size(), 29u);
  const auto unobserved = [](const std::string& notice) { return notice.starts_with("unobserved"); };
  EXPECT_EQ(std::count_if(d.notices.begin(), d.notices.end(), unobserved), 21);
  EXPECT_THAT(d.notices, testing::Contains("unobserved: 9 more changes like these"));
}

TEST(Decompose, RefusesWhatDoesNotFitTogether) {
  const Fills log = log_of({fill(0, 1, 100, "a"), fill(600, -1, 100, "b")});
  expect_refused(
      [&] {
        decompose(log_of({fill(-7200, 1, 100, "a"), fill(0, -1, 100, "b")}), bars_of(calm(9)), {});
      },
      ExitCode::input_data, {"test.csv", "1 of 2"});
  DecompositionOptions options;
  options.step_seconds = 7;
  expect_refused([&] { decompose(log, bars_of(calm(9)), options); }, ExitCode::usage, {"bars.csv", "7 s"});
  options.step_seconds = 0;
  expect_refused([&] { decompose(log, bars_of(calm(9)), options); }, ExitCode::usage, {"above 0"});
}

TEST(Decompose, ThePictureShowsWhatWasFound) {
  const Decomposition d =
      decompose(log_of({fill(30'000, 1, 100, "a"), fill(45'000, 1, 100, "b"), fill(60'000, -2, 100, "c")}),
                bars_of(calm(300)), {});
  const DemonstrationPicture& p = d.picture;
  EXPECT_EQ(p.segments.size(), d.strategy.primitives.size());
  EXPECT_EQ(p.segments.front().begin_ms, kStartMs + 30'000'000);
  ASSERT_FALSE(p.exposures.empty());
  EXPECT_EQ(p.exposures.back().demonstrated, 0);
  EXPECT_TRUE(std::is_sorted(p.exposures.begin(), p.exposures.end(),
                             [](const auto& a, const auto& b) { return a.time_ms < b.time_ms; }));
  for (const auto& point : p.exposures) EXPECT_NEAR(point.demonstrated, point.reproduced, 1e-3);
  EXPECT_LE(p.prices.front().time_ms, p.segments.front().begin_ms);
  EXPECT_GE(p.prices.back().time_ms, p.segments.back().end_ms);
}

TEST(Decompose, ReproducesTheRealFills) {
  const auto d = real_demonstration("btcusdt_5m/fills.csv.gz", "btcusdt_5m/bars.csv.gz");
  if (!d) GTEST_SKIP() << "no recordings here: " << shared_data();
  const DecompositionMetrics& m = d->metrics;
  EXPECT_EQ(m.fills, 9173u);
  EXPECT_EQ(m.orders, 131u);
  EXPECT_EQ(m.cycles, 43u);
  EXPECT_EQ(m.closed_cycles, 42u);
  EXPECT_EQ(m.invisible_cycles, 0u);
  EXPECT_GE(static_cast<double>(m.accurate_cycles), 0.9 * static_cast<double>(m.cycles));
  EXPECT_EQ(m.order_parts, 134u) << "three orders flip the position";
  EXPECT_EQ(m.order_parts_timed, m.order_parts);
  EXPECT_LE(m.segments, m.orders + m.cycles);
  EXPECT_LE(m.parameters, m.baseline_parameters);
  EXPECT_EQ(m.netted, 0) << "no minute of the log has both a buy and a sell";
  EXPECT_EQ(d->strategy.unobserved.size(), 4u);
  EXPECT_EQ(d->strategy.cycles.back().ends_flat, 0u);
  std::size_t orders = 0;
  for (const std::uint32_t count : d->strategy.orders) orders += count;
  EXPECT_EQ(orders, m.order_parts);
  for (const Primitive& p : d->strategy.primitives) EXPECT_EQ(std::fmod(p.duration, 60.0f), 0.0f);
}

TEST(Decompose, ReproducesTheRealRoundTrips) {
  const auto d = real_demonstration("btcperp_1h/trades_supertrend.csv.gz", "btcperp_1h/bars.json.gz");
  if (!d) GTEST_SKIP() << "no recordings here: " << shared_data();
  const DecompositionMetrics& m = d->metrics;
  EXPECT_EQ(m.cycles, 706u);
  EXPECT_EQ(m.closed_cycles, 706u);
  EXPECT_EQ(m.invisible_cycles, 6u) << "round trips of less than a minute";
  EXPECT_EQ(m.accurate_cycles, 700u);
  EXPECT_EQ(m.order_parts_timed, 1400u);
  EXPECT_LE(m.segments, m.orders + m.cycles);
}

}  // namespace
}  // namespace marketmimic
