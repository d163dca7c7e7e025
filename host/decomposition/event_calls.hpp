#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/decomposition/ledger.hpp"
#include "host/decomposition/market_clock.hpp"
#include "marketmimic/detectors.hpp"

namespace marketmimic {

/// A market event that the trader goes by: most times that it begins where the trader can open a position on a side, or
/// can begin to reduce the one held, that is done in the bar that follows. Bars in which other events explain the same
/// count for those alone.
struct EventCall {
  MarketEvent event;
  bool reduces;          ///< a position, else opens one
  std::int32_t side;     ///< of the position: 1 long, -1 short
  std::size_t began;     ///< bars of the log at whose end the event began and the trader was flat, or held it
  std::size_t answered;  ///< of these, followed by a bar in which the trader did
  std::size_t deeds;     ///< bars in which the trader did, for whatever reason
  double by_chance;      ///< of the answers: had the trader looked at nothing
};

/// The most often answered first on each side. Each is answered at least every other time and five times at least,
/// tells a fifth of the deeds, and is answered so often by chance less than once in 10^6 times by Chernoff's bound
/// (Ann. Math. Stat. 23, 1952), where each bar is one chance however often the trader trades in it. States of the
/// position (kPositionStates) call for nothing.
std::vector<EventCall> learn_event_calls(const Ledger& ledger, const MarketClock& market);

/// Mask of the market events that call for opening, or for reducing, a position on a side.
std::uint32_t events_calling(const std::vector<EventCall>& calls, bool reduces, std::int32_t side);

/// Masks of the events right before the first reduction of each cycle that call for it [cycles].
std::vector<std::uint32_t> called_exits(const std::vector<EventCall>& calls, const Ledger& ledger,
                                        const MarketClock& market);

/// Whether at least nine in ten of some exits were `called`; false where these are none. [cycles] both.
bool events_explain(const std::vector<std::uint32_t>& called, const std::vector<bool>& exits);

/// Mask of the events that `called` for reducing positions on a side [cycles], after which more often than not the
/// opposite position was opened in the same bar.
std::uint32_t events_turning(const std::vector<std::uint32_t>& called, const Ledger& ledger, const MarketClock& market,
                             std::int32_t side);

/// As a line for people: `opens long on trend_up (22 of 24 times, 0.3 by chance; so 22 of 23 openings)`.
std::string event_calls_text(const std::vector<EventCall>& calls);

}  // namespace marketmimic
