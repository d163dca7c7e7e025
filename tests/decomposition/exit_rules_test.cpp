#include "host/decomposition/exit_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "demonstrations.hpp"
#include "host/decomposition/decompose.hpp"
#include "host/decomposition/market_prices.hpp"
#include "known_rule.hpp"
#include "logs.hpp"

namespace marketmimic {
namespace {

Bars four_bars() {
  Bars bars = bars_of({100, 104, 98, 103});
  bars.bars[1].high = 105;
  return bars;
}

TEST(ExitRules, ExcursionsAreTheRecordsOfTheBarsThatHeldAPosition) {
  const Bars bars = four_bars();
  const Fills log = log_of({fill(300, 1, 100, "in"), fill(1000, -1, 100, "out")});
  const HeldPositions held(build_ledger(log), bars, 1000);
  const Excursion gain = held.excursions(1, {}).at(0);
  ASSERT_EQ(gain.records.size(), 1u);
  EXPECT_NEAR(gain.records[0], std::log(1.05), 1e-12);
  EXPECT_EQ(gain.bars, 3u);
  EXPECT_FALSE(gain.left_at_record);
  const Excursion loss = held.excursions(-1, {}).at(0);
  ASSERT_EQ(loss.records.size(), 1u) << "opens at 100, its entry: no loss in the first bar";
  EXPECT_NEAR(loss.records[0], std::log(100.0 / 98), 1e-12);
  const Excursion trail = held.excursions(-1, {.from_best = true}).at(0);
  EXPECT_NEAR(trail.records.back(), std::log(105.0 / 98), 1e-12);
}

TEST(ExitRules, WhatTradesAtTheStartOfABarHasNotSeenIt) {
  const Bars bars = four_bars();
  const Fills log = log_of({fill(300, 1, 100, "in"), fill(600, -1, 104, "out")});
  EXPECT_TRUE(HeldPositions(build_ledger(log), bars, 60'000).excursions(-1, {}).at(0).records.empty());
  const Excursion coarse = HeldPositions(build_ledger(log), bars, 300'000).excursions(-1, {}).at(0);
  EXPECT_EQ(coarse.records.size(), 1u) << "a log that tells bars only may have traded anywhere in this one";
  EXPECT_TRUE(coarse.left_at_record);
}

TEST(ExitRules, AShortPositionGainsWhereThePriceFalls) {
  const Bars bars = four_bars();
  const Ledger ledger = build_ledger(log_of({fill(300, -2, 104, "in"), fill(1000, 2, 98, "out")}));
  const Excursion gain = HeldPositions(ledger, bars, 1000).excursions(1, {}).at(0);
  EXPECT_NEAR(gain.records.back(), std::log(104.0 / 98), 1e-12);
  EXPECT_TRUE(gain.ended);
  EXPECT_EQ(gain.bars, 3u);
}

TEST(ExitRules, OfAPositionThatStaysOpenNothingIsKnownBeyondTheLog) {
  const Bars bars = four_bars();
  const Ledger ledger = build_ledger(log_of({fill(0, 1, 100, "in"), fill(300, 1, 104, "more")}));
  const Excursion gain = HeldPositions(ledger, bars, 1000).excursions(1, {}).at(0);
  EXPECT_TRUE(gain.records.empty());
  EXPECT_FALSE(gain.ended);
  EXPECT_EQ(gain.bars, 1u);
}

TEST(ExitRules, BarsLongAfterAnOpenPositionDoNotHideTheStop) {
  const Bars bars = random_bars(1200, 0.008, 5);
  Bars traded = bars;
  traded.bars.resize(600);
  KnownRule rule;
  rule.target = 1;  // none but stops, else signals
  Fills log = trade(rule, traded).fills;
  const Bar& last = traded.bars.back();
  log.fills.push_back(log.fills.back());
  log.fills.back().time_ms = last.time_ms;
  log.fills.back().side = 1;
  log.fills.back().price = last.open;
  ++log.fills.back().sequence;
  log.fills.back().order_id = "open";
  const auto stop_of = [&](const Bars& known) {
    const Ledger ledger = build_ledger(log);
    return learn_exit_rules(HeldPositions(ledger, known, log.time_resolution_ms)).stop;
  };
  ASSERT_TRUE(stop_of(traded));
  ASSERT_TRUE(stop_of(bars));
  EXPECT_EQ(stop_of(bars)->level.distance, stop_of(traded)->level.distance);
  EXPECT_EQ(stop_of(bars)->level.likelihood_ratio, stop_of(traded)->level.likelihood_ratio);
}

/// Share of exits of each reason whose primitive has the right name: a stop, a target, neither.
std::array<double, 3> recalls(const KnownLog& log, const Bars& bars) {
  const Decomposition d = decompose(at_market_prices(log.fills, bars), bars, {.detectors = {}, .rotations = 0});
  std::array<double, 3> hits{}, counts{};
  std::size_t cycle = 0;
  for (std::size_t trip = 0; trip < log.reasons.size(); ++trip) {
    const auto reason = static_cast<std::size_t>(log.reasons[trip]);
    ++counts[reason];
    const Cycle& c = d.strategy.cycles[cycle];
    if (d.strategy.start_ms[c.first] != log.fills.fills[2 * trip].time_ms) continue;
    if (cycle + 1 < d.strategy.cycles.size()) ++cycle;
    const auto kind = static_cast<PrimitiveKind>(d.strategy.primitives[c.first + c.count - 1].kind);
    const ExitReason called = kind == PrimitiveKind::stop_loss_trail         ? ExitReason::stop
                              : kind == PrimitiveKind::take_profit_scale_out ? ExitReason::target
                                                                             : ExitReason::signal;
    hits[reason] += called == log.reasons[trip] ? 1 : 0;
  }
  for (std::size_t k = 0; k < 3; ++k) hits[k] /= counts[k];
  return hits;
}

TEST(ExitRules, ReasonsAreRecoveredFromTimesSidesAndSizes) {
  const Bars bars = random_bars(12'000, 0.008, 5);
  KnownRule rule;
  rule.minutes = false;
  EXPECT_THAT(recalls(trade(rule, bars), bars), testing::Each(testing::Gt(0.85)))
      << "a log that tells bars only: a signal at the start of a bar that goes on to the stop looks like the stop";
  rule.trailing = rule.minutes = true;
  rule.unit = KnownRule::Unit::volatility;
  rule.stop = 4;
  rule.target = 6;
  EXPECT_THAT(recalls(trade(rule, bars), bars), testing::Each(testing::Gt(0.9)));
}

TEST(ExitRules, TheTradersOwnUnitAndItsMemoryAreFound) {
  // The volatility of the bars wanders by a factor of three, or else every memory would do.
  Bars bars = random_bars(12'000, 0.008, 8);
  std::mt19937_64 engine(9);
  std::normal_distribution<double> normal;
  double before = bars.bars.front().open, size = 0;
  for (Bar& bar : bars.bars) {
    const double first = bar.open, factor = std::exp(size);
    const auto at = [&](double price) { return before * std::exp(factor * std::log(price / first)); };
    bar = {bar.time_ms, at(bar.open), at(bar.high), at(bar.low), at(bar.close), bar.volume};
    before = bar.close;
    size = 0.98 * size + 0.11 * normal(engine);
  }
  struct {
    KnownRule::Unit unit;
    std::size_t bars;
    ExitUnit found;
  } const traders[] = {{KnownRule::Unit::volatility, 100, ExitUnit::window},
                       {KnownRule::Unit::volatility, 37, ExitUnit::window},
                       {KnownRule::Unit::smoothed, 30, ExitUnit::smoothed},
                       {KnownRule::Unit::true_range, 14, ExitUnit::true_range},
                       {KnownRule::Unit::log_price, 100, ExitUnit::log_price}};
  for (const bool trailing : {false, true})
    for (const auto& trader : traders) {
      const bool price = trader.unit == KnownRule::Unit::log_price;
      KnownRule rule;
      rule.trailing = trailing;
      rule.unit = trader.unit;
      rule.unit_bars = trader.bars;
      rule.stop = price ? 0.03 : 4;
      rule.target = price ? 0.05 : 6;
      const Fills log = trade(rule, bars).fills;
      const ExitRules found = learn_exit_rules(HeldPositions(build_ledger(log), bars, log.time_resolution_ms));
      for (const bool stop : {true, false}) {
        const std::optional<ExitRule>& one = stop ? found.stop : found.target;
        ASSERT_TRUE(one) << trader.bars << stop << trailing;
        EXPECT_EQ(one->yardstick.unit, trader.found) << trader.bars << stop << trailing;
        EXPECT_EQ(one->yardstick.from_best, stop && trailing);
        if (!price)
          EXPECT_NEAR(one->yardstick.memory / static_cast<double>(trader.bars), 1, 0.1) << trader.bars << stop;
        EXPECT_NEAR(one->level.distance / (stop ? rule.stop : rule.target), 1, 0.02) << trader.bars << stop;
        EXPECT_LE(one->level.spread, 0.03);
      }
    }
}

TEST(ExitRules, OfATraderWhoLooksAtClosesAreOfCloses) {
  const Bars bars = random_bars(12'000, 0.008, 5);
  KnownRule rule;
  rule.at_close = true;
  for (const bool trailing : {false, true}) {
    rule.trailing = trailing;
    const KnownLog log = trade(rule, bars);
    const ExitRules found =
        learn_exit_rules(HeldPositions(build_ledger(log.fills), bars, log.fills.time_resolution_ms));
    ASSERT_TRUE(found.stop && found.target);
    EXPECT_TRUE(found.stop->yardstick.at_close && found.target->yardstick.at_close);
    EXPECT_EQ(found.stop->yardstick.from_best, trailing);
    EXPECT_NEAR(found.stop->level.distance, rule.stop, 0.001);
    EXPECT_NEAR(found.target->level.distance, rule.target, 0.001);
    EXPECT_THAT(recalls(log, bars), testing::Each(testing::Gt(0.95)));
  }
}

TEST(ExitRules, AreFoundWhereTheBarsBeginWithTheLog) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const Bars bars = random_bars(2500, 0.008, 40 + seed);
    KnownRule rule;
    rule.unit = KnownRule::Unit::volatility;
    rule.unit_bars = 30;
    rule.stop = 4;
    rule.target = 6;
    const Fills log = trade(rule, bars).fills;
    Bars cut = bars;
    std::erase_if(cut.bars, [&](const Bar& bar) { return bar.time_ms < log.fills.front().time_ms; });
    const ExitRules found = learn_exit_rules(HeldPositions(build_ledger(log), cut, log.time_resolution_ms));
    ASSERT_TRUE(found.stop) << seed;
    EXPECT_NEAR(found.stop->level.distance, rule.stop, 0.4);
  }
}

TEST(ExitRules, AStopThatFewReachIsFound) {
  const Bars bars = random_bars(12'000, 0.008, 12);
  KnownRule rule;
  rule.stop = 0.06;
  rule.target = 0.05;
  const KnownLog log = trade(rule, bars);
  const auto stops = std::count(log.reasons.begin(), log.reasons.end(), ExitReason::stop);
  ASSERT_GE(stops, 4);
  ASSERT_LE(stops, 20);
  const ExitRules found = learn_exit_rules(HeldPositions(build_ledger(log.fills), bars, log.fills.time_resolution_ms));
  ASSERT_TRUE(found.stop);
  EXPECT_EQ(found.stop->yardstick.unit, ExitUnit::log_price);
  EXPECT_NEAR(found.stop->level.distance, rule.stop, 0.005);
}

TEST(ExitRules, UnitsAreAsLargeAsTheGeneratorMeasuresThem) {
  const Bars bars = random_bars(1200, 0.008, 14);
  const HeldPositions held(build_ledger(log_of({fill(300, 1, 100, "in"), fill(1000, -1, 104, "out")})), bars, 1000);
  for (const auto& [unit, memory] : {std::pair(ExitUnit::smoothed, 12.0), std::pair(ExitUnit::window, 5.0),
                                     std::pair(ExitUnit::window, double{kLongestWindow}),
                                     std::pair(ExitUnit::true_range, 14.0), std::pair(ExitUnit::log_price, 0.0)}) {
    TradingRules rules;
    rules.stop = {1, static_cast<std::uint32_t>(unit), static_cast<float>(memory), 0};
    const std::vector<double> sizes = held.sizes(unit, memory);
    ASSERT_EQ(sizes.size(), bars.bars.size());
    const auto log_close = [&](std::size_t i) { return static_cast<float>(std::log(bars.bars[i].close)); };
    Yardsticks y = Yardsticks::usual(rules, 6e-5f, static_cast<float>(bars.bars[0].close));
    for (std::size_t i = 1; i < bars.bars.size(); ++i) {
      y.see(static_cast<float>(bars.bars[i].low), static_cast<float>(bars.bars[i].high));
      y.update(rules, log_close(i) - log_close(i - 1));
      y.low = y.high = static_cast<float>(bars.bars[i].close);
      if (i < 400 || i + 1 == bars.bars.size()) continue;  // what came before them is forgotten
      y.look_back(rules, [&](std::uint32_t k) { return log_close(i - k); });
      ASSERT_NEAR(Yardsticks::in_log_price(rules.stop, y.stop) / sizes[i + 1], 1, 2e-3) << i << ' ' << memory;
    }
  }
}

/// The log with every entry that leaves time for it in eight fills, one a minute.
Fills staged(const Fills& log) {
  constexpr std::int64_t stages = 8;
  Fills result = log;
  result.fills.clear();
  for (std::size_t i = 0; i + 1 < log.fills.size(); i += 2) {
    const std::int64_t parts = log.fills[i + 1].time_ms - log.fills[i].time_ms > 60'000 * stages ? stages : 1;
    for (std::int64_t part = 0; part < parts; ++part) {
      Fill fill = log.fills[i];
      fill.size /= static_cast<double>(parts);
      fill.time_ms += 60'000 * part;
      result.fills.push_back(fill);
    }
    result.fills.push_back(log.fills[i + 1]);
  }
  for (std::size_t i = 0; i < result.fills.size(); ++i) result.fills[i].sequence = static_cast<std::int64_t>(i);
  return result;
}

constexpr double kMirror = 1e4;  ///< a price times its mirror image

Fills mirrored(Fills log) {
  for (Fill& fill : log.fills) {
    fill.side = -fill.side;
    fill.price = kMirror / fill.price;
  }
  return log;
}

Bars mirrored(Bars bars) {
  for (Bar& bar : bars.bars)
    bar = {bar.time_ms, kMirror / bar.open, kMirror / bar.low, kMirror / bar.high, kMirror / bar.close, bar.volume};
  return bars;
}

/// How often positions of either side are left at the stop, and at the target.
struct Left {
  int stops = 0, targets = 0;
  bool operator==(const Left&) const = default;
};
std::array<Left, 2> left_by_side(const Fills& log, const Bars& bars) {
  const Decomposition d = decompose(log, bars, {.detectors = {}, .rotations = 0});
  std::array<Left, 2> left;
  for (const Cycle& cycle : d.strategy.cycles) {
    const Primitive& last = d.strategy.primitives[cycle.first + cycle.count - 1];
    Left& side = left[d.strategy.primitives[cycle.first].goal > 0 ? 0 : 1];
    side.stops += last.kind == static_cast<std::uint32_t>(PrimitiveKind::stop_loss_trail) ? 1 : 0;
    side.targets += last.kind == static_cast<std::uint32_t>(PrimitiveKind::take_profit_scale_out) ? 1 : 0;
  }
  return left;
}

TEST(ExitRules, ShortPositionsAreLeftForTheSameReasonsAsLongOnes) {
  const Bars bars = random_bars(6000, 0.008, 5);
  const Fills log = staged(trade({}, bars).fills);
  const std::array<Left, 2> own = left_by_side(log, bars), other = left_by_side(mirrored(log), mirrored(bars));
  for (const std::size_t side : {0u, 1u}) {
    EXPECT_GT(own[side].stops, 20);
    EXPECT_GT(own[side].targets, 20);
    EXPECT_TRUE(own[side] == other[1 - side]) << own[side].stops << ' ' << other[1 - side].stops;
  }
}

/// Buys whatever the bars say, sells 0.4 of it and buys it back four times or more, always in the same time, then
/// leaves at a loss of 2 % or a gain of 3 % of the mean price of what is held.
struct SwingingTrader {
  Fills log;
  std::vector<ExitReason> reasons;

  explicit SwingingTrader(const Bars& bars) {
    std::mt19937_64 engine(3);
    std::vector<Fill> fills;
    for (std::size_t i = 50; i + 500 < bars.bars.size(); i += 5 + engine() % 20) {
      double worth = 0, lots = 0;
      const auto trades = [&](double size, double price, double minute) {
        worth += size > 0 ? size * price : size * worth / lots;
        lots += size;
        const double begins = static_cast<double>(bars.bars[i].time_ms - kStartMs) / 1000;
        fills.push_back(fill(begins + 60 * minute, size, price, std::to_string(fills.size())));
      };
      trades(1, bars.bars[i].open, 1);
      i += 2;
      for (std::size_t swings = 4 + engine() % 4; swings > 0; --swings) {
        trades(-0.4, bars.bars[i].open, 1);
        trades(0.4, bars.bars[i + 2].open, 121);
        i += 4;
      }
      const auto low = [&] { return bars.bars[i].low / worth <= 0.98; };
      while (!low() && bars.bars[i].high / worth < 1.03 && i + 1 < bars.bars.size()) ++i;
      reasons.push_back(low() ? ExitReason::stop : ExitReason::target);
      trades(-1, low() ? 0.98 * worth : 1.03 * worth, 30);
    }
    log = log_of(std::move(fills));
  }
};

TEST(ExitRules, OfATraderWhoSwingsAreThoseOfWhatComesAfter) {
  const Bars bars = random_bars(8000, 0.004, 17);
  const SwingingTrader trader(bars);
  const Decomposition d = decompose(trader.log, bars, {.detectors = {}, .rotations = 0});
  ASSERT_TRUE(d.exits.stop);
  ASSERT_TRUE(d.exits.target);
  ASSERT_EQ(d.strategy.cycles.size(), trader.reasons.size());
  for (std::size_t i = 0; i < trader.reasons.size(); ++i)
    EXPECT_EQ(d.strategy.cycles[i].exit_cause,
              static_cast<std::uint32_t>(trader.reasons[i] == ExitReason::stop ? ExitCause::stop : ExitCause::target));
}

TEST(ExitRules, ReasonsAreRecoveredOnRealBars) {
  const std::filesystem::path file = shared_data() / "btcusdt_1h/bars.csv.gz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no recordings here: " << shared_data();
  const Bars bars = read_bars(file);
  const KnownLog log = trade({}, bars);
  for (const ExitReason reason : {ExitReason::stop, ExitReason::target, ExitReason::signal})
    EXPECT_GE(std::count(log.reasons.begin(), log.reasons.end(), reason), 200);
  EXPECT_THAT(recalls(log, bars), testing::Each(testing::Gt(0.98)));
}

}  // namespace
}  // namespace marketmimic
