#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/decomposition/aggressiveness_fit.hpp"
#include "host/decomposition/exit_rules.hpp"
#include "host/decomposition/exposure.hpp"
#include "host/decomposition/ledger.hpp"
#include "host/decomposition/market_clock.hpp"
#include "host/decomposition/naming.hpp"

namespace marketmimic {

/// A part of a cycle's path, on the cycle's clock.
struct Stretch {
  std::size_t begin, end;   ///< [steps]
  float from, to;           ///< exposure before and after, in units of the cycle's peak
  bool oscillates = false;  ///< a rhythm about `to`
};

/// What was done in a stretch, in which market, and traded for it.
struct Deed {
  Movement movement;
  double lots = 0;                  ///< traded [units of the asset]
  double taken = 0;                 ///< of it, by taking liquidity
  std::vector<OrderVolume> orders;  ///< by which it was, in the order of time
};

/// Follows a cycle (index in the ledger) through stretches that succeed each other from its first step to its end;
/// `first_step_ms` is when its clock starts.
std::vector<Deed> deeds_of(const Ledger& ledger, std::size_t cycle, std::int64_t first_step_ms,
                           const std::vector<Stretch>& stretches, const MarketClock& market, const RuledExits& exits,
                           std::int64_t step_ms);

}  // namespace marketmimic
