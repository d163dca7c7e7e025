#include "host/decomposition/decompose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <span>

#include "host/decomposition/alignment.hpp"
#include "host/decomposition/cycle_fit.hpp"
#include "host/decomposition/deeds.hpp"
#include "host/decomposition/entry_forecast.hpp"
#include "host/decomposition/event_calls.hpp"
#include "host/decomposition/exposure.hpp"
#include "host/decomposition/ledger.hpp"
#include "host/decomposition/market_clock.hpp"
#include "host/decomposition/naming.hpp"
#include "host/error.hpp"
#include "host/input/bars.hpp"
#include "host/input/fills.hpp"
#include "host/input/text.hpp"
#include "host/input/time.hpp"

namespace marketmimic {
namespace {

/// A cycle's path, and the segments that reproduce it; none where it begins and ends within one step.
struct FittedCycle {
  CyclePath path;
  std::vector<FittedSegment> segments;

  std::int64_t time_of(std::size_t step, std::int64_t step_ms) const {
    return path.start_ms + static_cast<std::int64_t>(step) * step_ms;
  }
};

/// Fits cycle after cycle. An order and a cycle earn one segment each; what the cycles before left is still there.
std::vector<FittedCycle> fit_cycles(const Ledger& ledger, const MarketClock& market,
                                    const DecompositionOptions& options, const std::string& symbol,
                                    std::vector<bool>& edits_done) {
  const std::int64_t step_ms = 1000 * static_cast<std::int64_t>(options.step_seconds);
  const auto dt = static_cast<float>(options.step_seconds);
  std::vector<FittedCycle> fitted;
  std::size_t orders = 0, cycles = 0, used = 0;
  for (const LedgerCycle& cycle : ledger.cycles) {
    FittedCycle& f = fitted.emplace_back();
    f.path = cycle_path(ledger, cycle, step_ms);
    if (std::all_of(f.path.exposure.begin(), f.path.exposure.end(), [](float e) { return e == 0.0f; })) continue;
    ++cycles;
    for (std::size_t i = cycle.first; i < cycle.first + cycle.count; ++i)
      if (const std::uint32_t order = ledger.changes[i].order; order != PositionChange::unobserved)
        orders = std::max<std::size_t>(orders, order + 1);
    const std::vector<Boundary> boundaries =
        edited(first_boundaries(f.path, market, step_ms, options.pause_steps), options.definitions.boundaries, symbol,
               f.path, step_ms, edits_done);
    const std::size_t allowance = orders + cycles - std::min(orders + cycles, used);
    f.segments = fit_cycle(f.path, boundaries, dt, options.fit_tolerance, allowance, options.form);
    used += f.segments.size();
  }
  return fitted;
}

/// Marks what trades within rhythms as swings.
void mark_swings(const std::vector<FittedCycle>& fitted, std::int64_t step_ms, Ledger& ledger) {
  for (std::size_t c = 0; c < fitted.size(); ++c) {
    const auto changes = std::span(ledger.changes).subspan(ledger.cycles[c].first, ledger.cycles[c].count);
    auto change = changes.begin();  // in the order of time, as the segments are
    for (const FittedSegment& segment : fitted[c].segments) {
      if (!segment.fit.primitive.rhythmic()) continue;
      const std::int64_t begin = fitted[c].time_of(segment.boundary.step, step_ms);
      const std::int64_t end = fitted[c].time_of(segment.end, step_ms);
      for (; change != changes.end() && change->time_ms < end; ++change) change->swings = change->time_ms >= begin;
    }
  }
}

/// Decomposes cycle after cycle into the result.
class Decomposer {
 public:
  Decomposer(const Ledger& ledger, const Bars& bars, const MarketClock& market, const RuledExits& exits,
             const ExitCauses& reasons, const DecompositionOptions& options, Decomposition& result)
      : ledger_(ledger),
        bars_(bars),
        market_(market),
        exits_(exits),
        reasons_(reasons),
        options_(options),
        out_(result),
        step_ms_(1000 * static_cast<std::int64_t>(options.step_seconds)) {
    out_.strategy.forcing.assign(kForcingEntries, 0.0f);
    out_.strategy.exposure_first.push_back(0);
    out_.metrics.kinds.assign(out_.strategy.kind_names.size(), 0);
  }

  void add(std::size_t index, const FittedCycle& fitted) {
    const LedgerCycle& cycle = ledger_.cycles[index];
    const CyclePath& path = fitted.path;
    const std::vector<FittedSegment>& segments = fitted.segments;
    out_.metrics.turnover += path.traded;
    out_.metrics.netted += path.netted;
    if (segments.empty()) {
      out_.metrics.cycle_rmse.push_back(1.0f);
      out_.metrics.order_parts += path.orders.size();
      ++out_.metrics.invisible_cycles;
      return;
    }
    Strategy& s = out_.strategy;
    Cycle entry;
    entry.first = static_cast<std::uint32_t>(s.primitives.size());
    entry.count = static_cast<std::uint32_t>(segments.size());
    entry.ends_flat = cycle.ends_flat ? 1u : 0u;
    entry.exit_cause = static_cast<std::uint32_t>(reasons_.of_cycle[index]);
    entry.pause = pause_before(cycle);
    std::vector<Stretch> parts, movements;  // what a fit split is one movement, done for one reason
    for (const FittedSegment& segment : segments) {
      const SegmentFit& fit = segment.fit;
      parts.push_back(
          {segment.boundary.step, segment.end, fit.primitive.start, fit.primitive.goal, fit.primitive.rhythmic()});
      const bool apart = movements.empty() || movements.back().oscillates || parts.back().oscillates;
      if (apart || !segment.boundary.is_split()) movements.push_back(parts.back());
      movements.back().end = parts.back().end;
      movements.back().to = parts.back().to;
    }
    const auto deeds_in = [&](const std::vector<Stretch>& stretches) {
      return deeds_of(ledger_, index, path.start_ms, stretches, market_, exits_, step_ms_);
    };
    const std::vector<Deed> deeds = deeds_in(parts), done = deeds_in(movements);
    std::size_t movement = 0;
    std::int64_t previous_ms = std::numeric_limits<std::int64_t>::min();
    for (std::size_t i = 0; i < segments.size(); ++i) {
      while (movement + 1 < movements.size() && movements[movement + 1].begin <= parts[i].begin) ++movement;
      add_segment(fitted, segments[i], deeds[i], done[movement].movement, previous_ms);
      previous_ms = s.start_ms.back();
      entry.duration += s.primitives.back().duration;
    }
    s.cycles.push_back(entry);
    s.cycle_peak.push_back(cycle.peak);
    s.exposure.insert(s.exposure.end(), path.exposure.begin(), path.exposure.end());
    s.exposure_first.push_back(s.exposure.size());
    measure(path, segments);
    draw(fitted);
  }

 private:
  /// Flat time before the cycle [s].
  float pause_before(const LedgerCycle& cycle) const {
    if (cycle.first == 0) return 0;
    const std::int64_t flat_ms = ledger_.changes[cycle.first].time_ms - ledger_.changes[cycle.first - 1].time_ms;
    return 1e-3f * static_cast<float>(flat_ms);
  }

  /// `movement` is all that the segment is part of: its kind is why the trader did this.
  void add_segment(const FittedCycle& fitted, const FittedSegment& segment, const Deed& deed, const Movement& movement,
                   std::int64_t previous_ms) {
    Strategy& s = out_.strategy;
    const std::int64_t now = fitted.time_of(segment.boundary.step, step_ms_);
    const std::uint32_t events = deed.movement.events;
    const Vocabulary::Name name = options_.definitions.vocabulary.name(movement);
    const Detectors& market = market_.at(now);

    Primitive p = segment.fit.primitive;
    p.kind = name.kind;
    // An event calls one primitive: those that held all along since the one before are not what this one waited for.
    const bool first = previous_ms == std::numeric_limits<std::int64_t>::min();
    const std::uint32_t new_events = events & (first ? ~0u : market_.started(previous_ms, now));
    p.trigger = name.triggers & new_events;
    if (const std::uint32_t called = calling(name, movement) & new_events; called != 0) p.trigger = called;
    p.condition = name.condition;
    if (!first) s.primitives.back().end = p.trigger;
    p.burst = exact::clamp(market.burst(), 0.01f, 100.0f);
    const float before = s.primitives.empty() ? 1.0f : s.primitives.back().aggressiveness;
    p.aggressiveness = deed.lots > 0 ? static_cast<float>(deed.taken / deed.lots) : before;
    if (!segment.fit.table.empty()) p.forcing = append_forcing(segment.fit.table);
    AggressivenessFit share = fit_aggressiveness(p, deed.orders, static_cast<float>(options_.step_seconds));
    if (!share.table.empty()) share.share.forcing = append_forcing(share.table);
    s.primitives.push_back(p);
    s.aggressiveness.push_back(share.share);
    s.aggressiveness_error.push_back(share.error);
    s.start_ms.push_back(now);
    s.fit_error.push_back(segment.fit.rmse);
    s.orders.push_back(orders_between(fitted.path, segment.boundary.step, segment.end));
    s.events.push_back(events);
    s.evidence.push_back(segment.boundary.evidence);
    s.confidence.push_back(segment.confidence);
    s.frames.push_back(frame_at(now));
    s.weights.push_back(static_cast<std::uint32_t>(segment.fit.weights.size()));

    DecompositionMetrics& m = out_.metrics;
    ++m.kinds[p.kind];
    m.parameters += segment.fit.parameters;
    m.traded.push_back(deed.lots);
    if (name.kind != static_cast<std::uint32_t>(PrimitiveKind::unclassified)) m.classified += deed.lots;
  }

  /// Its offset.
  std::uint32_t append_forcing(const std::vector<float>& table) {
    std::vector<float>& all = out_.strategy.forcing;
    const auto offset = static_cast<std::uint32_t>(all.size());
    all.insert(all.end(), table.begin(), table.end());
    return offset;
  }

  /// Market events that the trader answers in what the movement does; none for what the user names, whose triggers are
  /// the user's.
  std::uint32_t calling(const Vocabulary::Name& name, const Movement& movement) const {
    const bool opens = movement.builds() && std::abs(movement.from) < kNoExposure;
    const bool moves = (opens || movement.reduces()) && movement.size() >= kNoExposure;
    if (name.kind >= kPrimitiveKinds || !moves) return 0;
    const std::int32_t side = movement.side() > 0 ? 1 : -1;
    const std::uint32_t turns = opens ? out_.strategy.rules.turns_on[TradingRules::place(-side)] : 0;
    return events_calling(out_.calls, movement.reduces(), side) | turns;
  }

  /// Before the first bar has ended, that one's price and nothing else is known.
  EventFrame frame_at(std::int64_t time_ms) const {
    constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
    const std::size_t ended = bars_.ended_by(time_ms);
    const std::size_t last = ended > 0 ? ended - 1 : 0, counted = std::min(ended, kFrameBars);
    EventFrame frame{0, market_.at(time_ms).sigma(), 0, unknown, unknown};
    frame.price = static_cast<float>(ended > 0 ? bars_.bars[last].close : bars_.bars[last].open);
    double volume = 0;
    for (std::size_t i = ended - counted; i < ended; ++i) volume += bars_.bars[i].volume;
    if (counted > 0) frame.volume = static_cast<float>(volume / static_cast<double>(counted));
    if (ended > 0 && !bars_.quotes.empty()) {
      frame.spread = static_cast<float>(bars_.quotes[last].spread);
      frame.depth = static_cast<float>(bars_.quotes[last].depth);
    }
    return frame;
  }

  static std::uint32_t orders_between(const CyclePath& path, std::size_t begin, std::size_t end) {
    auto mark = std::partition_point(path.orders.begin(), path.orders.end(),
                                     [&](const OrderMark& m) { return m.step < begin; });
    std::uint32_t count = 0;
    for (; mark != path.orders.end() && mark->step < end; ++mark)
      count += mark->order != PositionChange::unobserved ? 1u : 0u;
    return count;
  }

  void measure(const CyclePath& path, const std::vector<FittedSegment>& segments) {
    DecompositionMetrics& m = out_.metrics;
    const std::vector<float> rollout = rollout_of(segments);
    double squares = 0;
    for (std::size_t k = 1; k < path.exposure.size(); ++k) {
      squares += std::pow(static_cast<double>(rollout[k]) - path.exposure[k], 2);
      if (path.exposure[k] != path.exposure[k - 1]) m.baseline_parameters += 2;
    }
    m.cycle_rmse.push_back(static_cast<float>(std::sqrt(squares / static_cast<double>(path.steps()))));
    m.accurate_cycles += m.cycle_rmse.back() <= kAccurateRmse ? 1 : 0;
    for (const OrderMark& mark : path.orders) {
      if (mark.order == PositionChange::unobserved) continue;
      ++m.order_parts;
      m.order_parts_timed += is_timed(rollout, {mark.half_step, mark.half_level, mark.size}) ? 1 : 0;
    }
  }

  void draw(const FittedCycle& fitted) {
    constexpr float visible = 5e-4f;
    const auto& [path, segments] = fitted;
    const std::vector<float> rollout = rollout_of(segments);
    auto& series = out_.picture.exposures;
    const auto time_of = [&](std::size_t step) { return fitted.time_of(step, step_ms_); };
    float drawn = 0;
    series.push_back({path.start_ms, path.exposure[0], rollout[0]});
    for (std::size_t k = 1; k < path.exposure.size(); ++k) {
      if (path.exposure[k] == path.exposure[k - 1] && std::abs(rollout[k] - drawn) < visible) continue;
      series.push_back({time_of(k), path.exposure[k], rollout[k]});
      drawn = rollout[k];
    }
    const auto index = static_cast<std::uint32_t>(out_.strategy.cycles.size() - 1);
    const std::uint32_t first = out_.strategy.cycles.back().first;
    for (std::size_t i = 0; i < segments.size(); ++i)
      out_.picture.segments.push_back({time_of(segments[i].boundary.step), time_of(segments[i].end),
                                       out_.strategy.primitives[first + i].kind, index});
  }

  const Ledger& ledger_;
  const Bars& bars_;
  const MarketClock& market_;
  const RuledExits& exits_;
  const ExitCauses& reasons_;
  const DecompositionOptions& options_;
  Decomposition& out_;
  std::int64_t step_ms_;
};

void check_clock(const Bars& bars, const DecompositionOptions& options) {
  if (options.step_seconds == 0 || options.pause_steps == 0 || !(options.fit_tolerance > 0))
    throw Error(ExitCode::usage, "decompose: step, pause and tolerance must be above 0");
  const std::int64_t step_ms = 1000 * static_cast<std::int64_t>(options.step_seconds);
  if (bars.interval_ms % step_ms != 0)
    throw Error(ExitCode::usage, fmt::format("{}: bars of {} can't be cut into decision intervals of {} s: choose a "
                                             "step that divides them",
                                             bars.source, format_duration(bars.interval_ms), options.step_seconds));
}

/// Bars around the demonstration, and the events in them.
void draw_market(const Bars& bars, const MarketClock& market, DemonstrationPicture& picture) {
  const std::int64_t first = picture.segments.front().begin_ms, last = picture.segments.back().end_ms;
  const std::int64_t margin = std::max((last - first) / 50, 12 * bars.interval_ms);
  for (std::uint32_t event = 0; event < kMarketEvents; ++event) {
    bool open = false;
    for (std::size_t i = 0; i < bars.bars.size(); ++i) {
      const std::int64_t end = market.ends_ms()[i];
      if (end < first - margin || end > last + margin) continue;
      const bool on = ((market.states()[i + 1].active >> event) & 1u) != 0;
      if (on && !open) picture.events.push_back({end, end, event});
      if (on) picture.events.back().end_ms = end + bars.interval_ms;
      open = on;
    }
  }
  std::stable_sort(picture.events.begin(), picture.events.end(),
                   [](const auto& a, const auto& b) { return a.begin_ms < b.begin_ms; });
  for (std::size_t i = 0; i < bars.bars.size(); ++i) {
    const std::int64_t end = market.ends_ms()[i];
    if (end >= first - margin && end <= last + margin) picture.prices.push_back({end, bars.bars[i].close});
  }
}

/// What the log paid, by whether its fills took liquidity.
void add_fees(const Fills& fills, DecompositionMetrics& metrics) {
  double fees[2] = {}, worth[2] = {};  // [took]
  for (const Fill& fill : fills.fills) {
    const bool took = fill.taker.value_or(true);
    fees[took] += fill.fee;
    worth[took] += fill.size * fill.price;
  }
  metrics.maker_fee = worth[0] > 0 ? fees[0] / worth[0] : 0;
  metrics.taker_fee = worth[1] > 0 ? fees[1] / worth[1] : 0;
}

void add_notices(const Ledger& ledger, Decomposition& result) {
  constexpr std::size_t most_named = 20;
  for (std::size_t i = 0; i < std::min(most_named, ledger.unobserved.size()); ++i)
    result.notices.push_back(fmt::format("unobserved: {:+.8g} before the fill at {}; the log lacks these trades",
                                         ledger.unobserved[i].lots, format_time(ledger.unobserved[i].time_ms)));
  if (ledger.unobserved.size() > most_named)
    result.notices.push_back(
        fmt::format("unobserved: {} more changes like these", ledger.unobserved.size() - most_named));
  if (!ledger.cycles.back().ends_flat)
    result.notices.push_back(fmt::format("the log ends with a position of {:.8g}", ledger.position));
  const DecompositionMetrics& m = result.metrics;
  if (m.invisible_cycles > 0)
    result.notices.push_back(
        fmt::format("{} cycles begin and end within one step of {} s; they count as not "
                    "reproduced and are left out of the strategy",
                    m.invisible_cycles, result.strategy.step_seconds));
  if (m.netted > 0)
    result.notices.push_back(
        fmt::format("{:.1f} % of turnover is bought and sold within one step of {} s and can't be "
                    "seen on that clock",
                    100 * m.netted / m.turnover, result.strategy.step_seconds));
}

/// How well the later positions' entries are told by what the earlier ones show.
std::optional<EntryLift> entries_told(const Ledger& ledger, const Bars& bars, const DetectorParameters& detectors) {
  constexpr std::size_t fewest = 60;
  if (ledger.cycles.size() < fewest) return std::nullopt;
  const EntryForecast forecast = forecast_entries(ledger, bars, detectors, ledger.cycles.size() * 7 / 10);
  const auto count = static_cast<Eigen::Index>(forecast.last - forecast.first);
  if (count == 0) return std::nullopt;
  const EntryLift lift = entry_lift(forecast.sides, kEntryTolerance, static_cast<std::size_t>(block_length(count)));
  return lift.by_chance > 0 ? std::optional(lift) : std::nullopt;
}

}  // namespace

Decomposition decompose(const Fills& fills, const Bars& bars, const DecompositionOptions& options) {
  check_clock(bars, options);
  require_overlap(fills, bars);
  Ledger ledger = build_ledger(fills);
  const MarketClock market(bars, ledger, options.detectors);

  Decomposition result;
  Strategy& s = result.strategy;
  s.bar_seconds = static_cast<std::uint32_t>(bars.interval_ms / 1000);
  s.step_seconds = options.step_seconds;
  s.symbol = as_utf8(fills.symbol.empty() ? bars.symbol : fills.symbol);
  const auto name_of = [](const std::string& source) {  // a file may have any bytes as its name
    return as_utf8(std::filesystem::path(source).filename().string());
  };
  s.kind_names = options.definitions.vocabulary.kind_names();
  s.kind_definitions = options.definitions.vocabulary.definitions();
  s.provenance = fmt::format("decomposed from {} and {}", name_of(fills.source), name_of(bars.source));
  s.unobserved = ledger.unobserved;
  for (const PositionChange& change : ledger.changes)
    if (change.order != PositionChange::unobserved)
      s.trades.push_back({change.time_ms, change.size(), change.price, change.taker ? 1u : 0u});

  result.edits_done.assign(options.definitions.boundaries.size(), false);
  const std::vector<FittedCycle> fitted = fit_cycles(ledger, market, options, s.symbol, result.edits_done);
  mark_swings(fitted, 1000 * static_cast<std::int64_t>(options.step_seconds), ledger);
  const HeldPositions held(ledger, bars, fills.time_resolution_ms);
  result.exits = learn_exit_rules(held);
  result.calls = learn_event_calls(ledger, market);
  RuledExits exits = ruled_exits(result.exits, held);
  // Where an event and a level explain the same exits, it is the event: that is known, the level only estimated.
  const std::vector<std::uint32_t> called = called_exits(result.calls, ledger, market);
  const bool stop_is_event = events_explain(called, exits.at_stop);
  const bool target_is_event = events_explain(called, exits.at_target);
  if (stop_is_event) result.exits.stop.reset();
  if (target_is_event) result.exits.target.reset();
  if (stop_is_event || target_is_event) exits = ruled_exits(result.exits, held);
  result.signal = fit_entry_signal(ledger, bars);
  const ExitCauses reasons = exit_causes(ledger, bars, exits, result.signal, called);
  s.rules = trading_rules(result.exits, result.signal, reasons);
  for (const std::int32_t side : {1, -1}) {
    const std::uint32_t place = TradingRules::place(side);
    s.rules.exits_on[place] = events_calling(result.calls, true, side);
    s.rules.turns_on[place] = events_turning(called, ledger, market, side);
  }
  Decomposer decomposer(ledger, bars, market, exits, reasons, options, result);
  for (std::size_t i = 0; i < fitted.size(); ++i) decomposer.add(i, fitted[i]);

  s.demonstrations = {{static_cast<std::uint32_t>(s.cycles.size()), static_cast<std::uint32_t>(s.trades.size()),
                       static_cast<std::uint32_t>(s.unobserved.size()), bars.bars.front().time_ms,
                       market.ends_ms().back()}};

  if (options.rotations > 0)
    result.support =
        kind_support(ledger, bars, options.detectors, options.definitions.vocabulary, fills.time_resolution_ms,
                     1000 * static_cast<std::int64_t>(options.step_seconds), options.pause_steps, options.rotations);

  result.entries = entries_told(ledger, bars, options.detectors);

  DecompositionMetrics& m = result.metrics;
  m.fills = fills.fills.size();
  m.tells_takers =
      std::any_of(fills.fills.begin(), fills.fills.end(), [](const Fill& fill) { return fill.taker.has_value(); });
  add_fees(fills, m);
  m.orders = ledger.orders.size();
  m.cycles = ledger.cycles.size();
  m.closed_cycles = m.cycles - (ledger.cycles.back().ends_flat ? 0 : 1);
  m.segments = s.primitives.size();
  if (s.primitives.empty())
    throw Error(ExitCode::input_data, fmt::format("{}: no position is held for a decision interval of {} s: choose a "
                                                  "shorter one",
                                                  fills.source, options.step_seconds));
  result.picture.symbol = s.symbol;
  result.picture.kind_names = s.kind_names;
  draw_market(bars, market, result.picture);
  result.notices = alignment_notices(fills, bars);
  add_notices(ledger, result);
  check_strategy(s, fills.source);
  organise(s);
  return result;
}

}  // namespace marketmimic
