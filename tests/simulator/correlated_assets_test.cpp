#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "host/error.hpp"
#include "host/simulator/market_simulator.hpp"
#include "tests/plain_order_book.hpp"
#include "tests/simulator/support.hpp"

namespace marketmimic {
namespace {

/// Noise alone, of many ticks: returns are normal and independent, as Fisher's z asks for.
MarketFile normal_market() {
  MarketFile market;
  market.diffusion.slow_sd = market.diffusion.fast_sd = 0;
  market.diffusion.jump_rate = 0;
  market.diffusion.initial_mid_half_ticks = 10'000'000;
  market.bar_seconds = 10;
  return market;
}

/// Log returns of each asset over every `interval` steps, all scenarios of an interval before the next one.
struct Returns {
  Returns(MarketSimulator& s, std::uint32_t steps, std::uint32_t interval) : scenarios(s.scenarios()), of(s.assets()) {
    std::vector<std::vector<std::int32_t>> before(s.assets());
    for (std::uint32_t t = 0; t <= steps; t += interval) {
      if (t > 0) s.advance(interval);
      for (std::uint32_t a = 0; a < s.assets(); ++a) {
        for (std::size_t i = 0; t > 0 && i < scenarios; ++i)
          of[a].push_back(std::log(static_cast<double>(s.mid(a)[i]) / before[a][i]));
        before[a].assign(s.mid(a).begin(), s.mid(a).end());
      }
    }
  }
  /// Over `count` intervals each.
  Returns together(std::size_t count) const {
    Returns sums = *this;
    for (std::size_t a = 0; a < of.size(); ++a) {
      sums.of[a].assign(of[a].size() / count, 0.0);
      for (std::size_t i = 0; i < of[a].size(); ++i)
        sums.of[a][i / (scenarios * count) * scenarios + i % scenarios] += of[a][i];
    }
    return sums;
  }
  double product(std::size_t a, std::size_t b) const {
    double sum = 0;
    for (std::size_t i = 0; i < of[a].size(); ++i) sum += of[a][i] * of[b][i];
    return sum;
  }
  double correlation(std::size_t a, std::size_t b) const {
    return product(a, b) / std::sqrt(product(a, a) * product(b, b));
  }
  std::size_t scenarios;
  std::vector<std::vector<double>> of;
};

const std::vector<double> kThree = {1, 0.6, -0.3, 0.6, 1, 0.2, -0.3, 0.2, 1};

TEST(CorrelatedAssets, OfDiffusionsHaveTheCorrelationAskedFor) {
  SimulatorOptions o = small(MarketModel::diffusion);
  o.scenarios = 100;
  o.correlation = kThree;
  MarketSimulator s(std::vector<MarketFile>(3, normal_market()), o);
  const Returns r(s, 100, 1);
  const double n = static_cast<double>(r.of[0].size()), sigma = 5.0e-5 * std::sqrt(10.0);
  for (std::size_t a = 0; a < 3; ++a) {
    EXPECT_NEAR(r.product(a, a) / n / (sigma * sigma), 1, 4 * std::sqrt(2 / n));  // each keeps its own law
    for (std::size_t b = 0; b < a; ++b)
      EXPECT_NEAR(std::atanh(r.correlation(a, b)), std::atanh(kThree[a * 3 + b]), 4 / std::sqrt(n - 3));
  }
}

/// More assets than one factor explains, and a matrix of rank one.
TEST(CorrelatedAssets, TakeAsManyFactorsAsTheyNeed) {
  const std::size_t n = 6;
  std::vector<double> blocks(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) blocks[i * n + j] = i == j ? 1 : (i / 2 == j / 2 ? 0.8 : 0.1);
  for (const auto& wanted : {blocks, std::vector<double>(n * n, 1.0)}) {
    SimulatorOptions o = small(MarketModel::diffusion);
    o.scenarios = 100;
    o.correlation = wanted;
    MarketSimulator s(std::vector<MarketFile>(n, normal_market()), o);
    const Returns r(s, 50, 1);
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < a; ++b)
        EXPECT_NEAR(r.correlation(a, b), wanted[a * n + b], 4 * (1 - std::pow(wanted[a * n + b], 2)) / 70 + 1e-3);
  }
}

/// Jumps and volatilities of their own take from the correlation of the noise, which makes up for it.
TEST(CorrelatedAssets, KeepTheirCorrelationWithJumpsAndVolatilities) {
  MarketFile market = normal_market();
  market.diffusion.slow_sd = 0.3f;
  market.diffusion.fast_sd = 0.3f;
  market.diffusion.jump_rate = 1.0e-3f;
  market.diffusion.jump_sd = 5.0e-4f;
  MarketFile other = market;
  other.diffusion.fast_rate = 1.0e-2f;
  SimulatorOptions o = small(MarketModel::diffusion);
  o.scenarios = 1000;
  o.correlation = {1, 0.5, 0.5, 1};
  MarketSimulator s(std::vector<MarketFile>{market, other}, o);
  EXPECT_NEAR(Returns(s, 100, 1).correlation(0, 1), 0.5, 0.02);
}

/// Returns of order books, over a minute and over five.
TEST(CorrelatedAssets, OfOrderBooksComeToHaveTheCorrelationAskedFor) {
  for (const double wanted : {0.5, -0.4}) {
    SimulatorOptions o = small(MarketModel::order_book);
    o.scenarios = 48;
    o.correlation = {1, wanted, wanted, 1};
    MarketSimulator s(std::vector<MarketFile>(2, both_models()), o);
    const Returns minutes(s, 360, 6);
    EXPECT_NEAR(minutes.correlation(0, 1), wanted, 0.1);
    EXPECT_NEAR(minutes.together(5).correlation(0, 1), wanted, 0.1);
  }
}

class Assets : public testing::TestWithParam<MarketModel> {};

/// What does not correlate is what it would be alone; a peer's own draws are its own.
TEST_P(Assets, WithoutCorrelationAreAsAlone) {
  SimulatorOptions o = small(GetParam());
  MarketSimulator alone(both_models(), o);
  o.correlation = {1, 0, 0, 0, 1, 0.3, 0, 0.3, 1};
  MarketSimulator s(std::vector<MarketFile>(3, both_models()), o);
  alone.inject(PerturbationKind::news);
  s.inject(PerturbationKind::news);
  alone.advance(20);
  s.advance(20);
  EXPECT_EQ(seen(s), seen(alone));
  EXPECT_NE(seen(s, 1), seen(alone));
  EXPECT_NE(seen(s, 1), seen(s, 2));
  EXPECT_EQ(s.perturbations(1)[0], 0u);
}

TEST_P(Assets, DoNotDependOnThreadsOrOtherScenarios) {
  SimulatorOptions o = small(GetParam());
  o.correlation = {1, 0.5, 0.5, 1};
  o.contagion = Contagion{};
  const std::vector<MarketFile> two(2, both_models());
  MarketSimulator a(two, o);
  o.threads = 1;
  o.scenarios = 4;
  MarketSimulator b(two, o);
  for (MarketSimulator* s : {&a, &b}) s->inject(crash(), std::vector<std::uint64_t>{2}, 1);
  a.advance(15);
  for (int t = 0; t < 15; ++t) b.advance();
  for (std::uint32_t asset = 0; asset < 2; ++asset)
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(a.mid(asset)[i], b.mid(asset)[i]);
      EXPECT_EQ(a.volume(asset)[i], b.volume(asset)[i]);
    }
}

/// The peer feels nothing before the lag; then its share; the source never knows.
TEST_P(Assets, AShockSpreadsAfterItsLag) {
  SimulatorOptions o = small(GetParam());
  const bool diffuses = GetParam() == MarketModel::diffusion;
  o.correlation = {1, -0.5, -0.5, 1};
  if (diffuses) o.correlation = {1, -0.5, 0.5, -0.5, 1, 0, 0.5, 0, 1};
  const std::vector<MarketFile> files(diffuses ? 3 : 2, both_models());
  MarketSimulator calm(files, o), contained(files, o);
  o.contagion = Contagion{.share = {0.2f, 0.2f}, .lag = {30, 30}};
  MarketSimulator spreading(files, o);
  Injection shock = crash();
  shock.displacement = -0.2f;
  shock.recovery = 0;
  shock.plateau = 10'000;
  const std::vector<std::uint64_t> some = {1, 18};
  for (MarketSimulator* s : {&calm, &contained, &spreading}) s->advance(5);
  for (MarketSimulator* s : {&contained, &spreading}) s->inject(shock, some);
  for (std::uint32_t t = 0; t < 30; ++t) {
    for (MarketSimulator* s : {&calm, &contained, &spreading}) s->advance();
    ASSERT_EQ(seen(spreading, 0), seen(contained, 0));
    ASSERT_EQ(seen(contained, 1), seen(calm, 1));
    for (std::uint32_t peer = 1; peer < spreading.assets(); ++peer) {
      if (t < 3) ASSERT_EQ(seen(spreading, peer), seen(calm, peer)) << t;
      if (t >= 3) ASSERT_EQ(spreading.perturbations(peer)[18], 2u) << t;
      ASSERT_EQ(spreading.mid(peer)[0], calm.mid(peer)[0]);
    }
  }
  if (!diffuses) return;  // an order book's flow follows the path only so far
  for (const std::uint64_t i : some) {
    EXPECT_NEAR(std::log(static_cast<double>(spreading.mid(1)[i]) / calm.mid(1)[i]), 0.2 * 0.2 * 0.5, 2e-3);
    EXPECT_NEAR(std::log(static_cast<double>(spreading.mid(2)[i]) / calm.mid(2)[i]), -0.2 * 0.2 * 0.5, 2e-3);
  }
}

TEST_P(Assets, AHaltStaysWhereItIs) {
  SimulatorOptions o = small(GetParam());
  o.correlation = {1, 0.5, 0.5, 1};
  const std::vector<MarketFile> two(2, both_models());
  MarketSimulator calm(two, o);
  o.contagion = Contagion{.share = {1, 1}, .lag = {0, 0}};
  MarketSimulator halted(two, o);
  halted.inject(PerturbationKind::halt, {}, 0);
  for (int t = 0; t < 60; ++t) {
    for (MarketSimulator* s : {&calm, &halted}) s->advance();
    ASSERT_EQ(seen(halted, 1), seen(calm, 1)) << t;
  }
  EXPECT_NE(seen(halted, 0), seen(calm, 0));
}

/// Where a shock waits for a market event, the lag counts from that.
TEST_P(Assets, WhatWaitsSpreadsFromWhenItHappens) {
  SimulatorOptions o = small(GetParam());
  o.correlation = {1, 0.5, 0.5, 1};
  o.contagion = Contagion{.share = {0.2f, 0.2f}, .lag = {30, 30}};
  const std::vector<MarketFile> two(2, both_models());
  MarketSimulator s(two, o);
  Injection wait = crash();
  wait.trigger = static_cast<std::uint32_t>(Trigger::market_event);
  wait.events = event_bit(MarketEvent::crash);
  wait.kind = static_cast<std::uint32_t>(PerturbationKind::liquidity_gap);
  s.inject(wait, std::vector<std::uint64_t>{1});
  Injection first = crash();
  first.displacement = -0.3f;
  first.start = 50;
  s.inject(first, std::vector<std::uint64_t>{1});
  int here = -1, there = -1;
  for (int t = 0; t < 30; ++t) {
    s.advance();
    if (here < 0 && (s.perturbations(0)[1] >> 2 & 1u) != 0) here = t;
    if (there < 0 && (s.perturbations(1)[1] >> 2 & 1u) != 0) there = t;
  }
  EXPECT_GT(here, 4);
  EXPECT_EQ(there, here + 3);
}

INSTANTIATE_TEST_SUITE_P(Models, Assets, testing::Values(MarketModel::diffusion, MarketModel::order_book),
                         [](const auto& test) {
                           return std::string(test.param == MarketModel::diffusion ? "Diffusion" : "OrderBook");
                         });

/// Shares and lags fill their ranges, and no two shocks or peers have the same.
TEST(CorrelatedAssets, DrawSharesAndLags) {
  const Contagion contagion;
  const Stream stream = Stream::of(7, 3);
  std::vector<float> lags;
  for (std::uint32_t slot = 0; slot < 16; ++slot) {
    for (std::uint32_t peer = 1; peer < 64; ++peer) {
      Injection source;
      source.displacement = 1;
      source.log_depth_bid = -2;
      source.participation = 0.1f;
      const Infection i = infect(contagion, source, -0.5f, stream, 0, slot, peer);
      EXPECT_GE(i.shock.displacement, -0.1f);
      EXPECT_LE(i.shock.displacement, -0.005f);
      EXPECT_FLOAT_EQ(i.shock.log_depth_ask, 2 * i.shock.displacement);
      EXPECT_EQ(i.shock.log_depth_bid, 0);
      EXPECT_EQ(i.shock.participation, 0);
      lags.push_back(i.lag);
    }
  }
  std::sort(lags.begin(), lags.end());
  EXPECT_GE(lags.front(), 1);
  EXPECT_LT(lags.front(), 2);
  EXPECT_LE(lags.back(), 60);
  EXPECT_GT(lags.back(), 59);
  EXPECT_EQ(std::adjacent_find(lags.begin(), lags.end()), lags.end());
}

TEST(CorrelatedAssetsRefuse, WhatIsNoCorrelation) {
  const auto with = [](std::vector<double> correlation, MarketModel model = MarketModel::diffusion) {
    SimulatorOptions o = small(model);
    o.correlation = std::move(correlation);
    return refusal([&] { MarketSimulator(std::vector<MarketFile>(2, both_models()), o); });
  };
  EXPECT_EQ(with({1, 0.5, 1}), "2 the correlation of 2 assets must have 2 x 2 elements (got 3)");
  EXPECT_EQ(with({1, 0.5, 0.5, 0.9}), "2 the correlation of asset 1 with itself must be 1 (got 0.9)");
  EXPECT_EQ(with({1, 0.5, 0.4, 1}),
            "2 the correlation of assets 0 and 1 must be one number from -1 to 1 (got 0.5 and 0.4)");
  EXPECT_EQ(with({1, 2, 2, 1}), "2 the correlation of assets 0 and 1 must be one number from -1 to 1 (got 2 and 2)");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(with({1, nan, nan, 1}),
            "2 the correlation of assets 0 and 1 must be one number from -1 to 1 (got nan and nan)");
  EXPECT_EQ(with({1, 0.99, 0.99, 1}).substr(0, 57), "2 the correlation of assets 0 and 1 can be at most 0.988 ");
  EXPECT_EQ(with({1, 0.95, 0.95, 1}, MarketModel::order_book),
            "2 the correlation can't be reached with 8 common factors and 20 % of each variance an asset's own: assets "
            "0 and 1 would have 0.800 for 0.950");
  SimulatorOptions o = small(MarketModel::diffusion);
  o.correlation = {1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1};
  EXPECT_EQ(refusal([&] { MarketSimulator(std::vector<MarketFile>(3, normal_market()), o); }),
            "2 the correlation must be positive semidefinite: no assets have this one (least eigenvalue -0.8)");
}

TEST(CorrelatedAssetsRefuse, AssetsThatCanNotBe) {
  SimulatorOptions o = small(MarketModel::diffusion);
  EXPECT_EQ(refusal([&] { MarketSimulator(std::vector<MarketFile>{}, o); }), "2 assets must be 1 to 64 (got 0)");
  EXPECT_EQ(refusal([&] { MarketSimulator(std::vector<MarketFile>(65, both_models()), o); }),
            "2 assets must be 1 to 64 (got 65)");
  o.model = MarketModel::file;
  EXPECT_EQ(refusal([&] {
              MarketSimulator(std::vector<MarketFile>{both_models(), normal_market()}, o);
            }),
            "2 all assets must be of one model: choose order_book or diffusion, which each of them must have");
  o.contagion = Contagion{};
  EXPECT_EQ(refusal([&] { MarketSimulator(both_models(), o); }),
            "2 contagion spreads along the correlation: give one, with an element other than 0");
  o.correlation = {1, 0.5, 0.5, 1};
  o.model = MarketModel::diffusion;
  o.contagion->share = {0.5f, 0.1f};
  EXPECT_EQ(refusal([&] { MarketSimulator(std::vector<MarketFile>(2, both_models()), o); }),
            "2 the contagion's share must be 0.5 to 1 (got 0.1)");
  o.contagion = Contagion{};
  MarketSimulator s(std::vector<MarketFile>(2, both_models()), o);
  EXPECT_EQ(s.assets(), 2u);
  EXPECT_EQ(refusal([&] { s.mid(2); }), "2 there is no asset 2: they are 0 to 1");
  EXPECT_EQ(refusal([&] { s.inject(crash(), {}, 2); }), "2 there is no asset 2: they are 0 to 1");
  EXPECT_EQ(refusal([&] { s.inject(PerturbationKind::halt, {}, 2); }), "2 there is no asset 2: they are 0 to 1");
  const std::vector<std::uint64_t> one = {4};
  for (std::uint32_t k = 0; k < kMaxInjections; ++k) s.inject(crash(), one, k % 2);
  EXPECT_EQ(refusal([&] { s.inject(crash(), one); }),
            "2 asset 0 of scenario 4 has had 16 shocks, which is as many as one can have");
}

/// A scenario named twice gets two shocks, and no more than there is room for.
TEST(CorrelatedAssetsRefuse, MoreShocksThanThereIsRoomFor) {
  MarketSimulator s(both_models(), small(MarketModel::diffusion));
  EXPECT_EQ(refusal([&] { s.inject(crash(), std::vector<std::uint64_t>(17, 4)); }),
            "2 scenario 4 has had 16 shocks, which is as many as one can have");
  s.inject(crash(), std::vector<std::uint64_t>(16, 4));
}

}  // namespace
}  // namespace marketmimic
