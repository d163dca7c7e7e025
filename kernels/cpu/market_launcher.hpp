#pragma once

#include <cstdint>

#include "kernels/cpu/instruction_set.hpp"
#include "kernels/cpu/scenario_launcher.hpp"
#include "marketmimic/diffusion.hpp"

namespace marketmimic {

/// Where kLanes undisturbed price paths go: element (step, lane) at step * kLanes + lane. Null: not wanted.
struct MarketPaths {
  std::int32_t* close = nullptr;  ///< mid [half ticks]
  std::int32_t* high = nullptr;
  std::int32_t* low = nullptr;
  std::int32_t* volume = nullptr;  ///< [lots]
  float* log_price = nullptr;      ///< log mid since the start, before rounding to half ticks
};

/// The diffusion market alone, without strategy or shocks, for `steps` steps of `step.dt` seconds: what calibration and
/// studies of the model need. Lanes are scenarios `first` to `first + kLanes - 1` of `seed`.
void run_market(const DiffusionStep& step, std::uint64_t seed, std::uint64_t first, std::uint32_t steps,
                bool random_clock, std::uint32_t clock, const MarketPaths& paths, InstructionSet set);

}  // namespace marketmimic
