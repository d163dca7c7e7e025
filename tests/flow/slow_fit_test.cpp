#include "host/flow/slow_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "host/flow/flow_tape.hpp"
#include "host/flow/season_fit.hpp"
#include "tests/plain_order_book.hpp"

namespace marketmimic {
namespace {

constexpr std::uint32_t kClock = 36'000;

/// A touch event a second on average, excited over a second, more of them early and late.
OrderBookParameters quiet_order_book() {
  OrderBookParameters p = plain_order_book();
  for (auto& event : p.rate)
    for (auto& bin : event)
      for (float& rate : bin) rate *= 0.1f;
  p.mean_rate *= 0.1f;
  p.deep_limit_rate *= 0.1f;
  p.deep_cancel_rate *= 0.1f;
  for (std::uint32_t k = 0; k < kSeasonKnots; ++k) p.season[k] = 0.1f * std::abs(static_cast<float>(k) - 26.0f) - 0.3f;
  return p;
}

std::vector<TouchRow> touch_of(const OrderBookParameters& p, double hours, std::uint64_t scenario = 0) {
  TapePlan plan;
  plan.seed = 7;
  plan.scenario = scenario;
  plan.steps = static_cast<std::uint32_t>(3600 * hours);
  plan.levels = 1;
  plan.clock = kClock;
  const Tape tape = simulate_tape(p, plan);
  return flow_events(tape, tape.tick, kFlowClock).touch;
}

/// Mean activity is exp(slow_sd^2 / 2) then.
OrderBookParameters with_slow_factor(OrderBookParameters p, float sd, float seconds) {
  p.slow_sd = sd;
  p.slow_rate = 1 / seconds;
  return p;
}

TEST(SlowFit, FindsAPlantedFactor) {
  const OrderBookParameters usual = quiet_order_book();
  OrderBookParameters p = usual;
  const SlowFit fit = set_slow(p, touch_of(with_slow_factor(usual, 0.5f, 120), 6));
  EXPECT_TRUE(fit.found);
  // Of a factor that fades within T, a tape of length L knows the variance to sqrt(2 T / L) = 11 % of it, and the
  // noise of events adds about as much; that is 8 % of the deviation.
  EXPECT_NEAR(p.slow_sd, 0.5, 3 * 0.08 * 0.5);
  EXPECT_NEAR(fit.covariance, std::expm1(double{p.slow_sd} * double{p.slow_sd}), 1e-6);
  EXPECT_NEAR(std::log(p.slow_rate * 120), 0.0, std::log(2.5));
  EXPECT_FLOAT_EQ(p.slow_rate, static_cast<float>(fit.rate));
  // Everything is slower by what the factor adds to the mean.
  const float level = std::exp(-0.5f * p.slow_sd * p.slow_sd);
  EXPECT_FLOAT_EQ(p.rate[1][2][3], level * usual.rate[1][2][3]);
  EXPECT_FLOAT_EQ(p.mean_rate, level * usual.mean_rate);
  EXPECT_FLOAT_EQ(p.deep_limit_rate, level * usual.deep_limit_rate);
  EXPECT_FLOAT_EQ(p.deep_cancel_rate, level * usual.deep_cancel_rate);
}

TEST(SlowFit, TakesNeitherExcitationNorTheTimeOfDayForOne) {
  OrderBookParameters p = quiet_order_book();
  const SlowFit fit = set_slow(p, touch_of(p, 4, 1));
  EXPECT_FALSE(fit.found) << fit.covariance << " +- " << fit.error;
  EXPECT_LT(fit.covariance, 0.1);
  EXPECT_EQ(p.slow_sd, 0.0f);
  EXPECT_EQ(p.mean_rate, quiet_order_book().mean_rate);
}

TEST(SlowFit, LeavesItOutWhereTheTapeIsTooShort) {
  OrderBookParameters p = quiet_order_book();
  const std::vector<TouchRow> touch = touch_of(with_slow_factor(p, 1.0f, 120), 1.5);
  EXPECT_FALSE(set_slow(p, touch).found);
  EXPECT_EQ(p.slow_sd, 0.0f);
  EXPECT_TRUE(std::isnan(activity_memory(touch)));
}

TEST(SeasonFit, FindsTheTimeOfDayAndLeavesTheRestOut) {
  HalfHours seen;
  seen.add(36'000, 300, 1800);           // from 10:00
  seen.add(37'800, 900, 1800);           // from 10:30
  seen.add(86'400 + 39'600, 600, 1800);  // from 11:00, a day later
  const Season season = fit_season(seen, 600.0 / 1800);
  EXPECT_NEAR(season[20], std::log(0.5), 1e-6);
  EXPECT_NEAR(season[21], 0.0, 1e-6);
  EXPECT_NEAR(season[22], std::log(1.25), 1e-6);
  EXPECT_NEAR(season[23], 0.0, 1e-6);
  EXPECT_EQ(season[24], 0.0f);
  EXPECT_NEAR(log_activity(season, 36'450), 0.75 * std::log(0.5), 1e-6);
  EXPECT_NEAR(log_activity(season, 39'600 - 0.5 * 1800), 0.5 * std::log(1.25), 1e-6);
}

}  // namespace
}  // namespace marketmimic
