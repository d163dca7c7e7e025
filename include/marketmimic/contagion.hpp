#pragma once

#include <cstdint>

#include "marketmimic/draws.hpp"
#include "marketmimic/host_device.hpp"
#include "marketmimic/perturbation.hpp"
#include "marketmimic/schedule.hpp"

namespace marketmimic {

/// How a shock to one asset spreads to those correlated with it; ranges from crises (CME and Nasdaq 2010-05-06).
struct Contagion {
  Range share{0.01f, 0.2f};  ///< of the shock that reaches a perfectly correlated asset, 0 to 1; drawn uniformly
  Range lag{1, 60};          ///< after which it does [s], >= 0; drawn uniformly
};

/// Whether a shock (an Injection or its rule) spreads at all: one that halts trading stays where it is, and so does
/// what the re-opening stirs up.
template <class Shock>
MARKETMIMIC_HD bool spreads(const Shock& shock) {
  return shock.halts == 0u;
}

/// What reaches a peer.
struct Infection {
  Injection shock;  ///< starts with the source's
  float lag = 0;    ///< by which it is to start later [s]
};

/// What of `source`, which spreads, in `slot` of asset `from`, reaches asset `to`: the same envelope with a drawn share
/// of its effects, times their correlation. Where that is negative the price moves the other way, bid and ask change
/// places, and nobody is forced to sell.
MARKETMIMIC_HD Infection infect(const Contagion& contagion, const Injection& source, float correlation,
                                const Stream& stream, std::uint32_t from, std::uint32_t slot, std::uint32_t to) {
  const Words w = stream.draw(Draw::contagion, from, to, slot);
  const bool against = correlation < 0.0f;
  const float moves = contagion.share.uniform(w.a) * correlation, size = against ? -moves : moves;
  const float forced = against ? 0.0f : size;
  Injection i = source;
  i.displacement *= moves;
  i.drift *= moves;
  i.log_volatility *= size;
  i.log_depth_bid = (against ? source.log_depth_ask : source.log_depth_bid) * size;
  i.log_depth_ask = (against ? source.log_depth_bid : source.log_depth_ask) * size;
  i.log_spread *= size;
  i.log_volume *= size;
  i.log_depth_before *= size;
  i.excitation *= size;
  i.hold *= size;
  i.participation *= forced;
  i.sweep *= forced;
  i.density *= forced;
  return {i, contagion.lag.uniform(w.b)};
}

/// Whose the shocks are that an asset has in its slots: other assets', or its own where they don't correlate. Small,
/// since contexts travel as kernel parameters.
struct ShockSources {
  float correlation[kMaxInjections] = {};                              ///< with that asset; 0: the shock is its own
  std::uint8_t asset[kMaxInjections] = {}, slot[kMaxInjections] = {};  ///< there
};

/// The shock of one scenario in `slot` of `asset`, which is drawn by `rule`. What comes from elsewhere is drawn there
/// and spreads from there, so that an asset which runs alone has what all would have together; only what waits for an
/// event of the other asset can't be known here.
MARKETMIMIC_HD Injection draw_shock(const PerturbationRule& rule, const ShockSources& from, const Contagion& contagion,
                                    const Stream& stream, std::uint32_t slot, std::uint32_t asset) {
  if (from.correlation[slot] == 0.0f) return rule.draw(stream, slot, asset);
  const std::uint32_t source = from.asset[slot], there = from.slot[slot];
  Infection i =
      infect(contagion, rule.draw(stream, there, source), from.correlation[slot], stream, source, there, asset);
  i.shock.start += i.lag;
  return i.shock;
}

}  // namespace marketmimic
