#pragma once

#include <cstdint>

#include "marketmimic/draws.hpp"
#include "marketmimic/schedule.hpp"

namespace marketmimic {

/// How a shock to one asset spreads to those correlated with it; ranges from crises (CME and Nasdaq 2010-05-06).
struct Contagion {
  Range share{0.01f, 0.2f};  ///< of the shock that reaches a perfectly correlated asset, 0 to 1; drawn uniformly
  Range lag{1, 60};          ///< after which it does [s], >= 0; drawn uniformly
};

/// Error(usage): a value that is no number or out of range, or a range upside down.
void check_contagion(const Contagion& contagion);
/// Error(usage): what would make a value no number, or a rule leave its range.
void check_shock(const Injection& shock);

/// What reaches a peer.
struct Infection {
  Injection shock;  ///< starts with the source's
  float lag = 0;    ///< by which it is to start later [s]
};

/// What of `source`, in `slot` of asset `from`, reaches asset `to`: the same envelope with a drawn share of its
/// effects, times their correlation. Where that is negative the price moves the other way, bid and ask change places,
/// and nobody is forced to sell. A halt stays where it is.
Infection infect(const Contagion& contagion, const Injection& source, double correlation, const Stream& stream,
                 std::uint32_t from, std::uint32_t slot, std::uint32_t to);

}  // namespace marketmimic
