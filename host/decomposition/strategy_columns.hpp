#pragma once

#include <cstdint>

#include "host/decomposition/strategy_file.hpp"

namespace marketmimic {

/// The columns of a strategy file, each once: calls `visit.rows(path, rows, member)` for a member of every row and
/// `visit.column(path, values)` for a vector. The rows of one vector come together; the first sets their number.
template <class AnyStrategy, class Visitor>
void visit_columns(AnyStrategy& s, Visitor& visit) {
  visit.rows("primitives/kind", s.primitives, &Primitive::kind);
  visit.rows("primitives/trigger", s.primitives, &Primitive::trigger);
  visit.rows("primitives/condition", s.primitives, &Primitive::condition);
  visit.rows("primitives/end", s.primitives, &Primitive::end);
  visit.rows("primitives/duration", s.primitives, &Primitive::duration);
  visit.rows("primitives/tau", s.primitives, &Primitive::tau);
  visit.rows("primitives/start", s.primitives, &Primitive::start);
  visit.rows("primitives/goal", s.primitives, &Primitive::goal);
  visit.rows("primitives/burst", s.primitives, &Primitive::burst);
  visit.rows("primitives/aggressiveness", s.primitives, &Primitive::aggressiveness);
  visit.rows("primitives/aggressiveness_start", s.aggressiveness, &Aggressiveness::start);
  visit.rows("primitives/aggressiveness_goal", s.aggressiveness, &Aggressiveness::goal);
  visit.rows("primitives/aggressiveness_tau", s.aggressiveness, &Aggressiveness::tau);
  visit.rows("primitives/aggressiveness_forcing", s.aggressiveness, &Aggressiveness::forcing);
  visit.column("primitives/aggressiveness_error", s.aggressiveness_error);
  visit.rows("primitives/forcing", s.primitives, &Primitive::forcing);
  visit.rows("primitives/form", s.primitives, &Primitive::form);
  visit.rows("primitives/period", s.primitives, &Primitive::period);
  visit.column("primitives/start_ms", s.start_ms);
  visit.column("primitives/fit_error", s.fit_error);
  visit.column("primitives/orders", s.orders);
  visit.column("primitives/events", s.events);
  visit.column("primitives/evidence", s.evidence);
  visit.column("primitives/confidence", s.confidence);
  visit.rows("primitives/price", s.frames, &EventFrame::price);
  visit.rows("primitives/volatility", s.frames, &EventFrame::volatility);
  visit.rows("primitives/volume", s.frames, &EventFrame::volume);
  visit.rows("primitives/spread", s.frames, &EventFrame::spread);
  visit.rows("primitives/depth", s.frames, &EventFrame::depth);
  visit.column("primitives/weights", s.weights);
  visit.rows("cycles/first", s.cycles, &Cycle::first);
  visit.rows("cycles/count", s.cycles, &Cycle::count);
  visit.rows("cycles/duration", s.cycles, &Cycle::duration);
  visit.rows("cycles/ends_flat", s.cycles, &Cycle::ends_flat);
  visit.rows("cycles/exit_cause", s.cycles, &Cycle::exit_cause);
  visit.rows("cycles/pause", s.cycles, &Cycle::pause);
  visit.column("cycles/peak", s.cycle_peak);
  visit.column("cycles/exposure_first", s.exposure_first);
  visit.column("forcing", s.forcing);
  visit.column("exposure", s.exposure);
  visit.rows("trades/time_ms", s.trades, &DemonstrationTrade::time_ms);
  visit.rows("trades/lots", s.trades, &DemonstrationTrade::lots);
  visit.rows("trades/price", s.trades, &DemonstrationTrade::price);
  visit.rows("trades/taker", s.trades, &DemonstrationTrade::taker);
  visit.rows("unobserved/time_ms", s.unobserved, &UnobservedChange::time_ms);
  visit.rows("unobserved/lots", s.unobserved, &UnobservedChange::lots);
  visit.rows("demonstrations/cycles", s.demonstrations, &Demonstration::cycles);
  visit.rows("demonstrations/trades", s.demonstrations, &Demonstration::trades);
  visit.rows("demonstrations/unobserved", s.demonstrations, &Demonstration::unobserved);
  visit.rows("demonstrations/bars_first_ms", s.demonstrations, &Demonstration::bars_first_ms);
  visit.rows("demonstrations/bars_last_ms", s.demonstrations, &Demonstration::bars_last_ms);
}

/// Its attributes: `visit.number(name, value)`, `visit.text(name, value)` and `visit.names(name, values)`.
template <class AnyStrategy, class Visitor>
void visit_attributes(AnyStrategy& s, Visitor& visit) {
  visit.number("bar_seconds", s.bar_seconds);
  visit.number("step_seconds", s.step_seconds);
  visit.text("symbol", s.symbol);
  visit.text("provenance", s.provenance);
  visit.names("kind_names", s.kind_names);
  visit.text("kind_definitions", s.kind_definitions);
  visit.number("entry_family", s.rules.entry.family);
  visit.number("entry_fast", s.rules.entry.fast);
  visit.number("entry_slow", s.rules.entry.slow);
  visit.number("entry_direction", s.rules.entry.direction);
  visit.number("entry_level", s.rules.entry.level);
  visit.number("entry_sides", s.rules.entry.sides);
  visit.number("stop_distance", s.rules.stop.distance);
  visit.number("stop_unit", s.rules.stop.unit);
  visit.number("stop_memory", s.rules.stop.memory);
  visit.number("stop_from_best", s.rules.stop.from_best);
  visit.number("stop_at_close", s.rules.stop.at_close);
  visit.number("target_distance", s.rules.target.distance);
  visit.number("target_unit", s.rules.target.unit);
  visit.number("target_memory", s.rules.target.memory);
  visit.number("target_at_close", s.rules.target.at_close);
  visit.number("flips", s.rules.flips);
  visit.number("exits_on_long", s.rules.exits_on[0]);
  visit.number("exits_on_short", s.rules.exits_on[1]);
  visit.number("turns_on_long", s.rules.turns_on[0]);
  visit.number("turns_on_short", s.rules.turns_on[1]);
}

inline constexpr char kStrategyFormat[] = "marketmimic strategy";
inline constexpr std::uint32_t kStrategyFormatVersion = 11;

}  // namespace marketmimic
