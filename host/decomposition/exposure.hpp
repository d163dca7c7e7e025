#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/decomposition/ledger.hpp"

namespace marketmimic {

/// The part of an order that trades within one cycle, on the decision clock.
struct OrderMark {
  std::uint32_t order;      ///< index into Ledger::orders, or PositionChange::unobserved
  std::uint32_t step;       ///< of its first fill, from the cycle's start
  std::uint32_t half_step;  ///< in which half of its size was traded
  float half_level;         ///< exposure at that moment
  float size;               ///< change of exposure, signed
};

/// A cycle on the decision clock. Step k holds what trades in [start + k, start + k + 1) steps; exposure[k] is what is
/// held at its beginning and exposure[steps()] at the end, in units of the cycle's peak.
struct CyclePath {
  std::int64_t start_ms = 0;
  std::vector<float> exposure;    ///< [steps + 1]
  std::vector<OrderMark> orders;  ///< in the order of their first fills; unobserved changes too
  double traded = 0;              ///< bought plus sold [units of the asset]
  double netted = 0;              ///< of it, lost on the clock: bought and sold within one step

  std::size_t steps() const { return exposure.size() - 1; }
};

/// The step of the clock (multiples of `step_ms` since 1970) that holds `time_ms`.
std::int64_t step_of(std::int64_t time_ms, std::int64_t step_ms);

/// Target exposure of one cycle as a staircase on the decision clock.
CyclePath cycle_path(const Ledger& ledger, const LedgerCycle& cycle, std::int64_t step_ms);

}  // namespace marketmimic
