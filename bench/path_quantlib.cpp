// The market of path_model.cpp as a user of QuantLib writes it: a StochasticProcess with its own evolve(), drawn by
// MultiPathGenerator; candles in half ticks and volume in lots made from the path, no book; and the path alone.
#include <benchmark/benchmark.h>
#include <ql/math/distributions/normaldistribution.hpp>
#include <ql/math/randomnumbers/rngtraits.hpp>
#include <ql/methods/montecarlo/multipathgenerator.hpp>
#include <ql/stochasticprocess.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "marketmimic/diffusion.hpp"

namespace {

using namespace QuantLib;

/// The states of the process, in order.
enum State : Size { log_price, transient, slow, fast, excess, volume_factor, log_volume, sigma, states };

/// Two-factor log-OU volatility with leverage, self-exciting jumps, a short-memory return term, volume.
class Market : public StochasticProcess {
 public:
  explicit Market(const marketmimic::DiffusionParameters& parameters) : p_(parameters) {}

  Size size() const override { return states; }
  Size factors() const override { return 6; }  // four shocks, then arrival and size of a jump
  Array initialValues() const override {       // drawn anew for each path
    Array x(states, 0.0);
    x[slow] = p_.slow_sd * normal_.next().value;
    x[fast] = p_.fast_sd * normal_.next().value;
    x[volume_factor] = p_.volume_factor_sd * normal_.next().value;
    return x;
  }
  Array drift(Time, const Array&) const override { QL_FAIL("simulated by evolve() only"); }
  Matrix diffusion(Time, const Array&) const override { QL_FAIL("simulated by evolve() only"); }

  Array evolve(Time, const Array& x, Time dt, const Array& dw) const override {
    Array next(states);
    const Real slow_decay = std::exp(-p_.slow_rate * dt), fast_decay = std::exp(-p_.fast_rate * dt);
    next[slow] = x[slow] * slow_decay + p_.slow_sd * std::sqrt(1 - slow_decay * slow_decay) * dw[1];
    next[sigma] = p_.volatility * std::sqrt(dt) * std::exp(x[slow] + x[fast]);
    const Real shock = p_.leverage * dw[0] + std::sqrt(1 - p_.leverage * p_.leverage) * dw[2];
    next[fast] = x[fast] * fast_decay + p_.fast_sd * std::sqrt(1 - fast_decay * fast_decay) * shock;

    const bool jumps = cumulative_(dw[4]) < 1 - std::exp(-(p_.jump_rate + x[excess]) * dt);
    const Real u = cumulative_(dw[5]);
    const Real laplace = u < 0.5 ? std::log(2 * u) : -std::log(2 * (1 - u));
    const Real jump = jumps ? p_.jump_mean + p_.jump_sd / std::sqrt(2.0) * laplace : 0.0;
    next[excess] = x[excess] * std::exp(-p_.jump_decay * dt) + (jumps ? p_.jump_branching * p_.jump_decay : 0.0);

    const Real noise = next[sigma] * dw[0] + jump;
    next[log_price] = x[log_price] + p_.drift * dt + noise;
    next[transient] = x[transient] * std::exp(-p_.memory_rate * dt) + p_.memory * noise;

    const Real volume_decay = std::exp(-p_.volume_factor_rate * dt);
    next[volume_factor] =
        x[volume_factor] * volume_decay + p_.volume_factor_sd * std::sqrt(1 - volume_decay * volume_decay) * dw[3];
    const Real tied =
        p_.volume_beta * (x[slow] + x[fast]) + p_.volume_gamma * (std::min(std::fabs(noise) / next[sigma], 6.0) - 0.8);
    next[log_volume] = std::log(p_.volume_rate * dt) + tied + next[volume_factor];
    return next;
  }

 private:
  marketmimic::DiffusionParameters p_;
  CumulativeNormalDistribution cumulative_;
  PseudoRandom::rng_type normal_{PseudoRandom::urng_type(2)};
};

constexpr Size kSteps = 288;

struct Candles {
  std::vector<int> close, high, low, volume;  // half ticks, half ticks, half ticks, lots
};

/// Extremes of the Brownian bridge between open and close, each from its exact law.
void make_candles(const MultiPath& path, const MersenneTwisterUniformRng& uniform, Candles& candles) {
  const double initial = 20000;
  double before = 0, open = initial;
  for (Size t = 0; t < kSteps; ++t) {
    const double now = path[log_price][t + 1] + path[transient][t + 1], variance = std::pow(path[sigma][t + 1], 2);
    const double close = std::round(initial * std::exp(now)), size = std::fabs(now - before);
    const double above = std::sqrt(size * size - 2 * variance * std::log(uniform.nextReal())) - size;
    const double below = std::sqrt(size * size - 2 * variance * std::log(uniform.nextReal())) - size;
    candles.close[t] = static_cast<int>(close);
    candles.high[t] = static_cast<int>(std::round(std::max(open, close) * (1 + 0.5 * above)));
    candles.low[t] = static_cast<int>(std::round(std::min(open, close) * (1 - 0.5 * below)));
    candles.volume[t] = static_cast<int>(std::round(std::exp(path[log_volume][t + 1])));
    before = now;
    open = close;
  }
}

void run(benchmark::State& state, bool with_candles) {
  const auto process = ext::make_shared<Market>(marketmimic::DiffusionParameters{});
  const TimeGrid grid(kSteps * 300.0, kSteps);
  const auto numbers = PseudoRandom::make_sequence_generator(process->factors() * kSteps, 1);
  MultiPathGenerator<PseudoRandom::rsg_type> paths(process, grid, numbers);
  const MersenneTwisterUniformRng uniform(3);
  const std::vector<int> empty(kSteps);
  Candles candles{empty, empty, empty, empty};
  std::int64_t drawn = 0;
  for (auto _ : state) {
    const MultiPath& path = paths.next().value;
    if (with_candles) make_candles(path, uniform, candles);
    benchmark::DoNotOptimize(candles);
    ++drawn;
  }
  state.SetItemsProcessed(drawn * static_cast<std::int64_t>(kSteps));

  // The moments that show that all three run the same model.
  double squares = 0, volumes = 0;
  constexpr int sample = 8192;
  for (int i = 0; i < sample; ++i) {
    const MultiPath& path = paths.next().value;
    for (Size t = 1; t < kSteps; ++t) {
      const double move = path[log_price][t + 1] + path[transient][t + 1] - path[log_price][t] - path[transient][t];
      squares += move * move;
      volumes += std::log1p(std::exp(path[log_volume][t + 1]));
    }
  }
  state.counters["return_sd"] = std::sqrt(squares / (sample * (kSteps - 1.0)));
  state.counters["log_volume"] = volumes / (sample * (kSteps - 1.0));
}
BENCHMARK_CAPTURE(run, path, false)->Name("path/QuantLib");
BENCHMARK_CAPTURE(run, candles, true)->Name("path/QuantLib candles");

}  // namespace
