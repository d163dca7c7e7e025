#include "marketmimic/diffusion.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/cpu/market_launcher.hpp"

namespace marketmimic {
namespace {

/// Constant volatility, nothing else.
DiffusionParameters plain() {
  DiffusionParameters p;
  p.volatility = 1e-4f;
  p.slow_sd = p.fast_sd = 0;
  p.jump_rate = 0;
  p.jump_branching = 0;
  p.volume_factor_sd = 0;
  p.volume_gamma = 0;
  p.initial_mid_half_ticks = 2'000'000;
  return p;
}

struct Moments {
  double mean = 0, variance = 0, excess_kurtosis = 0;
};
Moments moments(const std::vector<double>& x) {
  Moments m;
  for (const double v : x) m.mean += v;
  m.mean /= static_cast<double>(x.size());
  double four = 0;
  for (const double v : x) {
    const double d = (v - m.mean) * (v - m.mean);
    m.variance += d;
    four += d * d;
  }
  m.variance /= static_cast<double>(x.size());
  m.excess_kurtosis = four / static_cast<double>(x.size()) / (m.variance * m.variance) - 3;
  return m;
}

/// Log returns of `blocks` x 16 paths of `steps` steps, all together; paths separate.
std::vector<double> returns(const DiffusionParameters& p, float dt, std::uint32_t steps, std::uint32_t blocks) {
  const DiffusionStep c = DiffusionStep::of(p, dt, 10);
  std::vector<double> out;
  std::vector<float> x(static_cast<std::size_t>(steps) * kLanes);
  MarketPaths paths;
  paths.log_price = x.data();
  for (std::uint32_t b = 0; b < blocks; ++b) {
    run_market(c, 42, b * kLanes, steps, false, 0, paths, best_instruction_set());
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      for (std::size_t t = 0; t < steps; ++t)
        out.push_back(x[t * kLanes + lane] - (t == 0 ? 0.0f : x[(t - 1) * kLanes + lane]));
  }
  return out;
}

TEST(Diffusion, WithoutItsExtrasIsABrownianMotionAtAnyStep) {
  for (const float dt : {1.0f, 60.0f, 3600.0f}) {
    DiffusionParameters p = plain();
    p.volatility = 1e-3f / std::sqrt(dt);  // the price stays near its start
    const auto r = returns(p, dt, 500, 20);
    const Moments m = moments(r);
    const double n = static_cast<double>(r.size()), variance = 1e-6;
    EXPECT_NEAR(m.mean, 0, 5 * std::sqrt(variance / n));
    EXPECT_NEAR(m.variance / variance, 1, 5 * std::sqrt(2 / n));
    EXPECT_NEAR(m.excess_kurtosis, 0, 5 * std::sqrt(24 / n));
  }
}

TEST(Diffusion, DriftAddsUp) {
  DiffusionParameters p = plain();
  p.volatility = 1e-7f;
  p.drift = 2e-6f;
  const auto r = returns(p, 60, 100, 1);
  EXPECT_NEAR(moments(r).mean, 1.2e-4, 1e-7);
}

TEST(Diffusion, StochasticVolatilityHasTheKurtosisOfItsLaw) {
  // r = s z with ln s normal of variance v = slow^2 + fast^2: kurtosis 3 E s^4 / (E s^2)^2 = 3 e^(4 v).
  DiffusionParameters p = plain();
  p.slow_sd = 0.2f;
  p.fast_sd = 0.25f;
  p.slow_rate = 1e-3f;
  p.fast_rate = 2e-2f;
  const auto r = returns(p, 60, 4000, 20);
  const double v = 0.2 * 0.2 + 0.25 * 0.25;
  EXPECT_NEAR(moments(r).variance / (1e-8 * 60), std::exp(2 * v), 0.01);
  EXPECT_NEAR(moments(r).excess_kurtosis, 3 * std::exp(4 * v) - 3, 0.15);
}

/// Correlation of a step's return with a factor after it, over many steps; volatility hardly varies.
double tie(const DiffusionParameters& p, float Diffusion::*factor) {
  const DiffusionStep c = DiffusionStep::of(p, 60, 10);
  double sum = 0, rr = 0, ff = 0;
  for (std::uint64_t id = 0; id < 100; ++id) {
    const Stream stream = Stream::of(3, id);
    Diffusion s = Diffusion::start(c, stream, false, 0);
    for (std::uint32_t t = 0; t < 300; ++t) {
      const float before = s.log_mid;
      s.advance(c, Modifiers{}, 0, stream, t);
      const double r = s.log_mid - before;
      sum += r * s.*factor;
      rr += r * r;
      ff += static_cast<double>(s.*factor) * s.*factor;
    }
  }
  return sum / std::sqrt(rr * ff);
}

TEST(Diffusion, LeverageTiesReturnsToLaterVolatility) {
  // cov(r_t, ln s_{t+1}) / (sd r sd factor) = leverage sqrt(1 - e^(-2 k dt)) for constant volatility in r.
  DiffusionParameters p = plain();
  p.slow_sd = p.fast_sd = 0.02f;
  p.slow_rate = 5e-3f;
  p.fast_rate = 1e-2f;
  p.leverage = -0.7f;
  const double error = 5 / std::sqrt(30000.0);
  EXPECT_NEAR(tie(p, &Diffusion::fast), -0.7 * std::sqrt(1 - std::exp(-1.2)), error);
  EXPECT_NEAR(tie(p, &Diffusion::slow), 0, error);
  p.slow_leverage = 0.5f;
  EXPECT_NEAR(tie(p, &Diffusion::slow), 0.5 * std::sqrt(1 - std::exp(-0.6)), error);
}

TEST(Diffusion, LeverageKeepsReturnsCentred) {
  // Volatility is that before the step's own shock; otherwise E r = leverage sd s E n^2 would not vanish.
  DiffusionParameters p = plain();
  p.slow_sd = p.fast_sd = 0.3f;
  p.slow_rate = p.fast_rate = 1e-2f;
  p.leverage = p.slow_leverage = -0.9f;
  const Moments m = moments(returns(p, 60, 2000, 20));
  EXPECT_NEAR(m.mean / std::sqrt(m.variance), 0, 5 / std::sqrt(2000.0 * 320));
}

TEST(Diffusion, VolumeNoiseAndLatestMoveStartFromTheirStationaryLaw) {
  DiffusionParameters p = plain();
  p.volume_factor_sd = 0.5f;
  p.volume_factor_rate = 1e-3f;
  p.volume_noise_sd = 0.3f;
  p.volume_move_rate = 8e-3f;
  const DiffusionStep c = DiffusionStep::of(p, 60, 10);
  constexpr int n = 20000;
  double noise[2] = {}, both[2] = {}, move[2] = {};
  for (std::uint64_t id = 0; id < n; ++id) {
    const Stream stream = Stream::of(12, id);
    Diffusion s = Diffusion::start(c, stream, false, 0);
    for (int later = 0; later < 2; ++later) {
      noise[later] += static_cast<double>(s.volume_noise) * s.volume_noise;
      both[later] += static_cast<double>(s.volume_noise) * s.volume_factor;
      move[later] += static_cast<double>(s.move) * s.move;
      for (std::uint32_t t = 0; t < 20; ++t) s.advance(c, Modifiers{}, 0, stream, t);
    }
  }
  // Shocks in common: covariance sd sd' sqrt(1 - d^2) sqrt(1 - d'^2) / (1 - d d').
  const double d = std::exp(-0.06), e = std::exp(-0.48);
  const double shared = std::sqrt((1 - d * d) * (1 - e * e)) / (1 - d * e), error = 5 * std::sqrt(2.0 / n);
  for (int later = 0; later < 2; ++later) {
    EXPECT_NEAR(noise[later] / n / 0.09, 1, error) << later;
    EXPECT_NEAR(both[later] / n / (0.15 * shared), 1, 5 * std::sqrt((1 + shared * shared) / n) / shared) << later;
    EXPECT_NEAR(move[later] / n, 1, error) << later;
  }
}

TEST(Diffusion, JumpsExciteThemselvesAtTheHawkesRate) {
  // Mean intensity base / (1 - n); the excess decays by e^(-k dt) a step and gains n k, so for a small k dt
  // the number of jumps over time T is T base / (1 - n).
  DiffusionParameters p = plain();
  p.volatility = 1e-9f;
  p.jump_rate = 2e-4f;
  p.jump_branching = 0.5f;
  p.jump_decay = 5e-3f;
  p.jump_sd = 1e-3f;
  const auto r = returns(p, 10, 5000, 10);
  double jumps = 0, square = 0;
  for (const double x : r) {
    jumps += std::abs(x) > 1e-7;
    square += x * x;
  }
  const double expected = 2e-4 / 0.5 * 10 * static_cast<double>(r.size());
  // Fano factor of a Hawkes count is 1 / (1 - n)^2.
  EXPECT_NEAR(jumps / expected, 1, 5 * 2 / std::sqrt(expected) + 0.03);
  EXPECT_NEAR(square / jumps / 1e-6, 1, 5 * std::sqrt(5 / jumps));  // Laplace: fourth moment 6, so variance 5
}

TEST(Diffusion, TheMemoryTermGivesItsAutocorrelation) {
  // r_t = e_t + u_t - u_(t-1), u_t = d u_(t-1) + m e_t: an ARMA(1,1) in r.
  DiffusionParameters p = plain();
  p.memory = 0.3f;
  p.memory_rate = 0.05f;
  const auto r = returns(p, 60, 2000, 20);
  double c0 = 0, c1 = 0;
  for (std::size_t i = 1; i < r.size(); ++i) {
    c0 += r[i] * r[i];
    if (i % 2000 != 0) c1 += r[i] * r[i - 1];
  }
  // psi_0 = 1 + m, psi_j = m (d - 1) d^(j-1).
  // m is what a noise spread evenly over the step leaves at its end: memory (1 - e^-x) / x with x = memory_rate dt.
  const double m = 0.3 * (1 - std::exp(-3.0)) / 3, d = std::exp(-3.0);
  const double gamma0 = (1 + m) * (1 + m) + m * m * (d - 1) * (d - 1) / (1 - d * d);
  const double gamma1 = (1 + m) * m * (d - 1) + m * m * (d - 1) * (d - 1) * d / (1 - d * d);
  EXPECT_NEAR(c1 / c0, gamma1 / gamma0, 5 / std::sqrt(static_cast<double>(r.size())));
}

TEST(Diffusion, RegimesAreVisitedInProportionToTheirStay) {
  DiffusionParameters p = plain();
  p.regimes = 2;
  p.regime[0] = {0.0f, 0.0f, 1e-3f};
  p.regime[1] = {1.0f, 0.0f, 3e-3f};
  const DiffusionStep c = DiffusionStep::of(p, 10, 10);
  double in_second = 0, n = 0, starts = 0;
  for (std::uint64_t id = 0; id < 4000; ++id) starts += Diffusion::start(c, Stream::of(5, id), false, 0).regime == 1;
  for (std::uint64_t id = 0; id < 64; ++id) {
    const Stream stream = Stream::of(5, id);
    Diffusion s = Diffusion::start(c, stream, false, 0);
    for (std::uint32_t t = 0; t < 6000; ++t) {
      s.change_regime(c, stream, t);
      if (t > 1000) in_second += s.regime == 1, n += 1;
    }
  }
  const double leave0 = 1 - std::exp(-0.01), leave1 = 1 - std::exp(-0.03);
  EXPECT_NEAR(starts / 4000, leave0 / (leave0 + leave1), 5 * std::sqrt(0.1875 / 4000)) << "from the stationary law";
  // Effective sample: one look each 1 / (leave0 + leave1) steps, twice over.
  EXPECT_NEAR(in_second / n, leave0 / (leave0 + leave1), 5 * std::sqrt(0.1875 * 2 / (n * (leave0 + leave1))));
}

TEST(Diffusion, SeasonScalesVolatilityByTheHour) {
  DiffusionParameters p = plain();
  for (std::uint32_t h = 0; h < kHoursOfDay; ++h) p.season_log_volatility[h] = h < 12 ? 0.5f : -0.5f;
  const auto r = returns(p, 600, 144, 60);  // from midnight, one day
  double morning = 0, evening = 0;
  for (std::size_t i = 0; i < r.size(); ++i) {
    const std::size_t t = i % 144;
    if (t < 66) morning += r[i] * r[i];
    if (t >= 78 && t < 138) evening += r[i] * r[i];
  }
  const double n = 60.0 * 16 * 60;
  EXPECT_NEAR((morning / 66) / (evening / 60), std::exp(2.0), std::exp(2.0) * 5 * std::sqrt(4 / n));
}

TEST(Diffusion, VolumeHasItsMedianAndFollowsVolatility) {
  DiffusionParameters p = plain();
  p.volume_rate = 50;
  p.volume_factor_sd = 0.5f;
  p.slow_sd = 0.3f;
  p.volume_beta = 1.5f;
  const DiffusionStep c = DiffusionStep::of(p, 60, 10);
  double sum = 0, square = 0, cross = 0, slow = 0;
  constexpr int n = 20000;
  for (std::uint64_t id = 0; id < n; ++id) {  // independent starts
    const Stream stream = Stream::of(8, id);
    Diffusion s = Diffusion::start(c, stream, false, 0);
    s.advance(c, Modifiers{}, 0, stream, 0);
    const double log_volume = std::log(static_cast<double>(s.candle.volume));
    sum += log_volume;
    square += log_volume * log_volume;
    cross += (log_volume - std::log(3000.0)) * s.slow;
    slow += static_cast<double>(s.slow) * s.slow;
  }
  const double variance = 0.25 + 1.5 * 1.5 * 0.09;
  EXPECT_NEAR(sum / n, std::log(3000.0), 5 * std::sqrt(variance / n) + 1e-3);
  EXPECT_NEAR(square / n - sum / n * sum / n, variance, 5 * variance * std::sqrt(2.0 / n) + 1e-3);
  EXPECT_NEAR(cross / slow, 1.5, 5 * 0.5 / (0.3 * std::sqrt(static_cast<double>(n))));
}

TEST(Diffusion, CandlesAreValidAndReachAsFarAsABrownianMotion) {
  DiffusionParameters p = plain();
  p.initial_mid_half_ticks = 20'000'000;
  const DiffusionStep c = DiffusionStep::of(p, 60, 10);
  double reach = 0;
  constexpr int n = 40000;
  for (std::uint64_t id = 0; id < n; ++id) {
    const Stream stream = Stream::of(6, id);
    Diffusion s = Diffusion::start(c, stream, false, 0);
    s.advance(c, Modifiers{}, 0, stream, 0);
    reach += static_cast<double>(s.candle.high - s.candle.open) / 2e7;
  }
  // E max of a Brownian motion over the step: sigma sqrt(2 / pi); its variance sigma^2 (1 - 2 / pi).
  const double sigma = 1e-4 * std::sqrt(60.0);
  EXPECT_NEAR(reach / n / sigma, std::sqrt(2 / M_PI), 5 * std::sqrt((1 - 2 / M_PI) / n) + 2e-3);
}

TEST(Diffusion, ShowsAValidBookAndCandleWhateverHappens) {
  DiffusionParameters p;
  p.slow_sd = 1.5f;
  p.fast_sd = 1.5f;
  p.volatility = 3e-3f;
  p.jump_rate = 1e-2f;
  p.jump_sd = 0.2f;
  p.jump_branching = 0.9f;
  p.memory = 1.5f;
  p.initial_mid_half_ticks = 400;
  const DiffusionStep c = DiffusionStep::of(p, 60, 10);
  Modifiers shock;
  shock.log_volatility = 2;
  shock.log_spread = 4;
  shock.log_depth_bid = -8;
  for (std::uint64_t id = 0; id < 60; ++id) {
    const Stream stream = Stream::of(7, id);
    Diffusion s = Diffusion::start(c, stream, true, 0);
    for (std::uint32_t t = 0; t < 400; ++t) {
      shock.displacement = t % 97 == 5 ? -1.0f : 0.0f;
      const std::int32_t last = s.candle.close;
      s.advance(c, t % 3 == 0 ? shock : Modifiers{}, t % 11 == 0 ? 500 : 0, stream, t);
      ASSERT_EQ(s.candle.open, last);
      ASSERT_LE(s.candle.low, std::min(s.candle.open, s.candle.close));
      ASSERT_GE(s.candle.high, std::max(s.candle.open, s.candle.close));
      ASSERT_GT(s.candle.low, 0);
      ASSERT_EQ(s.candle.close, s.book.mid_half_ticks());
      ASSERT_LT(s.book.bid, s.book.ask);
      ASSERT_GE(s.book.bid, 1);
      ASSERT_GE(s.candle.volume, 0);
      for (std::uint32_t l = 0; l < 10; ++l) {
        ASSERT_GE(s.book.ask_size(l, c.shape[l]), 1);
        ASSERT_GE(s.book.bid_size(l, c.shape[l]), s.book.bid_price(l) >= 1 ? 1 : 0);
      }
      ASSERT_TRUE(std::isfinite(s.log_mid) && std::isfinite(s.excess) && std::isfinite(s.transient));
    }
  }
}

TEST(Diffusion, ImpactOfAMetaorderIsTheSquareRootOfItsSizeAndPartlyReverts) {
  DiffusionParameters p = plain();
  p.volatility = 1e-5f;
  p.impact_half_life = 1e9f;  // no forgetting while it trades
  p.impact_permanent = 0.4f;
  const auto displaced = [&](const DiffusionParameters& q, std::int32_t child, std::uint32_t after) {
    const DiffusionStep c = DiffusionStep::of(q, 60, 10);
    const Stream stream = Stream::of(1, 1);
    Diffusion with = Diffusion::start(c, stream, false, 0), without = with;
    for (std::uint32_t t = 0; t < 20 + after; ++t) {
      with.advance(c, Modifiers{}, t < 20 ? child : 0, stream, t);
      without.advance(c, Modifiers{}, 0, stream, t);
    }
    return static_cast<double>(with.log_mid) - without.log_mid;
  };
  const double small = displaced(p, 100, 0), large = displaced(p, 400, 0);
  const double day_volume = 10.0 * 86400, day_volatility = 1e-5 * std::sqrt(86400.0);
  EXPECT_NEAR(small / (day_volatility * std::sqrt(2000 / day_volume)), 1.0, 2e-3);  // Y = 1
  EXPECT_NEAR(std::log(large / small) / std::log(4.0), 0.5, 1e-3);
  EXPECT_NEAR(displaced(p, -100, 0), -small, 1e-7);
  p.impact_half_life = 1200;
  const double peak = displaced(p, 100, 0), later = displaced(p, 100, 1000);
  EXPECT_GT(peak, 0);
  EXPECT_LT(later, 0.6 * peak);
  EXPECT_GT(later, 0.35 * peak);
}

TEST(Diffusion, TakenDepthRefills) {
  const DiffusionParameters p = plain();
  const DiffusionStep c = DiffusionStep::of(p, 30, 10);  // the resilience's half-life
  const Stream stream = Stream::of(1, 1);
  Diffusion s = Diffusion::start(c, stream, false, 0);
  s.advance(c, Modifiers{}, 1000, stream, 0);
  const float taken = s.taken_ask;
  EXPECT_GT(taken, 0.3f);
  EXPECT_EQ(s.taken_bid, 0.0f);
  s.advance(c, Modifiers{}, 0, stream, 1);
  EXPECT_NEAR(s.taken_ask, 0.5f * taken, 1e-6f);
}

TEST(Diffusion, AShockReachesItsTargets) {
  const DiffusionParameters p = plain();
  const DiffusionStep c = DiffusionStep::of(p, 60, 10);
  const Stream stream = Stream::of(2, 9);
  Diffusion calm = Diffusion::start(c, stream, false, 0), shocked = calm;
  Modifiers m;
  m.displacement = -0.05f;
  m.log_depth_bid = std::log(0.1f);
  m.log_spread = std::log(20.0f);
  calm.advance(c, Modifiers{}, 0, stream, 0);
  shocked.advance(c, m, 0, stream, 0);
  EXPECT_NEAR(shocked.log_mid - calm.log_mid, -0.05f, 1e-6f);
  EXPECT_NEAR(shocked.book.depth_bid / calm.book.depth_bid, 0.1f, 1e-5f);
  EXPECT_EQ(shocked.book.depth_ask, calm.book.depth_ask);
  EXPECT_NEAR(static_cast<float>(shocked.book.ask - shocked.book.bid), 40.0f, 1.0f);
}

TEST(MarketLauncher, GivesTheSameBitsInEveryInstructionSet) {
  DiffusionParameters p;
  p.leverage = -0.3f;
  p.memory = 0.1f;
  p.regimes = 3;
  for (auto& regime : p.regime) regime.leave_rate = 1e-4f;
  const DiffusionStep c = DiffusionStep::of(p, 60, 10);
  std::vector<std::int32_t> reference;
  for (const InstructionSet set : {InstructionSet::x86_64, InstructionSet::x86_64_v3, InstructionSet::x86_64_v4}) {
    if (!supported(set)) continue;
    std::vector<std::int32_t> close(2000 * kLanes), volume(close.size());
    MarketPaths paths;
    paths.close = close.data();
    paths.volume = volume.data();
    run_market(c, 9, 32, 2000, true, 0, paths, set);
    close.insert(close.end(), volume.begin(), volume.end());
    if (reference.empty()) reference = close;
    EXPECT_EQ(close, reference) << name(set);
  }
}

}  // namespace
}  // namespace marketmimic
