#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/decomposition/definitions.hpp"
#include "host/decomposition/entry_lift.hpp"
#include "host/decomposition/event_calls.hpp"
#include "host/decomposition/exit_rules.hpp"
#include "host/decomposition/kind_support.hpp"
#include "host/decomposition/signal_fit.hpp"
#include "host/decomposition/strategy_file.hpp"
#include "marketmimic/detectors.hpp"
#include "marketmimic/dmp.hpp"
#include "marketmimic/strategy.hpp"

namespace marketmimic {

struct Fills;
struct Bars;

struct DecompositionOptions {
  std::uint32_t step_seconds = 60;   ///< decision interval; divides the bars' interval
  DetectorParameters detectors;      ///< of the market events, on the bar clock
  std::uint32_t pause_steps = 10;    ///< steps without an order after which the next one begins a segment, >= 1
  DmpForm form = DmpForm::unscaled;  ///< of every primitive
  float fit_tolerance = 0.02f;       ///< RMSE accepted for a segment [share of the cycle's peak]; beyond it is split
  Definitions definitions;           ///< kinds and boundaries of the user
  std::size_t rotations = 199;       ///< of the bars against the log, to tell kinds from chance; 0: none
};

/// How well the primitives reproduce the demonstration. Errors are of the rollout over whole cycles, its state carried
/// across the joins, on the decision clock, in shares of the cycle's peak.
struct DecompositionMetrics {
  std::size_t fills = 0, orders = 0;
  std::size_t cycles = 0, closed_cycles = 0;
  std::size_t invisible_cycles = 0;  ///< that begin and end within one step: not reproduced, RMSE 1
  std::size_t segments = 0;
  std::vector<float> cycle_rmse;        ///< [cycles]
  std::size_t accurate_cycles = 0;      ///< RMSE at most kAccurateRmse
  std::size_t order_parts = 0;          ///< orders by cycle: one that flips the position counts in both
  std::size_t order_parts_timed = 0;    ///< half of its change reached within one step of the order's own half
  std::size_t parameters = 0;           ///< of all primitives: duration and goal, tau where fitted, weights
  std::size_t baseline_parameters = 0;  ///< of the piecewise-constant path: time and level of every change on the clock
  double turnover = 0;                  ///< traded [units of the asset]
  bool tells_takers = false;            ///< the log tells of some fills whether they took liquidity; else all count so
  double taker_fee = 0, maker_fee = 0;  ///< paid in the log, share of the value traded in either way; 0 without any
  double netted = 0;                    ///< of it, bought and sold within one step, invisible on the clock
  double classified = 0;                ///< of it, in primitives of a kind other than unclassified
  std::vector<double> traded;           ///< [primitives] of it, in each
  std::vector<std::size_t> kinds;       ///< [Strategy::kind_names] primitives of each kind
};
inline constexpr float kAccurateRmse = 0.05f;

/// What a picture of the demonstration shows.
struct DemonstrationPicture {
  struct Price {
    std::int64_t time_ms;
    double close;  ///< [currency]
  };
  struct Exposure {
    std::int64_t time_ms;
    float demonstrated, reproduced;  ///< in units of the cycle's peak; drawn as steps
  };
  struct Segment {
    std::int64_t begin_ms, end_ms;
    std::uint32_t kind;   ///< index of kind_names
    std::uint32_t cycle;  ///< index
  };
  struct Event {
    std::int64_t begin_ms, end_ms;
    std::uint32_t event;  ///< MarketEvent
  };
  std::string symbol;
  std::vector<std::string> kind_names;
  std::vector<Price> prices;        ///< of the bars around the demonstration
  std::vector<Exposure> exposures;  ///< in the order of time, where either changes; 0 between cycles
  std::vector<Segment> segments;    ///< in the order of time
  std::vector<Event> events;        ///< in the order of their beginning, those in the span of `prices`
};

struct Decomposition {
  Strategy strategy;
  DecompositionMetrics metrics;
  std::optional<SignalFit> signal;   ///< on which positions are opened, if one of those tried tells it
  std::vector<EventCall> calls;      ///< market events that the trader answers
  ExitRules exits;                   ///< where the trader's stop and target stand, as far as the log shows it
  std::optional<EntryLift> entries;  ///< of the last 30 % of positions, told from the others and bars; none below 60
  KindSupports support;              ///< empty where the options ask for no rotations
  DemonstrationPicture picture;
  std::vector<bool> edits_done;      ///< [definitions.boundaries] whether a position was held then
  std::vector<std::string> notices;  ///< one line each: what the log lacks or contradicts
};

/// Decomposes a demonstration: ledger, exposure on the decision clock, market events, segments, kinds, fits.
/// Throws Error: input_data where fills and bars don't match or the log contradicts itself throughout, usage where the
/// options don't suit the bars or a boundary can't be made as asked for.
Decomposition decompose(const Fills& fills, const Bars& bars, const DecompositionOptions& options);

}  // namespace marketmimic
