#pragma once

#include <cstddef>
#include <vector>

#include "host/decomposition/entry_lift.hpp"
#include "host/decomposition/ledger.hpp"
#include "marketmimic/detectors.hpp"

namespace marketmimic {

struct Bars;

/// Entries of a log's later positions as rules expect them that know its first ones, and afterwards the bars alone.
struct EntryForecast {
  std::size_t first = 0, last = 0;     ///< bars [first, last) held out: from the first later position to the last one
  std::vector<ExpectedEntries> sides;  ///< long, short: [last - first]
};

/// Fits an EntryRule for either side to the bars before position `fitted` (counted from 0, below the number of cycles)
/// was opened.
EntryForecast forecast_entries(const Ledger& ledger, const Bars& bars, const DetectorParameters& detectors,
                               std::size_t fitted);

/// The same from the EntrySignal that the first `fitted` positions show; no sides where they show none.
EntryForecast forecast_by_signal(const Ledger& ledger, const Bars& bars, std::size_t fitted);

}  // namespace marketmimic
