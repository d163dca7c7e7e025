#pragma once

#include "host/decomposition/ledger.hpp"
#include "host/input/bars.hpp"
#include "host/input/fills.hpp"

namespace marketmimic {

/// The log without its own prices: each fill at the price that the bars knew at its time, the close of the last bar
/// that had ended (the first bar's open before that). Fees go too. For logs that tell no prices, and to hide them.
Fills at_market_prices(const Fills& fills, const Bars& bars);
/// The same of a ledger built from such a log; its cash is that of the log.
Ledger at_market_prices(const Ledger& ledger, const Bars& bars);

/// The same bars at other times: their log returns (and ranges and volumes with them) begin `shift` bars later and go
/// around the end; times and the first open stay. What a log shares with them by chance is what it shares by chance.
Bars rotated(const Bars& bars, std::size_t shift);

}  // namespace marketmimic
