#include "tests/referee/paired_modes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "host/config/default_market.hpp"
#include "tests/run/sample.hpp"

namespace marketmimic {
namespace {

const Course kWatch{5, 300'000, 30};  // a short watch: the day that follows is the same

/// First step in which anything was traded, or the number of steps.
std::size_t first_trade(const Execution& e) {
  std::size_t t = 0;
  while (t < e.position.size() && e.bought[t] + e.sold[t] == 0) ++t;
  return t;
}

TEST(PairedModes, AllModesSeeTheMarketThatThereIsWithoutAStrategy) {
  PairedModes modes(comparison_job(kWatch, Weather::perturbed, 1), default_market(), sample_strategy(), kWatch);
  modes.run(0);
  for (std::uint32_t lane = 0; lane < 4; ++lane) {
    const UndisturbedScenario alone = modes.undisturbed(lane);
    for (std::uint32_t mode = 0; mode < kPlanFidelities; ++mode) {
      const ModeOutcome o = modes.outcome(static_cast<PlanFidelity>(mode), lane);
      const std::size_t traded = first_trade(o.execution);
      ASSERT_LT(traded, alone.path.close.size());
      for (std::size_t t = 0; t < traded; ++t) ASSERT_EQ(o.path.close[t], alone.path.close[t]) << t;
      for (std::size_t t = traded; t < alone.path.close.size(); ++t)  // own impact and no more
        ASSERT_NEAR(std::log(o.path.close[t] / alone.path.close[t]), 0, 0.005) << t;
    }
  }
}

TEST(PairedModes, AccountsForWhatWasTraded) {
  PairedModes modes(comparison_job(kWatch, Weather::calm, 1), default_market(), sample_strategy(), kWatch);
  modes.run(0);
  const Execution e = modes.outcome(PlanFidelity::full, 3).execution;
  double held = 0;
  for (std::size_t t = 0; t < e.position.size(); ++t) {
    held += (e.bought[t] - e.sold[t]) / 200;  // lots of 0.001 in the largest position of 0.2
    ASSERT_NEAR(e.position[t], held, 1e-9);
    if (e.bought[t] > 0) ASSERT_NEAR(e.bought_worth[t] / e.bought[t] / 1e6, 1, 0.2) << "a price in half ticks";
  }
  EXPECT_FALSE(e.breached);
}

TEST(PairedModes, TellsWhatActsFromWhatTheStrategyProvokes) {
  std::size_t perturbed = 0, provoked = 0;
  for (const Weather weather : {Weather::calm, Weather::perturbed, Weather::provoked}) {
    PairedModes modes(comparison_job(kWatch, weather, 1), default_market(), sample_strategy(), kWatch);
    modes.run(0);
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      const bool acts = modes.undisturbed(lane).perturbed, follows = modes.outcome(PlanFidelity::full, lane).provoked;
      EXPECT_FALSE(acts && weather != Weather::perturbed) << "without a strategy there is nothing to wait for";
      EXPECT_FALSE(follows && weather != Weather::provoked);
      perturbed += acts ? 1 : 0;
      provoked += follows ? 1 : 0;
    }
  }
  EXPECT_GT(provoked, 0u);
  EXPECT_GT(perturbed, 4u);
  EXPECT_LT(perturbed, std::size_t{kLanes});
}

TEST(PairedModes, KnowsWhatTheDetectorsBeginWith) {
  const Simulation market = prepare(comparison_job(kWatch, Weather::calm, 1), default_market(), std::nullopt);
  double sum = 0;
  for (std::uint64_t scenario = 0; scenario < 64; ++scenario) sum += usual_variance(market, kWatch, scenario) / 64;
  EXPECT_NEAR(std::sqrt(sum / 300), 4.8e-5, 2.4e-5) << "that of a bar of 300 s, which differs between scenarios";
  EXPECT_NE(usual_variance(market, kWatch, 0), usual_variance(market, kWatch, 1));
}

TEST(PairedModes, KnowsItForTheBarsOfTheCourseWhateverTheMarketFilesAre) {
  const std::filesystem::path presets = std::filesystem::path(MARKETMIMIC_SOURCE_DIR) / "tools/presets";
  const MarketFile book = read_market_file(presets / "btcusd.toml");
  ASSERT_NE(1000 * book.bar_seconds, kWatch.bar_ms);
  const Simulation market = prepare(comparison_job(kWatch, Weather::calm, 1), book, std::nullopt);
  const double volatility = double{book.order_book->volatility};
  EXPECT_NEAR(usual_variance(market, kWatch, 3), volatility * volatility * 300, 1e-4 * volatility * volatility * 300);
}

TEST(PairedModes, MeasuresVolatilityPerStep) {
  PairedModes modes(comparison_job(kWatch, Weather::calm, 1), default_market(), sample_strategy(), kWatch);
  modes.run(0);
  double squares = 0;
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) squares += std::pow(modes.undisturbed(lane).sigma, 2) / kLanes;
  EXPECT_NEAR(std::sqrt(squares / 60), 4.8e-5, 2.4e-5) << "the market's volatility, in bursts";
}

KnownRule trailing_breakouts() {
  KnownRule rule;
  rule.entry = KnownRule::Entry::breakout;
  rule.slow = 48;
  rule.trailing = true;
  rule.unit = KnownRule::Unit::volatility;
  rule.stop = 10;
  rule.target = 12;
  return rule;
}

/// The rule, as it trades a scenario, does what the referee asks for on the path that came of it, step by step.
void expect_rule_asked_for(KnownRule rule, const MarketFile& file, const Course& course, std::uint64_t scenarios) {
  const Simulation market = prepare(comparison_job(course, Weather::perturbed, 1), file, std::nullopt);
  for (std::uint64_t scenario = 0; scenario < scenarios; ++scenario) {
    rule.variance = usual_variance(market, course, scenario);
    const ModeOutcome o = rule_outcome(market, rule, course, scenario);
    const RefereeCourse referee = referee_course(rule, o.path, course);
    ASSERT_FALSE(referee.trades.empty());
    for (std::size_t t = 0; t < referee.position.size(); ++t)
      ASSERT_EQ(o.execution.target[t], referee.position[t]) << "step " << t << ": asked for before it began";
    Tolerance tolerance;
    tolerance.sigma = 1e-3;
    const Judgement j = judge(referee, o.execution, {course.first_step(), course.steps()}, tolerance);
    EXPECT_EQ(j.matched, j.required);
    EXPECT_FALSE(j.strays || j.breached);
    // An exit that waits for a bar's end can be dearer in a crash than is near.
    EXPECT_TRUE(j.success() || rule.entry == KnownRule::Entry::events);
  }
}

TEST(PairedModes, TheRuleItselfDoesWhatTheRefereeAsksFor) {
  expect_rule_asked_for(trailing_breakouts(), default_market(), {5, 300'000, 110, 288}, 4);
  KnownRule events;
  events.entry = KnownRule::Entry::events;
  expect_rule_asked_for(events, default_market(), {5, 300'000, 110, 288}, 4);
}

TEST(PairedModes, TheRuleItselfDoesSoInAnOrderBook) {
  const std::filesystem::path presets = std::filesystem::path(MARKETMIMIC_SOURCE_DIR) / "tools/presets";
  expect_rule_asked_for(trailing_breakouts(), read_market_file(presets / "btcusd.toml"), {5, 300'000, 110, 72}, 1);
}

}  // namespace
}  // namespace marketmimic
