#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/decomposition/strategy_file.hpp"

namespace marketmimic {

struct Fills;

/// One step of the position. A fill that crosses zero is two: what closes the one position, and what opens the other.
struct PositionChange {
  static constexpr std::uint32_t unobserved = 0xffffffffu;  ///< as `order`: no fill of the log explains it

  std::int64_t time_ms;
  double before, after;  ///< signed position [units of the asset]
  double price;          ///< [currency], 0 where unobserved
  std::uint32_t order;   ///< index into Ledger::orders, or `unobserved`
  bool taker;            ///< took liquidity; true where the log does not say
  bool swings = false;   ///< part of an oscillation, which begins nothing and ends nothing

  double size() const { return after - before; }
  /// Takes from the position, other than for the swing of it.
  bool reduces() const { return !swings && std::abs(after) < std::abs(before); }
};

/// Mean price at which the position held was entered, and its size; what reduces it leaves the price as it is.
struct MeanEntry {
  double lots = 0;   ///< [units of the asset], without unobserved changes
  double worth = 0;  ///< paid for them [currency]

  void add(const PositionChange& change) {
    const double before = std::abs(change.before), after = std::abs(change.after);
    if (after > before && change.order != PositionChange::unobserved) {
      lots += after - before;
      worth += (after - before) * change.price;
    } else if (after < before) {
      lots *= after / before;
      worth *= after / before;
    }
  }
  double price() const { return worth / lots; }
};

/// A position from flat to flat: `count` changes from `first` on. The one that a flip ends, and the one it begins,
/// share an order.
struct LedgerCycle {
  std::size_t first = 0, count = 0;
  double peak = 0;         ///< largest |position| [units of the asset], > 0
  bool ends_flat = false;  ///< false: the log ends with it open
  bool ends_in_flip = false, begins_in_flip = false;
};

/// What the log says about the position.
struct Ledger {
  std::vector<PositionChange> changes;
  std::vector<LedgerCycle> cycles;
  std::vector<std::string> orders;  ///< ids, in the order of their first fills
  std::vector<UnobservedChange> unobserved;
  double position = 0;  ///< at the end [units of the asset]
  double cash = 0;      ///< received less paid in the log's fills, fees included [currency]
  double turnover = 0;  ///< bought plus sold [units of the asset]
};

/// A position counts as flat below this share of its cycle's peak: logs leave dust of a rounding step behind.
inline constexpr double kFlat = 1e-6;

/// The change that first reduces the position of a cycle; null where none does.
const PositionChange* first_reduction(const Ledger& ledger, const LedgerCycle& cycle);

/// Rebuilds the position from fills in any order; they are sorted by time and sequence. Where a fill states the
/// position before it, that is the truth: a difference becomes an unobserved change just before it.
/// Throws Error(input_data) where a time and sequence stand twice, where more than half of the stated positions
/// contradict the fills before them, and where no position is ever held.
Ledger build_ledger(const Fills& fills);

}  // namespace marketmimic
