#include "host/decomposition/entry_forecast.hpp"

#include <algorithm>

#include "host/decomposition/detector_bank.hpp"
#include "host/decomposition/entry_rule.hpp"
#include "host/input/bars.hpp"

namespace marketmimic {

EntryForecast forecast_entries(const Ledger& ledger, const Bars& bars, const DetectorParameters& detectors,
                               std::size_t fitted) {
  const auto ended_before = [&](const LedgerCycle& cycle) {
    return bars.ended_by(ledger.changes[cycle.first].time_ms);
  };
  // The bar after which a position is opened belongs to what tells of it.
  const std::size_t first = std::max<std::size_t>(ended_before(ledger.cycles[fitted]), 1) - 1;
  EntryForecast forecast{first, std::max(ended_before(ledger.cycles.back()), first), {}};
  if (first == 0) return {};
  const DetectorBank bank(bars, detectors);
  for (const int side : {1, -1}) {
    const Eigen::MatrixXd seen = bank.seen_by(side);
    const std::vector<std::size_t> entries = entry_bars(ledger, bars, side);
    const std::vector<bool> expected = fit_entry_rule(seen, side, entries, 0, first).expects(seen);
    ExpectedEntries held_out;
    for (std::size_t i = first; i < forecast.last; ++i) {
      held_out.expected.push_back(expected[i]);
      held_out.entered.push_back(std::binary_search(entries.begin(), entries.end(), i));
    }
    forecast.sides.push_back(std::move(held_out));
  }
  return forecast;
}

}  // namespace marketmimic
