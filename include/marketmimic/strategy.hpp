#pragma once

#include <cstdint>

#include "marketmimic/aggressiveness.hpp"
#include "marketmimic/composition.hpp"
#include "marketmimic/primitive.hpp"
#include "marketmimic/trading_rules.hpp"
#include "marketmimic/variation.hpp"

namespace marketmimic {

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
  const std::uint32_t* menu = nullptr;  ///< cycles by side and by why they were left, and primitives; see MenuItem
  std::uint32_t menu_count = 0;
  SequenceMenu sequences;
  const Variation* variations = nullptr;  ///< [kVariations] by variation_index()
  const float* shapes = nullptr;          ///< of forcings, see Variation
  std::uint32_t shape_count = 0;
  bool costs = false;                              ///< a primitive has a cost_limit
  const Aggressiveness* aggressiveness = nullptr;  ///< [primitives]; null: none of them changes
};

}  // namespace marketmimic
