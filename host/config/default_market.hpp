#pragma once

#include "host/config/market_file.hpp"

namespace marketmimic {

/// The market of jobs that name none: an example of our own making, fitted to nothing, with the habits of a liquid
/// coin that trades around the clock. A price of 50,000, about 2 % volatility a day, bursts, jumps in clusters, and
/// afternoons busier than nights.
MarketFile default_market();

}  // namespace marketmimic
