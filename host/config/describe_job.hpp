#pragma once

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string_view>
#include <vector>

#include "host/config/describe_perturbation.hpp"
#include "host/config/job.hpp"
#include "host/config/limits.hpp"
#include "host/config/names.hpp"
#include "marketmimic/parametric_book.hpp"

namespace marketmimic {

template <class Visitor>
void describe_adaptation(Visitor& v, AdaptationParameters& a) {
  v.choice("mode", a.fidelity, kPlanFidelityNames, "how much adaptation is at work; all but full are baselines");
  v.number("noise", a.noise, {0, 1}, "replay-noise: deviation of the log factors on goals and durations");
  v.number("eagerness", a.eagerness, {0, 1},
           "an event can begin the next primitive after this share of the running one");
  v.number("patience", a.patience, {0.1, 100}, "without its event it begins after this multiple of the running one");
  v.number("start_patience", a.start_patience, {0, 1e9},
           "the first primitive waits at most so long [s], half to all of it by a draw; from the horizon on: for ever");
  v.number("horizon_share", a.horizon_share, {0.01, 1}, "cycles longer than this share of the horizon are sped up");
  v.number("longest_compression", a.longest_compression, {1, 1e6}, "cycles that need more are not chosen");
  v.number("size_exponent", a.size_exponent, {0, 2}, "goal ~ (the demonstration's burst / the burst now)^this");
  v.number("smallest_size", a.smallest_size, {0.01, 1}, "limit of that factor");
  v.number("largest_size", a.largest_size, {1, 10}, "limit of that factor");
  v.choice("amplitude", a.amplitude, kAmplitudeNames,
           "a primitive's shape, where it goes another way than demonstrated: kept, or proportional to it");
  v.number("largest_amplitude", a.largest_amplitude, {0, 100}, "limit of that proportion");
  v.flag("mirror", a.mirror, "the shape of a movement in the other direction is upside down");
  v.number("slowest_pace", a.slowest_pace, {0.01, 1}, "limit of the pace that follows volatility");
  v.number("fastest_pace", a.fastest_pace, {1, 100}, "limit of the pace that follows volatility");
  v.number("phase_stopping", a.phase_stopping, {0, 1e4}, "time slows by 1 + this x (unfilled exposure)^2");
  v.set("override_events", a.override_events, kMarketEventNames, "against the position, these do override_action");
  v.choice(
      "override_action", a.override_action, kOverrideActionNames,
      "leave by the cycle's exit, abort the plan, replace the primitive by one that answered the event, or replan");
  v.choice("orders", a.orders, kOrderStyleNames,
           "share of an order that takes liquidity: the demonstration's, none, all, or more the more is missing");
  v.number("participation", a.participation, {0, 1}, "most of the expected volume of a step");
  v.number("inventory_limit", a.inventory_limit, {0.01, 10}, "|target exposure| never above");
  v.number("fill_tolerance", a.fill_tolerance, {0, 10}, "exposure that may be missing when a primitive is left");
  v.number("positions", a.positions, {1, 1'000'000}, "most that a scenario opens, one after the other");
  v.number("warm_up", a.warm_up, {0, 1e9}, "time at the start in which the market is only watched [s]");
  v.choice("sequence", a.sequence, kPlanSequenceNames,
           "what follows a primitive: the next of its cycle, or what followed any of its kind, as often as it did");
  v.number("profit_target", a.profit_target, {0, 1e6},
           "a position that gained so much is left, as a share of the largest position's worth; 0: none");
  v.number("loss_stop", a.loss_stop, {0, 1e6}, "the same for one that lost so much");
  v.number("variation", a.variation, {0, 10}, "of primitives, in their own spread over the demonstrations");
  v.number("boundary_deviation", a.boundary_deviation, {0, 1}, "of the logarithm of when a primitive is left");
  v.number("hold_steps", a.hold_steps, {0, 1'000'000}, "steps the last exposure is held before the plan is at its end");
}

template <class Visitor>
void describe_repulsion(Visitor& v, Repulsion& r) {
  v.number("loss", r.loss, {0, 1}, "of the goal that is given up as the profit's fall nears success.loss_limit");
  v.number("inventory", r.inventory, {0, 100}, "how firmly goals stay below inventory_limit; 1: always");
  v.number("price", r.price, {0, 1}, "of a position's growth that is given up as its price nears price_limit");
  v.number("participation", r.participation, {0, 1e4}, "time slows by up to 1 + this as orders near participation");
  v.number("price_limit", r.price_limit, {1e-6, 10}, "rise of what is bought, or fall of what is sold [log price]");
}

template <class Visitor>
void describe_detectors(Visitor& v, DetectorParameters& d) {
  constexpr RealLimits bars = {1, 1e6}, threshold = {0, 1000};
  v.number("usual_half_life", d.usual_half_life, bars, "of the usual variance [bars]");
  v.number("recent_half_life", d.recent_half_life, bars, "of the recent variance [bars]");
  v.number("trend_half_life", d.trend_half_life, bars, "of the mean return [bars]");
  v.number("trend_start", d.trend_start, threshold, "t-statistic of the mean return");
  v.number("trend_end", d.trend_end, threshold, "t-statistic of the mean return");
  v.number("crash_start", d.crash_start, threshold, "fall from the recent high [usual deviations]");
  v.number("crash_end", d.crash_end, threshold, "fall from the recent high [usual deviations]");
  v.number("extreme_half_life", d.extreme_half_life, bars, "in which the recent high and low are forgotten [bars]");
  v.number("recovery_share", d.recovery_share, {0, 1}, "of a crash's fall that has come back");
  v.number("range_limit", d.range_limit, threshold, "|t-statistic| below this ...");
  v.number("range_bars", d.range_bars, bars, "... for so many bars");
  v.number("break_start", d.break_start, threshold, "ratio of recent to usual variance");
  v.number("break_end", d.break_end, threshold, "ratio of recent to usual variance");
  v.number("drawdown_start", d.drawdown_start, threshold, "adverse move from the best price [usual deviations]");
  v.number("gain_start", d.gain_start, threshold, "move from the price of entry, either way [usual deviations]");
  v.require(d.usual_half_life > d.recent_half_life, "usual_half_life", "must be above detectors.recent_half_life");
  v.require(d.trend_end <= d.trend_start, "trend_end", "must not be above detectors.trend_start");
  v.require(d.crash_end <= d.crash_start, "crash_end", "must not be above detectors.crash_start");
  v.require(d.break_end <= d.break_start, "break_end", "must not be above detectors.break_start");
}

template <class Visitor>
void describe_output(Visitor& v, Job& job) {
  RecordedGroups& g = job.record;
  bool* const groups[] = {&g.observations, &g.actions, &g.market, &g.book, &g.strategy, &g.labels, &g.orders};
  static_assert(std::size(groups) == kRecordedGroupNames.size());
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < std::size(groups); ++i) bits |= (*groups[i] ? 1u : 0u) << i;
  v.number("shard_mebibytes", job.shard_mebibytes, {1, 4096}, "payload of a shard at most [MiB]");
  v.set("record", bits, kRecordedGroupNames, "groups of columns that are stored");
  for (std::size_t i = 0; i < std::size(groups); ++i) *groups[i] = (bits >> i & 1u) != 0;
  constexpr std::array<std::string_view, 1> stride = {"stride"};
  if (v.any_of(stride, job.stride != 1)) {  // else no key of a run's identity
    v.number("stride", job.stride, {1, 1'000'000}, "steps that a stored row spans");
    v.require(job.stride != 0 && job.steps % job.stride == 0, "stride",
              fmt::format("must divide steps ({}; got {})", job.steps, job.stride));
  }
  auto store = static_cast<std::uint32_t>(job.store);
  v.choice("store", store, kStoreNames, "plain, compressed, or as recipes that are simulated again when they are read");
  job.store = static_cast<Store>(store);
}

/// A number that a table may lack.
template <class Visitor>
void describe_optional(Visitor& v, std::string_view key, std::optional<float>& value, RealLimits limits,
                       std::string_view meaning) {
  const std::array<std::string_view, 1> keys = {key};
  if (!v.any_of(keys, value.has_value())) return;
  if (!value) value.emplace(0.0f);
  v.number(key, *value, limits, meaning);
}

/// A job about one asset that stands alone shows no key of these, and neither does its identity.
template <class Visitor>
void describe_assets(Visitor& v, AssetSet& assets) {
  constexpr std::array<std::string_view, 1> table = {"assets"}, contagion = {"contagion"};
  if (!v.any_of(table, !assets.correlation.empty())) return;
  v.table(
      "assets", "Several assets in a scenario, of which this run is about one. A --market for each, in order.", [&] {
        v.square("correlation", assets.correlation, {2, kMaxAssets}, {-1, 1}, "of the log returns of each with each");
        v.require(!assets.correlation.empty(), "correlation", "must be given: a row for each asset");
        const std::uint32_t most = assets.correlation.empty() ? kMaxAssets : assets.count();  // then told already
        v.number("number", assets.number, {0, most - 1}, "of the asset this run is about, from 0; or --asset");
        if (!v.any_of(contagion, assets.contagion.has_value())) return;
        if (!assets.contagion) assets.contagion.emplace();
        v.table("contagion", "How a shock to one asset spreads to those correlated with it.", [&] {
          v.range("share", assets.contagion->share, {0, 1}, "of the shock that reaches a perfectly correlated asset");
          v.range("lag", assets.contagion->lag, {0, 86'400}, "after which it does [s]");
        });
      });
}

/// A job without a stop rule shows no key of these.
template <class Visitor>
void describe_stop(Visitor& v, StopRules& stop) {
  constexpr std::array<std::string_view, 1> table = {"stop"};
  if (!v.any_of(table, stop.successes != 0)) return;
  v.table("stop", "When the run ends before its last scenario: `scenarios` is then the most.", [&] {
    v.number("successes", stop.successes, {0, 1'000'000'000'000},
             "it ends with the shard that brings it to so many; 0: no such end");
  });
}

template <class Visitor>
void describe_perturbations(Visitor& v, std::vector<PerturbationEntry>& entries, std::uint32_t presets,
                            std::uint32_t assets) {
  v.tables("perturbation", entries.size(), {0, kMaxInjections}, "A shock, drawn anew in each scenario.",
           [&](std::size_t i) {
             const bool fresh = i == entries.size();
             if (fresh) entries.emplace_back();
             describe_perturbation(v, entries[i], fresh, assets);
           });
  for (std::size_t i = 0; i < kPresetNames.size(); ++i) {
    if ((presets >> i & 1u) == 0) continue;
    const std::vector<PerturbationEntry> more = preset(i);
    entries.insert(entries.end(), more.begin(), more.end());
  }
  std::uint64_t injections = 0;
  for (const PerturbationEntry& entry : entries) injections += entry.count;
  v.require(injections <= kMaxInjections, "perturbation",
            fmt::format("must make at most {} injections in a scenario, counts added up (got {})", kMaxInjections,
                        injections));
}

/// What the scenarios of a job are: every key but those that say how many there are.
template <class Visitor>
void describe_scenarios(Visitor& v, Job& job) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  v.number("steps", job.steps, {1, 1'000'000}, "decisions in a scenario");
  v.number("step_seconds", job.step_seconds, {1, 86'400}, "decision interval [s]");
  v.number("seed", job.seed, {0, most}, "of all random numbers");
  std::uint32_t presets = 0;  // become perturbations at once
  v.set("preset", presets, kPresetNames, "whose perturbations are added; here they are resolved");
  v.number("severity", job.severity, {0, 4}, "of all perturbations; 0: none comes, 1: as they are written");
  v.table("market", "", [&] {
    auto model = static_cast<std::uint32_t>(job.model);
    v.choice("model", model, kMarketModelNames, "to run on; file: the market file's, the order book where it has both");
    job.model = static_cast<MarketModel>(model);
    v.number("levels", job.levels, {1, kMaxLevels}, "of the book on each side");
    v.flag("random_clock", job.random_clock, "each scenario draws its time of day");
    v.number("clock", job.clock, {0, 86'399}, "else all begin so many seconds after midnight UTC");
  });
  v.table("strategy", "How the demonstration is carried over to another market.", [&] {
    v.number("peak", job.peak, {0, 1e12}, "largest position [units of the asset]; 0: the demonstration's median peak");
    v.number("taker_fee", job.taker_fee, {0, 0.0039}, "share of the notional");
    v.number("maker_fee", job.maker_fee, {0, 0.0039}, "share of the notional");
    v.number("passive_share", job.passive_share, {0, 1},
             "diffusion: of a step's volume that an order at a touched quote gets");
    v.number("latency", job.latency, {0, 60}, "order book: until orders reach the market [s], a step at most");
    describe_adaptation(v, job.adaptation);
    v.texts("plan", job.plan, {0, kMostPlanSteps}, "kinds of primitives in their order, in place of `sequence`");
    v.table("repulsion", "Couplings that keep the target away from limits; 0: none.",
            [&] { describe_repulsion(v, job.adaptation.repulsion); });
    std::vector<VariationShare>& shares = job.variation_shares;
    v.tables("variation_share", shares.size(), {0, kMostKinds}, "How much of `variation` a kind takes.",
             [&](std::size_t i) {
               if (i == shares.size()) shares.emplace_back();
               v.text("kind", shares[i].kind, kLongestName, "of primitives");
               v.number("share", shares[i].share, {0, 10}, "as a multiple of `variation`");
             });
  });
  v.table("detectors", "When market events begin and end.", [&] { describe_detectors(v, job.detectors); });
  v.table("success", "When an execution counts as a success.", [&] {
    SuccessRules& s = job.success;
    v.number("loss_limit", s.loss_limit, {0, 100}, "largest drawdown, as a share of the largest position's worth");
    v.number("shortfall_limit", s.shortfall_limit, {0, 100}, "against the paper portfolio, same unit");
    v.number("flat_tolerance", s.flat_tolerance, {0, 1}, "exposure that may be left where the demonstration ends flat");
    std::vector<PrimitiveSuccess>& own = job.primitive_success;
    v.tables("primitive", own.size(), {0, kMostKinds}, "When a primitive of a kind counts as a success.",
             [&](std::size_t i) {
               if (i == own.size()) own.emplace_back();
               v.text("kind", own[i].kind, kLongestName, "of primitives");
               describe_optional(v, "fill_tolerance", own[i].fill_tolerance, {0, 10},
                                 "exposure that may be missing when it is left; else as strategy.fill_tolerance");
               describe_optional(v, "cost_limit", own[i].cost_limit, {0, 100},
                                 "of its execution, as a share of the largest position's worth; else none");
             });
  });
  v.table("output", "", [&] { describe_output(v, job); });
  describe_assets(v, job.assets);
  describe_perturbations(v, job.perturbations, presets, job.assets.count());
}

/// Shows every key of a job file to a visitor (TableReader, TableWriter, LimitChecker): its name, its value, what it
/// may be and what it means. Nothing else knows the keys, so that reading and writing can't drift apart.
template <class Visitor>
void describe(Visitor& v, Job& job) {
  v.number("scenarios", job.scenarios, {1, 1'000'000'000'000}, "how many to generate");
  describe_scenarios(v, job);
  v.require(job.scenarios <= 1'000'000'000'000'000 / job.steps, "scenarios", "x steps must be at most 1e15");
  describe_stop(v, job.stop);
}

}  // namespace marketmimic
