#pragma once

#include <cstdint>

#include "marketmimic/draws.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/lanes.hpp"

namespace marketmimic {

/// Most assets of a scenario, which the counter of a draw has room for.
inline constexpr std::uint32_t kMaxAssets = 64;
/// Most factors that the assets of a scenario have in common.
inline constexpr std::uint32_t kMaxFactors = 8;

/// One asset among those of a scenario. Assets never talk to each other: what they have in common are factors that are
/// pure functions of (seed, scenario, step, factor), which each of them draws again.
struct Coupling {
  std::uint32_t asset = 0;          ///< below kMaxAssets; its own draws are its own
  std::uint32_t factors = 0;        ///< in use; 0: it stands alone
  float loading[kMaxFactors] = {};  ///< on each of them
  float own = 1;                    ///< weight of its own noise, sqrt(1 - sum of squared loadings)
};

/// The common part of an asset's standard normals of a step, to which own noise x `own` comes. Prices go with the
/// signed loadings, so that two assets' have the correlation sum_k loading_k loading'_k. Volatility and volume go with
/// their sizes: assets that move against each other are restless together.
struct CommonNoise {
  float price = 0, slow = 0, fast = 0, volume = 0;
};

/// `purpose`: Draw::common_path, or Draw::common_start for what an asset begins with.
template <class Set, int Width>
MARKETMIMIC_HD void draw_common(const Set& lanes, const Coupling& c, const Lanes<Stream, Width>& streams, Draw purpose,
                                std::uint32_t step, Lanes<CommonNoise, Width>& noise) {
  for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE { noise.store(lane, CommonNoise{}); });
  for (std::uint32_t k = 0; k < c.factors; ++k) {
    const float loading = c.loading[k], size = exact::abs(loading);
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      const Words w = streams.load(lane).draw(purpose, step, 0, k);
      const Normals n = normal_pair(w.a, w.b), m = normal_pair(w.c, w.d);
      CommonNoise sum = noise.load(lane);
      sum.price += loading * n.a;
      sum.slow += size * n.b;
      sum.fast += size * m.a;
      sum.volume += size * m.b;
      noise.store(lane, sum);
    });
  }
}

}  // namespace marketmimic
