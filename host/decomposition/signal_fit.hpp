#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "host/decomposition/exit_rules.hpp"
#include "host/decomposition/ledger.hpp"
#include "marketmimic/trading_rules.hpp"

namespace marketmimic {

struct Bars;

/// The signal that tells best when a trader opens positions, and how well it does.
struct SignalFit {
  EntrySignal signal;
  bool takes[2] = {};                   ///< whether the trader follows it into long, short positions
  std::size_t entries = 0, told = 0;    ///< positions opened on these sides; of them right after a signal
  std::size_t calls = 0, followed = 0;  ///< signals with no position on their side yet; of them followed at once
  double likelihood_ratio = 0;          ///< twice the gain of log-likelihood over entries at random bars
};

/// Tries breakouts from channels of 2 to 255 bars and crossings of moving averages of common lengths, with the market
/// and against it. Nothing where there are fewer than 20 entries, where less than half of the signals are followed or
/// less than half of the entries told, or where chance gives the best likelihood ratio of so many once in 10,000 times.
std::optional<SignalFit> fit_entry_signal(const Ledger& ledger, const Bars& bars);

/// What a signal says at the end of bar i: 1, -1, or 0; 0 where the bars do not reach back far enough.
int signal_at(const EntrySignal& signal, const Bars& bars, std::size_t i);

/// Why each position of the ledger was first reduced.
struct ExitCauses {
  std::vector<ExitCause> of_cycle;  ///< [cycles of the ledger]
  bool flips = false;               ///< opposite signals open the opposite position at once, more often than not
};
/// What neither stop nor target explains is the signal's where that is opposite at the end of the bar before, and at
/// least half of the opposite signals in a position are followed so; what that does not explain either is the event's
/// that `called` for it ([cycles], called_exits()).
ExitCauses exit_causes(const Ledger& ledger, const Bars& bars, const RuledExits& exits,
                       const std::optional<SignalFit>& entry, const std::vector<std::uint32_t>& called);

/// The same as the rules execute it: all of them, a stop or target alone.
ExitDistance executed(const std::optional<ExitRule>& rule);
TradingRules trading_rules(const ExitRules& exits, const std::optional<SignalFit>& entry, const ExitCauses& reasons);

}  // namespace marketmimic
