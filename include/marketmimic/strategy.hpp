#pragma once

#include <cstdint>

#include "marketmimic/host_device.hpp"
#include "marketmimic/trading_rules.hpp"

namespace marketmimic {

/// What a strategy primitive does; the names are in host/config/names.hpp, the definitions in the README. Append only.
enum class PrimitiveKind : std::uint32_t {
  unclassified = 0,
  bull_market_entry = 1,
  bear_market_entry = 2,
  flash_crash_exit = 3,
  dip_accumulation = 4,
  range_bound_accumulation = 5,
  range_bound_distribution = 6,
  breakout_entry = 7,
  take_profit_scale_out = 8,
  stop_loss_trail = 9,
  position_flip = 10,
  hold = 11,
};
inline constexpr std::uint32_t kPrimitiveKinds = 12;

/// One segment of the demonstration, encoded as a DMP on exposure in the frame of its market event. Exposure is in
/// units of the peak of its position cycle, signed: 1 is the largest long position.
struct Primitive {
  std::uint32_t kind = 0;
  std::uint32_t trigger = 0;  ///< market events that held when the trader began it; 0: the trader's own timing
  float duration = 1;         ///< until the next primitive began [s], > 0
  float tau = 1;              ///< duration of the movement itself [s], > 0
  float start = 0;            ///< exposure when it began
  float goal = 0;             ///< exposure it leads to
  float burst = 1;            ///< event frame: recent over usual variance when it began, > 0
  float aggressiveness = 1;   ///< share of its volume that took liquidity, 0 to 1
  std::uint32_t forcing = 0;  ///< offset of its kForcingEntries in the forcing table; the table at 0 is zero
  std::uint32_t form = 0;     ///< of its DMP: a DmpForm
};

/// A position from flat to flat (or to the log's end): a run of consecutive primitives.
struct Cycle {
  std::uint32_t first = 0, count = 0;  ///< primitives [first, first + count)
  float duration = 0;                  ///< [s]
  std::uint32_t ends_flat = 1;         ///< 0 where the log ends with the position open
  std::uint32_t exit_cause = 0;        ///< an ExitCause: why the position was first reduced
  float pause = 0;                     ///< flat time before it [s]; 0 before the first
  std::int32_t side = 1;               ///< 1 long, -1 short
  std::uint32_t reduction = 1;         ///< its first primitive that reduces the position, from 0; count: none does
};

/// A demonstration as the rules read it.
struct StrategyView {
  const Primitive* primitives = nullptr;
  const Cycle* cycles = nullptr;
  const float* forcing = nullptr;  ///< tables of kForcingEntries; the first is all zero
  std::uint32_t cycle_count = 0;   ///< 0: no strategy, the market alone
  TradingRules rules;
  const std::uint32_t* menu = nullptr;  ///< cycles by side and by why they were left; see MenuItem
  std::uint32_t menu_count = 0;
};

}  // namespace marketmimic
