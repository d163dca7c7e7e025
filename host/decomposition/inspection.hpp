#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "host/decomposition/strategy_file.hpp"
#include "marketmimic/detectors.hpp"
#include "marketmimic/strategy.hpp"

namespace marketmimic {

/// Primitives within which the share of volume that takes liquidity changes; medians over them.
struct ShareChange {
  std::size_t count = 0;
  double start = 0, goal = 0;  ///< share as they begin, and what it leads to; 0 where there are none
};

/// How a strategy uses one kind of primitive. Medians over its primitives of that kind; exposure in units of each
/// cycle's peak.
struct KindUse {
  std::uint32_t kind = 0;
  std::size_t count = 0;
  std::size_t opens = 0, closes = 0;                    ///< first of a cycle; last of one that ends flat
  double duration = 0, movement = 0;                    ///< until the next primitive, and of the movement itself [s]
  double period = 0;                                    ///< of rhythms [s], 0 where most are none
  double start = 0, goal = 0;                           ///< exposure
  double aggressiveness = 0;                            ///< share of its volume that took liquidity
  ShareChange rising, falling;                          ///< primitives within which that share changes
  double largest_share_error = 0;                       ///< RMSE of the share taken, not a median
  double burst = 0;                                     ///< recent over usual variance when it began
  double largest_error = 0;                             ///< RMSE of a rollout, not a median
  std::array<std::size_t, kMarketEvents> triggers{};    ///< primitives that wait for each event
  std::size_t own_timing = 0;                           ///< primitives that wait for none
  std::array<std::size_t, kMarketEvents> conditions{};  ///< primitives that ask each event to hold, or another
  std::array<std::size_t, kMarketEvents> ends{};        ///< primitives that each event ends
  std::size_t own_end = 0;                              ///< primitives that their time ends, or the position's end
};

/// In a transition: no position is held.
inline constexpr std::uint32_t kNoPosition = kMostKinds;

/// How often one kind followed another within a cycle, or a cycle began or ended flat with it.
struct Transition {
  std::uint32_t from, to;  ///< index of kind_names, or kNoPosition
  std::size_t count;
  double share;  ///< of all that followed `from`
};

/// How far primitives that are alike differ, along the directions that variations are drawn from.
struct VariationSpread {
  std::uint32_t kind = 0;
  std::int32_t side = 1;          ///< 1 long, -1 short
  bool leaves_none = false;       ///< those that lead to no position
  bool rhythmic = false;          ///< those that are rhythms
  std::uint32_t count = 0;        ///< primitives
  double goal = 0, duration = 0;  ///< deviations of the logarithms of |goal| and duration
};

/// Primitives that begin where they do for one reason; one with several counts for each.
struct Beginning {
  std::string_view reason;  ///< one of kEvidenceNames, or `market_event` where that is all
  std::size_t count = 0;
  std::size_t doubtful = 0;  ///< of a confidence below one half
};

/// What a strategy consists of, and in which order the demonstration used it.
struct Inspection {
  std::vector<KindUse> kinds;            ///< those that occur, in the order of Strategy::kind_names
  std::vector<Transition> transitions;   ///< those that occur, by `from` (kNoPosition first), the most frequent first
  std::vector<Beginning> beginnings;     ///< those that occur
  std::vector<VariationSpread> spreads;  ///< of what was demonstrated often enough
};

Inspection inspect(const Strategy& strategy);

/// A readable account.
std::string inspection_text(const Strategy& strategy, const Inspection& inspection);
/// The same for machines; keys are stable. Kinds by their names, kNoPosition as "flat".
nlohmann::json inspection_json(const Strategy& strategy, const Inspection& inspection);

}  // namespace marketmimic
