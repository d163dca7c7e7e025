// Three correlated assets in one scenario: a crash of the first spreads to the others, the less the less they
// correlate.
#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "host/config/default_market.hpp"
#include "host/error.hpp"
#include "host/simulator/market_simulator.hpp"

int main(int argc, char** argv) try {
  using namespace marketmimic;
  const std::vector<MarketFile> assets(3, argc > 1 ? read_market_file(argv[1]) : default_market());
  SimulatorOptions options;
  options.scenarios = 64;
  options.step_seconds = 10;
  options.correlation = {1.0, 0.6, 0.3,  //
                         0.6, 1.0, 0.2,  //
                         0.3, 0.2, 1.0};
  MarketSimulator calm(assets, options);
  options.contagion = Contagion{.share = {0.1f, 0.2f}, .lag = {20, 60}};
  MarketSimulator shaken(assets, options);  // the same markets until something happens

  for (MarketSimulator* s : {&calm, &shaken}) s->advance(30);
  shaken.inject(PerturbationKind::flash_crash);  // 6 % in 270 s, in asset 0
  for (const std::uint32_t steps : {2u, 10u, 20u}) {
    for (MarketSimulator* s : {&calm, &shaken}) s->advance(steps);
    fmt::print("{:3.0f} s after the shock, mean fall:", shaken.time() - 300);
    for (std::uint32_t asset = 0; asset < shaken.assets(); ++asset) {
      double fall = 0;
      for (std::size_t i = 0; i < options.scenarios; ++i)
        fall += 1 - static_cast<double>(shaken.mid(asset)[i]) / calm.mid(asset)[i];
      fmt::print("  asset {} {:5.2f} %", asset, 100 * fall / static_cast<double>(options.scenarios));
    }
    fmt::print("\n");
  }
  return 0;
} catch (const marketmimic::Error& error) {
  fmt::print(stderr, "contagion: {}\n", error.what());
  return static_cast<int>(error.code());
}
