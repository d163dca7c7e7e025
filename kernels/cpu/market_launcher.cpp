#include "kernels/cpu/market_launcher.hpp"

#include "kernels/cpu/float_environment.hpp"
#include "kernels/cpu/versions.hpp"

namespace marketmimic {
namespace {

template <class T>
MARKETMIMIC_HD void put(T* column, std::size_t at, T value) {
  if (column != nullptr) column[at] = value;
}

MARKETMIMIC_HD void run(const DiffusionStep& c, std::uint64_t seed, std::uint64_t first, std::uint32_t steps,
                        bool random_clock, std::uint32_t clock, const MarketPaths& paths) {
  Lanes<Stream, kLanes> streams;
  Lanes<Diffusion, kLanes> markets;
  for (int lane = 0; lane < kLanes; ++lane) {
    const Stream stream = Stream::of(seed, first + static_cast<std::uint64_t>(lane));
    streams.store(lane, stream);
    markets.store(lane, Diffusion::start(c, stream, random_clock, clock));
  }
  for (std::uint32_t t = 0; t < steps; ++t) {
    for_lanes<kLanes>([&](int lane) MARKETMIMIC_INLINE {
      Diffusion market = markets.load(lane);
      if (c.regimes > 1u) market.change_regime(c, streams.load(lane), t);
      market.advance(c, Modifiers{}, 0, streams.load(lane), t);
      const std::size_t at = static_cast<std::size_t>(t) * kLanes + static_cast<std::size_t>(lane);
      put(paths.close, at, market.candle.close);
      put(paths.high, at, market.candle.high);
      put(paths.low, at, market.candle.low);
      put(paths.volume, at, market.candle.volume);
      put(paths.log_price, at, market.log_mid);
      markets.store(lane, market);
    });
  }
}

}  // namespace

void run_market(const DiffusionStep& step, std::uint64_t seed, std::uint64_t first, std::uint32_t steps,
                bool random_clock, std::uint32_t clock, const MarketPaths& paths, InstructionSet set) {
  const FloatEnvironment environment;
  run_version(set, [&]() MARKETMIMIC_INLINE { run(step, seed, first, steps, random_clock, clock, paths); });
}

}  // namespace marketmimic
