#include "host/decomposition/entry_forecast.hpp"

#include <algorithm>
#include <optional>

#include "host/decomposition/detector_bank.hpp"
#include "host/decomposition/entry_rule.hpp"
#include "host/decomposition/signal_fit.hpp"
#include "host/input/bars.hpp"

namespace marketmimic {
namespace {

/// What is held out: from the bar after which position `fitted` is opened, which belongs to what tells of it.
EntryForecast held_out(const Ledger& ledger, const Bars& bars, std::size_t fitted) {
  const auto ended_before = [&](const LedgerCycle& cycle) {
    return bars.ended_by(ledger.changes[cycle.first].time_ms);
  };
  const std::size_t first = std::max<std::size_t>(ended_before(ledger.cycles[fitted]), 1) - 1;
  return {first, std::max(ended_before(ledger.cycles.back()), first), {}};
}

/// Adds a side: what is expected of it, `expects(i)` for bar i, beside its entries.
template <class Expects>
void add_side(EntryForecast& forecast, const std::vector<std::size_t>& entries, const Expects& expects) {
  ExpectedEntries side;
  for (std::size_t i = forecast.first; i < forecast.last; ++i) {
    side.expected.push_back(expects(i));
    side.entered.push_back(std::binary_search(entries.begin(), entries.end(), i));
  }
  forecast.sides.push_back(std::move(side));
}

}  // namespace

EntryForecast forecast_entries(const Ledger& ledger, const Bars& bars, const DetectorParameters& detectors,
                               std::size_t fitted) {
  EntryForecast forecast = held_out(ledger, bars, fitted);
  if (forecast.first == 0) return {};
  const DetectorBank bank(bars, detectors);
  for (const int side : {1, -1}) {
    const Eigen::MatrixXd seen = bank.seen_by(side);
    const std::vector<std::size_t> entries = entry_bars(ledger, bars, side);
    const std::vector<bool> expected = fit_entry_rule(seen, side, entries, 0, forecast.first).expects(seen);
    add_side(forecast, entries, [&](std::size_t i) { return expected[i]; });
  }
  return forecast;
}

EntryForecast forecast_by_signal(const Ledger& ledger, const Bars& bars, std::size_t fitted) {
  EntryForecast forecast = held_out(ledger, bars, fitted);
  Ledger known = ledger;
  known.cycles.resize(fitted);
  known.changes.resize(ledger.cycles[fitted].first);
  const std::optional<SignalFit> fit = fitted > 0 ? fit_entry_signal(known, bars) : std::nullopt;
  if (!fit) return forecast;
  for (const int side : {1, -1})
    add_side(forecast, entry_bars(ledger, bars, side), [&](std::size_t i) {
      return fit->takes[TradingRules::place(side)] && signal_at(fit->signal, bars, i) == side;
    });
  return forecast;
}

}  // namespace marketmimic
