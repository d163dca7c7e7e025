#pragma once

#include <algorithm>
#include <optional>
#include <span>

#include "host/config/job.hpp"
#include "host/config/market_file.hpp"
#include "host/run/any_context.hpp"
#include "host/simulator/tide.hpp"

namespace marketmimic {

/// The common flow of an order book, as set_tide() finds it; see OrderBookStep.
struct Tide {
  float decay = 0, noise = 0;

  /// As a file holds it, whatever that may be: a changed one does not give the identity.
  static Tide stored(double decay, double noise) {
    const auto value = [](double x) { return x > 0 ? static_cast<float>(std::min(x, 1.0e6)) : 0.0f; };
    return {value(decay), value(noise)};
  }
};

/// Makes the market of `context`, which has no strategy or shocks yet, that asset of the job's set which the run is
/// about; `files` are the markets of all of them. The same couplings and tides as a MarketSimulator of them all has, to
/// the bit. `tide`: what an earlier call found, which can take minutes; else it is searched for. Error(usage): a
/// correlation that is none or can't be reached, and contagion where nothing correlates.
void couple(AnyContext& context, const AssetSet& assets, std::span<const MarketFile> files,
            const std::optional<Tide>& tide, const TideSearch& search);

/// Sets the shocks that the asset of the run has in its slots: its own, and what spreads to it from others, one slot
/// for each shock in the job's order. Error(usage): one would spread to it that waits for an event, or the strategy's
/// state, of another asset.
void set_shocks(AnyContext& context, const Job& job, std::span<const MarketFile> files);

}  // namespace marketmimic
