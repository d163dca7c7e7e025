#include "host/decomposition/entry_rule.hpp"

#include <gtest/gtest.h>

#include "demonstrations.hpp"
#include "host/decomposition/detector_bank.hpp"
#include "host/decomposition/entry_forecast.hpp"
#include "host/decomposition/entry_lift.hpp"
#include "logs.hpp"

namespace marketmimic {
namespace {

std::vector<bool> flags(std::size_t count, const std::vector<std::size_t>& set) {
  std::vector<bool> result(count);
  for (const std::size_t i : set) result[i] = true;
  return result;
}

std::vector<bool> rest(const std::vector<bool>& all, std::size_t first) {
  return {all.begin() + static_cast<std::ptrdiff_t>(first), all.end()};
}

/// Lift over the bars from `split` on of a rule fitted before.
EntryLift held_out(const Bars& bars, const std::vector<std::size_t>& entries, std::size_t split) {
  const Eigen::MatrixXd seen = DetectorBank(bars, {}).seen_by(1);
  const EntryRule rule = fit_entry_rule(seen, 1, entries, 0, split);
  return entry_lift({{rest(rule.expects(seen), split), rest(flags(bars.bars.size(), entries), split)}}, 0, 168);
}

TEST(EntryRule, TellsEntriesThatFollowTheMarket) {
  const Bars bars = random_bars(6000, 0.01, 8);
  std::vector<std::size_t> entries;  // after a fall of 2 % within a bar
  for (std::size_t i = 1; i < bars.bars.size(); ++i)
    if (bars.bars[i].close < 0.98 * bars.bars[i - 1].close) entries.push_back(i);
  const EntryLift lift = held_out(bars, entries, 4000);
  EXPECT_GT(lift.interval.lower, 20) << "2.3 % of the bars are such";
  EXPECT_LT(lift.rotations, 0.01);
}

TEST(EntryRule, TellsNothingOfEntriesAtRandom) {
  const Bars bars = random_bars(6000, 0.01, 9);
  std::vector<std::size_t> entries;
  std::mt19937_64 engine(1);
  for (std::size_t i = 0; i < bars.bars.size(); ++i)
    if (engine() % 30 == 0) entries.push_back(i);
  const EntryLift lift = held_out(bars, entries, 4000);
  EXPECT_LT(lift.interval.lower, 1);
  EXPECT_GT(lift.interval.upper, 1);
}

TEST(EntryRule, ExpectsEntriesAsOftenAsTheTraderEntered) {
  const Bars bars = random_bars(1000, 0.01, 10);
  const Eigen::MatrixXd seen = DetectorBank(bars, {}).seen_by(1);
  const EntryRule rule = fit_entry_rule(seen, 1, {100, 300, 301, 700, 999}, 0, 1000);
  const std::vector<bool> expected = rule.expects(seen);
  EXPECT_EQ(std::count(expected.begin(), expected.end(), true), 5);
}

TEST(EntryRule, EntriesBelongToTheLastBarThatHadEnded) {
  const Bars bars = bars_of(calm(20));
  const Ledger ledger = build_ledger(
      log_of({fill(100, 1, 100, "a"), fill(200, -1, 100, "b"), fill(900, 1, 100, "c"), fill(950, -1, 100, "d"),
              fill(1499, -1, 100, "e"), fill(2000, 1, 100, "f"), fill(2100, 1, 100, "g")}));
  EXPECT_EQ(entry_bars(ledger, bars, 1), (std::vector<std::size_t>{2, 6})) << "nothing had ended before the first";
  EXPECT_EQ(entry_bars(ledger, bars, -1), (std::vector<std::size_t>{3}));
}

TEST(EntryLift, ChanceIsTheMeanOverRotations) {
  const std::vector<bool> expected = flags(40, {3, 4, 20, 31, 39}), entered = flags(40, {5, 21, 30});
  const EntryLift lift = entry_lift({{expected, entered}}, 1, 5);
  EXPECT_EQ(lift.expected, 5u);
  EXPECT_EQ(lift.entered, 3u);
  EXPECT_EQ(lift.hits, 2u) << "4 and 20; after 30 nobody needs to be told";
  EXPECT_EQ(lift.found, 2u);
  double sum = 0, as_many = 0;
  for (std::size_t shift = 0; shift < 40; ++shift) {
    int hits = 0;
    for (std::size_t i = 0; i < 40; ++i) {
      const std::size_t at = (i + shift) % 40;
      const bool near = entered[at] || (at < 39 && entered[at + 1]);
      hits += expected[i] && near ? 1 : 0;
    }
    sum += hits;
    as_many += hits >= 2 ? 1 : 0;
  }
  EXPECT_NEAR(lift.by_chance, sum / 40, 1e-12);
  EXPECT_NEAR(lift.rotations, as_many / 40, 1e-12);
  EXPECT_NEAR(lift.lift, 2 / (sum / 40), 1e-12);
}

TEST(EntryRule, TellsTheSupertrendLogsLastEntriesFromBars) {
  const std::filesystem::path folder = shared_data() / "btcperp_1h";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recordings here: " << shared_data();
  const Bars bars = read_bars(folder / "bars.json.gz");
  const Ledger ledger = build_ledger(read_fills(folder / "trades_supertrend.csv.gz"));
  const EntryForecast forecast = forecast_entries(ledger, bars, {}, 500);
  const EntryLift lift = entry_lift(forecast.sides, 0, 168);
  EXPECT_EQ(lift.entered, 206u);
  EXPECT_GT(lift.interval.lower, 10);
}

}  // namespace
}  // namespace marketmimic
