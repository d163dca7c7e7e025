// Drives a market from a program: advances it, injects a flash crash on command, and prints what the book shows.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "host/config/default_market.hpp"
#include "host/error.hpp"
#include "host/simulator/market_simulator.hpp"

namespace {

/// Median over scenarios of a sum over levels.
double median(std::span<const std::int32_t> values, std::size_t scenarios) {
  std::vector<double> sums(scenarios);
  for (std::size_t i = 0; i < values.size(); ++i) sums[i % scenarios] += values[i];
  std::nth_element(sums.begin(), sums.begin() + static_cast<std::ptrdiff_t>(scenarios / 2), sums.end());
  return sums[scenarios / 2];
}

void print(const char* when, const marketmimic::MarketSimulator& s, double start) {
  const std::size_t n = s.scenarios();
  const double spread = median(s.ask_price().first(n), n) - median(s.bid_price().first(n), n);
  fmt::print("{:22} {:5.0f} s  price {:+6.2f} %  spread {:3.0f} ticks  bids {:7.0f}  asks {:7.0f} lots\n", when,
             s.time(), 100 * (median(s.mid(), n) / start - 1), spread, median(s.bid_size(), n),
             median(s.ask_size(), n));
}

}  // namespace

int main(int argc, char** argv) try {
  using namespace marketmimic;
  const MarketFile market = argc > 1 ? read_market_file(argv[1]) : default_market();
  SimulatorOptions options;
  options.scenarios = 64;
  options.step_seconds = 10;
  MarketSimulator simulator(market, options);

  simulator.advance(30);
  const double start = median(simulator.mid(), simulator.scenarios());
  print("before", simulator, start);
  simulator.inject(PerturbationKind::flash_crash);  // 6 % in 270 s, of which 80 % come back
  simulator.advance(14);
  print("on the way down", simulator, start);
  simulator.advance(13);
  print("at the bottom", simulator, start);
  simulator.advance(180);
  print("half an hour later", simulator, start);
  return 0;
} catch (const marketmimic::Error& error) {
  fmt::print(stderr, "inject: {}\n", error.what());
  return static_cast<int>(error.code());
}
