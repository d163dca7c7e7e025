#include "host/decomposition/join.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

#include "host/error.hpp"
#include "host/input/time.hpp"
#include "marketmimic/dmp.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kLongestLine = 4000;  ///< what a strategy file takes

template <class Row>
void append(std::vector<Row>& all, const std::vector<Row>& part) {
  all.insert(all.end(), part.begin(), part.end());
}

void append_text(std::string& all, const std::string& part) {
  if (all.size() + part.size() <= kLongestLine)
    all += all.empty() ? part : "; " + part;
  else if (!all.ends_with("..."))
    all += "; ...";
}

void append_primitives(Strategy& all, const Strategy& part) {
  const auto forcing_before = static_cast<std::uint32_t>(all.forcing.size()) - kForcingEntries;
  const auto placed = [=](auto row) {
    if (row.forcing != 0) row.forcing += forcing_before;  // the first table, that of no forcing, is there once
    return row;
  };
  std::transform(part.primitives.begin(), part.primitives.end(), std::back_inserter(all.primitives), placed);
  std::transform(part.aggressiveness.begin(), part.aggressiveness.end(), std::back_inserter(all.aggressiveness),
                 placed);
  append(all.aggressiveness_error, part.aggressiveness_error);
  all.forcing.insert(all.forcing.end(), part.forcing.begin() + kForcingEntries, part.forcing.end());
  append(all.start_ms, part.start_ms);
  append(all.fit_error, part.fit_error);
  append(all.orders, part.orders);
  append(all.events, part.events);
  append(all.evidence, part.evidence);
  append(all.confidence, part.confidence);
  append(all.frames, part.frames);
  append(all.weights, part.weights);
}

void append_cycles(Strategy& all, const Strategy& part) {
  const auto primitives_before = static_cast<std::uint32_t>(all.primitives.size());
  for (Cycle cycle : part.cycles) {
    cycle.first += primitives_before;
    all.cycles.push_back(cycle);
  }
  append(all.cycle_peak, part.cycle_peak);
  const std::uint64_t exposure_before = all.exposure.size();
  for (std::size_t i = 1; i < part.exposure_first.size(); ++i)
    all.exposure_first.push_back(exposure_before + part.exposure_first[i]);
  append(all.exposure, part.exposure);
}

bool same(const EntrySignal& a, const EntrySignal& b) {
  return a.family == b.family && a.fast == b.fast && a.slow == b.slow && a.direction == b.direction &&
         a.level == b.level;
}

/// The distance that all logs agree on in how it is measured (memories within a quarter of the first's), at its
/// geometric mean and that of its memory; none where they don't.
ExitDistance agreed(const std::vector<Strategy>& parts, ExitDistance TradingRules::*which) {
  ExitDistance all = parts.front().rules.*which;
  double distances = 0, memories = 0;
  for (const Strategy& part : parts) {
    const ExitDistance& d = part.rules.*which;
    const bool alike = d.memory <= 1.25f * all.memory && all.memory <= 1.25f * d.memory;
    const bool seen_alike = d.from_best == all.from_best && d.at_close == all.at_close;
    if (!(d.distance > 0) || d.unit != all.unit || !seen_alike || !alike) return {};
    distances += std::log(d.distance);
    memories += std::log(std::max(d.memory, 1.0f));
  }
  const auto count = static_cast<double>(parts.size());
  all.distance = static_cast<float>(std::exp(distances / count));
  if (all.counts() != ExitUnit::log_price) all.memory = static_cast<float>(std::round(std::exp(memories / count)));
  return all;
}

/// Keeps the rules that every log shows; exits by another count as the trader's own.
void agree(Strategy& all, const std::vector<Strategy>& parts) {
  TradingRules& rules = all.rules;
  const bool one_signal = std::all_of(parts.begin(), parts.end(), [&](const Strategy& part) {
    return same(part.rules.entry, parts.front().rules.entry) && part.rules.flips == parts.front().rules.flips;
  });
  if (!one_signal) {
    rules.entry = {};
    rules.flips = 0;
  }
  std::uint32_t once[2] = {};  // events on which some log leaves
  for (const Strategy& part : parts)
    for (const std::uint32_t place : {0u, 1u}) {
      once[place] |= part.rules.exits_on[place];
      rules.exits_on[place] &= part.rules.exits_on[place];
      rules.turns_on[place] &= part.rules.turns_on[place];
    }
  rules.stop = agreed(parts, &TradingRules::stop);
  rules.target = agreed(parts, &TradingRules::target);
  const auto shown = [&](const Cycle& cycle) {
    const auto reason = static_cast<ExitCause>(cycle.exit_cause);
    if (reason == ExitCause::stop) return rules.stop.distance > 0;
    if (reason == ExitCause::target) return rules.target.distance > 0;
    if (reason == ExitCause::signal) return rules.entry.family != 0;
    const std::uint32_t place = TradingRules::place(cycle.side), kept = rules.exits_on[place];
    const bool seen = cycle.reduction < cycle.count;
    const std::uint32_t left_on = seen ? all.primitives[cycle.first + cycle.reduction].trigger & once[place] : 0;
    return kept != 0 && (left_on == 0 || (left_on & kept) != 0);
  };
  for (Cycle& cycle : all.cycles)
    if (cycle.exit_cause != 0 && !shown(cycle)) cycle.exit_cause = 0;
}

}  // namespace

Strategy joined(const std::vector<Strategy>& parts) {
  if (parts.empty()) throw Error(ExitCode::input_data, "no demonstration to join");
  Strategy all = parts.front();
  std::vector<std::string> symbols{all.symbol};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Strategy& part = parts[i];
    if (part.bar_seconds != all.bar_seconds || part.step_seconds != all.step_seconds)
      throw Error(ExitCode::input_data,
                  fmt::format("{} on bars of {}, and {} on bars of {}: give bars of one interval for all logs",
                              parts.front().provenance, format_duration(1000 * std::int64_t{all.bar_seconds}),
                              part.provenance, format_duration(1000 * std::int64_t{part.bar_seconds})));
    if (part.kind_names != all.kind_names)
      throw Error(ExitCode::input_data, fmt::format("{} and {} know other kinds of primitives: define the same for all",
                                                    parts.front().provenance, part.provenance));
    append_cycles(all, part);
    append_primitives(all, part);
    append(all.trades, part.trades);
    append(all.unobserved, part.unobserved);
    append(all.demonstrations, part.demonstrations);
    append_text(all.provenance, part.provenance);
    if (part.symbol.empty() || std::find(symbols.begin(), symbols.end(), part.symbol) != symbols.end()) continue;
    symbols.push_back(part.symbol);
    append_text(all.symbol, part.symbol);
  }
  agree(all, parts);
  organise(all);
  return all;
}

}  // namespace marketmimic
