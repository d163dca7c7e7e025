#pragma once

#include <array>
#include <cstddef>

#include "host/decomposition/exit_rules.hpp"
#include "host/decomposition/ledger.hpp"
#include "marketmimic/detectors.hpp"
#include "marketmimic/strategy.hpp"

namespace marketmimic {

struct Bars;

/// The largest p of a kind that counts as supported by a log.
inline constexpr double kSupported = 0.05;

/// How often a kind's definition fits the log, beside how often it would if the trader knew nothing of the market.
struct KindSupport {
  std::size_t count = 0;  ///< segments of the kind
  double by_chance = 0;   ///< mean over the log held against bars rotated in time
  double p = 1;           ///< share of arrangements, the true one included, with as many at least

  bool supported() const { return p <= kSupported; }
};
using KindSupports = std::array<KindSupport, kPrimitiveKinds>;

/// A permutation test for every kind (randomisation of the log's time against the market's): the log is cut and named
/// against the bars and against `rotations` (at most one a bar) evenly spaced rotations of them. In all of them
/// segments begin where the trader's own behaviour or an event begins them, without the splits of a fit; prices are
/// those of the market, and the definitions the same, with the trader's own exits as learned from the log.
KindSupports kind_support(const Ledger& ledger, const Bars& bars, const DetectorParameters& detectors,
                          const ExitRules& exits, double time_resolution_ms, std::int64_t step_ms,
                          std::size_t pause_steps, std::size_t rotations);

}  // namespace marketmimic
