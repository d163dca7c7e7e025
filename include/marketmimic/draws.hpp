#pragma once

#include <cstdint>

#include "marketmimic/host_device.hpp"
#include "marketmimic/philox.hpp"

namespace marketmimic {

/// What a random draw is for. One entry per purpose, append only: stored scenarios depend on the values.
enum class Draw : std::uint32_t {
  initial_state = 0,  ///< factors, regime and time of day a scenario starts from
  path = 1,           ///< four normals a step: return, slow, fast and volume shock
  event = 2,          ///< jump arrival and size, extremes of the candle, noise of the book
  regime = 3,         ///< transition of the regime chain
  schedule = 4,       ///< injections of a scenario; `repeat` is 8 * the injection's slot + the draw's number
  demonstration = 5,  ///< which cycles and primitives of the demonstration a scenario executes, and its patience;
                      ///< `step` counts the choices
  history =
      6,  ///< what the detectors saw before the scenario began; from `step` 1 on, bars before it, two pairs a draw
  order_flow =
      7,  ///< order book: an event a draw, `repeat` counts them within the step; the last one moves the slow factor
  first_orders = 8,   ///< order book: the orders it begins with
  common_path = 9,    ///< factors that assets of a scenario have in common; `repeat` is the factor
  common_start = 10,  ///< the same for what they begin with
  contagion = 11,     ///< share and lag of a shock that spreads; `step` is the source, `repeat` the shock's slot there
  replay_noise = 12,  ///< goal and pace of a primitive that is replayed with noise; `step` counts the primitives begun
  variation = 13,     ///< how a primitive differs from its demonstration; `step` counts the primitives begun
};

/// The random numbers of one scenario: a pure function of (seed, scenario, purpose, step, asset, repeat), never of a
/// thread, batch or device. Philox4x32-10; key and counter as DESIGN.md section 3 lays them out.
struct Stream {
  std::uint32_t seed_low, seed_high;
  std::uint32_t scenario_low, scenario_high;

  MARKETMIMIC_HD static Stream of(std::uint64_t seed, std::uint64_t scenario) {
    return {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
            static_cast<std::uint32_t>(scenario), static_cast<std::uint32_t>(scenario >> 32)};
  }

  /// Four independent 32-bit words. `asset` < 64, `repeat` < 2^18.
  MARKETMIMIC_HD Words draw(Draw purpose, std::uint32_t step, std::uint32_t asset = 0, std::uint32_t repeat = 0) const {
    return philox(step, static_cast<std::uint32_t>(purpose) << 24 | asset << 18 | repeat, scenario_low, scenario_high,
                  seed_low, seed_high);
  }
};

}  // namespace marketmimic
