#include "host/flow/impact_curve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "host/config/market_file.hpp"
#include "tests/plain_order_book.hpp"

namespace marketmimic {
namespace {

/// A tenth of a usual day's volume is bought over a day; the mean move is Y sigma sqrt(Q / V), and `left` of its end
/// stays for good. Around it, pairs wander as independent random walks of a day's deviation `noise`.
Metaorders planted(double prefactor, double left, double noise, Eigen::Index pairs) {
  constexpr Eigen::Index trading = 2340, steps = 2 * trading;
  Metaorders orders{10, trading, Eigen::ArrayXd(steps), Eigen::ArrayXXd(pairs, steps)};
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal(0, noise / std::sqrt(double{trading}));
  Eigen::ArrayXd walks = Eigen::ArrayXd::Zero(pairs);
  for (Eigen::Index t = 0; t < steps; ++t) {
    orders.traded[t] = 0.1 * static_cast<double>(std::min(t + 1, trading)) / trading;
    const double impact = prefactor * 0.02 * std::sqrt(orders.traded[t]) * (t < trading ? 1.0 : left);
    for (double& walk : walks) walk += normal(random);
    orders.move.col(t) = impact + walks;
  }
  return orders;
}

ImpactRange planted_range() {
  ImpactRange range;
  range.day_lots = 1;
  range.day_volatility = 0.02;
  return range;
}

TEST(ImpactCurve, FindsAPlantedLaw) {
  const Metaorders exact = planted(0.8, 0.6, 0, 16);
  const ImpactLaw law = fit_impact_law(exact, planted_range());
  EXPECT_NEAR(law.exponent.value, 0.5, 1e-9);
  EXPECT_NEAR(law.prefactor.value, 0.8, 1e-9);
  EXPECT_NEAR(impact_left(exact, 5'000).value, 0.6, 1e-9);
  EXPECT_NEAR(impact_at(exact, 2339).value, 0.8 * 0.02 * std::sqrt(0.1), 1e-12);
  EXPECT_NEAR(law.exponent.error + law.prefactor.error, 0, 1e-9);
}

TEST(ImpactCurve, KnowsHowUncertainItIs) {
  const Metaorders noisy = planted(1, 0.6, 0.02, 400);
  // Of the mean of 400 walks after a day; 200 resamples know it to 5 %.
  EXPECT_NEAR(impact_at(noisy, 2339).error / (0.02 / 20), 1.0, 0.2);
  const ImpactLaw law = fit_impact_law(noisy, planted_range());
  EXPECT_NEAR(law.exponent.value, 0.5, 4 * law.exponent.error);
  EXPECT_NEAR(law.prefactor.value, 1, 4 * law.prefactor.error);
  EXPECT_GT(law.exponent.error, 0.01);
  EXPECT_LT(law.exponent.error, 0.1);
}

TEST(ImpactCurve, TradesWhatThePlanSays) {
  const OrderBookParameters p = plain_order_book();
  MetaorderPlan plan;
  plan.blocks = 2;
  plan.seconds = 600;
  plan.after = 300;
  plan.participation = 0.05;
  const Metaorders one = run_metaorders(p, plan);
  const double lots = std::round(0.05 * double{p.volume_rate} * 10) * 60;
  EXPECT_EQ(one.trading_steps, 60);
  ASSERT_EQ(one.traded.size(), 90);
  EXPECT_NEAR(one.traded[59] / lots, 1.0, 0.01);  // now and then too little rests to be taken
  EXPECT_EQ(one.traded[59], one.traded[89]);
  EXPECT_GT(impact_at(one, 59).value, 0);
  plan.threads = 2;
  const Metaorders two = run_metaorders(p, plan);
  EXPECT_TRUE((one.move == two.move).all());
  EXPECT_TRUE((one.traded == two.traded).all());
}

/// What a user gets: a metaorder of 1 % of a day's volume on a market fitted to a real session.
TEST(ImpactCurve, FollowsTheSquareRootOnTheShippedMarket) {
  const MarketFile market = read_market_file(MARKETMIMIC_SOURCE_DIR "/tools/presets/amzn.toml");
  ImpactRange range = impact_range(*market.order_book, 23'400);
  range.last = 1e-2;
  MetaorderPlan plan;
  plan.participation = 0.2;
  plan.seconds = 1.02 * range.last * 23'400 / plan.participation;
  plan.after = plan.seconds;
  plan.blocks = 48;
  const Metaorders orders = run_metaorders(*market.order_book, plan);
  const ImpactLaw law = fit_impact_law(orders, range);
  // Errors of these pairs: about 0.04 and 0.04; a straight line would have the exponent 1, no memory 0.
  EXPECT_NEAR(law.exponent.value, 0.5, 0.15);
  EXPECT_NEAR(law.prefactor.value, 1, 0.4);
  const ImpactEstimate left = impact_left(orders, plan.after);
  EXPECT_GT(left.value, 0.1);
  EXPECT_LT(left.value, 0.8);
  EXPECT_LT(law.exponent.error + left.error, 0.2);
}

}  // namespace
}  // namespace marketmimic
