#pragma once

#include <cstddef>

#include "host/decomposition/ledger.hpp"
#include "host/decomposition/vocabulary.hpp"
#include "marketmimic/detectors.hpp"
#include "marketmimic/strategy.hpp"

namespace marketmimic {

struct Bars;

/// The largest p, corrected for the number of kinds, of a kind that counts as supported by a log.
inline constexpr double kSupported = 0.05;

/// How often a kind's definition fits the log, beside how often it would if the trader knew nothing of the market.
struct KindSupport {
  std::size_t count = 0;  ///< segments of the kind
  double by_chance = 0;   ///< mean over the log held against bars rotated in time
  double p = 1;           ///< of this kind alone: share of arrangements, the true one included, with as many at least
  double p_of_any = 1;    ///< share in which any kind but unclassified stands out as far

  bool supported() const { return p_of_any <= kSupported; }
};

/// The kinds of a log, and its turnover in those that are supported.
struct KindSupports {
  std::vector<KindSupport> kinds;  ///< index = kind; empty where the log was held against nothing
  double turnover = 0;             ///< traded in segments of supported kinds [units of the asset]
  double turnover_by_chance = 0;   ///< mean over the rotations, each by the kinds that it supports itself
  double turnover_p = 1;           ///< share of arrangements, the true one included, with as much at least
};

/// A permutation test of every kind (randomisation of the log's time against the market's): the log is cut and named
/// against the bars and against `rotations` (at most one a bar) evenly spaced rotations of them.
///
/// In each of these arrangements everything is done alike: segments begin where the trader's own behaviour or an event
/// begins them, without the splits of a fit; prices are those of the market. Where the log as it was shows a stop or a
/// target, exits at it are those that the arrangement's own shows, none where it shows none: chance shows one where
/// there is none twice in 10,000 times. Counts and turnover are therefore not those of the fitted primitives, which are
/// finer, know the log's prices and are named by the stop and target of the log; boundaries made by hand play no part.
///
/// For p_of_any, how far a kind stands out is its count less the mean over the arrangements, in their standard
/// deviations, held to the largest of any kind in each arrangement (single-step max-T: Westfall and Young, 1993). Of
/// traders that know nothing of the market at most one in twenty has a supported kind, whichever it is.
KindSupports kind_support(const Ledger& ledger, const Bars& bars, const DetectorParameters& detectors,
                          const Vocabulary& vocabulary, double time_resolution_ms, std::int64_t step_ms,
                          std::size_t pause_steps, std::size_t rotations);

}  // namespace marketmimic
