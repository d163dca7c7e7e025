#pragma once

#include "host/config/market_file.hpp"
#include "host/input/bars.hpp"

namespace marketmimic {

/// Sets tick, lot, initial price, volume level and book of `market` from bars by rules, since bars do not show quotes.
/// The rules speak of a minute at normal volatility, its standard deviation s and its volume V:
/// - the tick is the step of the closes (a power of ten, or five of them), coarser where the last close would exceed
/// 1e7
///   ticks, finer where it would be below 100; the market starts at the last close;
/// - the lot is the largest power of ten of which V has 10^4, but a bar no more than 10^7; a trade is V / 300;
/// - the spread is 1.5 s / sqrt(300): once or twice the volatility per trade (Wyart, Bouchaud, Kockelkoren, Potters,
///   Vettorazzo, Quantitative Finance 8, 2008); levels are 0.05 s apart; ten of them hold V.
/// Where no volume is known, lot, volume and depth stay as they are. `market.diffusion.volatility` and the season of
/// volume must be set.
void set_units(MarketFile& market, const Bars& bars);

}  // namespace marketmimic
