#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/decomposition/ledger.hpp"
#include "host/decomposition/market_clock.hpp"
#include "marketmimic/detectors.hpp"

namespace marketmimic {

/// A market event that the trader answers far beyond chance: what begins to build up, or to reduce, positions on a side
/// comes right after the event began, in the bar that follows.
struct EventCall {
  MarketEvent event;
  bool reduces;          ///< a position, else builds one up
  std::int32_t side;     ///< of the position: 1 long, -1 short
  std::size_t answered;  ///< beginnings that follow the event, and none of those told before
  std::size_t of;        ///< beginnings on the side
  double by_chance;      ///< beginnings that would follow it at random times
};

/// The most frequent first on each side. Each answers a fifth of the beginnings and five of them at least, where chance
/// has none so many once in 10^6 times by Chernoff's bound (Ann. Math. Stat. 23, 1952). Of random times those count in
/// which such a position can be reduced, or built up. States of the position (kPositionStates) call for nothing.
std::vector<EventCall> learn_event_calls(const Ledger& ledger, const MarketClock& market);

/// Mask of the market events that call for building up or reducing a position on a side.
std::uint32_t events_calling(const std::vector<EventCall>& calls, bool reduces, std::int32_t side);

/// As a line for people: `builds long on trend_up (22 of 22, 0.1 by chance)`, `; ` between them.
std::string event_calls_text(const std::vector<EventCall>& calls);

}  // namespace marketmimic
