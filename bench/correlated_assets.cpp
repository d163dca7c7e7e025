// What correlated assets come to: pairs of each market given (or of the example market), and for each correlation asked
// for the one that returns have over 10 to 900 s (root mean square error of a pair in brackets), with volatility,
// volume and the returns' own memory beside those of assets that stand alone. Hours: 1000 of a diffusion, 16 of an
// order book, of which some minutes make a line.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <vector>

#include "host/config/default_market.hpp"
#include "host/error.hpp"
#include "host/simulator/market_simulator.hpp"

namespace {

using namespace marketmimic;

constexpr std::uint32_t kStepSeconds = 10, kSteps = 360;

/// Sums of two assets' log returns over one interval, all scenarios.
struct Sums {
  double xx = 0, yy = 0, xy = 0, lagged = 0, count = 0;

  double correlation() const { return xy / std::sqrt(xx * yy); }
};

struct Outcome {
  std::vector<std::vector<double>> log_mid[2];  ///< [step][scenario]
  double volume = 0, construction = 0;
};

Outcome simulate(const MarketFile& market, double correlation, std::uint32_t clock) {
  SimulatorOptions o;
  o.scenarios = market.order_book ? 16 : 1000;
  o.step_seconds = kStepSeconds;
  o.levels = 1;
  o.clock = clock;
  o.correlation = {1, correlation, correlation, 1};
  const auto begun = std::chrono::steady_clock::now();
  const std::vector<MarketFile> pair{market, market};
  MarketSimulator s(pair, o);
  Outcome out;
  out.construction = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  for (std::uint32_t t = 0; t <= kSteps; ++t) {
    if (t > 0) s.advance();
    for (const std::uint32_t asset : {0u, 1u}) {
      std::vector<double>& row = out.log_mid[asset].emplace_back();
      for (const std::int32_t mid : s.mid(asset)) row.push_back(std::log(mid));
      for (const std::int32_t lots : s.volume(asset)) out.volume += lots;
    }
  }
  return out;
}

Sums returns(const Outcome& out, std::uint32_t interval) {
  Sums sums;
  for (std::size_t i = 0; i < out.log_mid[0][0].size(); ++i) {
    double before = 0;
    for (std::size_t t = interval; t <= kSteps; t += interval) {
      const double x = out.log_mid[0][t][i] - out.log_mid[0][t - interval][i];
      const double y = out.log_mid[1][t][i] - out.log_mid[1][t - interval][i];
      sums.xx += x * x;
      sums.yy += y * y;
      sums.xy += x * y;
      sums.lagged += x * before;
      sums.count += 1;
      before = x;
    }
  }
  return sums;
}

void print(const char* name, const MarketFile& market, std::uint32_t clock) {
  fmt::print("{}\n  asked for  {:>14} {:>14} {:>14} {:>14}  volatility  volume  ACF(60 s)  construction\n", name,
             "10 s", "60 s", "300 s", "900 s");
  const Outcome alone = simulate(market, 0, clock);
  const Sums usual = returns(alone, 30);
  for (const double asked : {0.5, 0.0, 0.2, 0.7, -0.5}) {
    const Outcome out = asked == 0 ? alone : simulate(market, asked, clock);
    fmt::print("  {:+9.2f} ", asked);
    for (const std::uint32_t interval : {1u, 6u, 30u, 90u}) {
      const Sums s = returns(out, interval);
      const double r = s.correlation();
      fmt::print(" {:+6.3f} ({:.3f})", r, (1 - r * r) / std::sqrt(s.count));
    }
    const Sums five = returns(out, 30), one = returns(out, 6);
    fmt::print("  {:10.2f}  {:6.2f}  {:+9.3f}  {:10.2f} s\n", std::sqrt((five.xx + five.yy) / (usual.xx + usual.yy)),
               out.volume / alone.volume, one.lagged / one.xx, out.construction);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 1) print("example market", default_market(), 0);
  // Noon of the NASDAQ, which no other market minds.
  for (int k = 1; k < argc; ++k) print(argv[k], read_market_file(argv[k]), 57'600);
  return 0;
} catch (const Error& error) {
  fmt::print(stderr, "correlated_assets: {}\n", error.what());
  return static_cast<int>(error.code());
}
