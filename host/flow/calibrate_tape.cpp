#include "host/flow/calibrate_tape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "host/flow/flow_tape.hpp"
#include "host/statistics/estimators.hpp"
#include "host/tape/depth.hpp"

namespace marketmimic {
namespace {

template <class Values>
double mean(const Values& values) {
  if (values.empty()) return std::nan("");
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The figures of one tape, in the order of kFigures.
std::vector<double> figures_of(const TapeView& tape, std::int64_t tick) {
  const FlowEvents events = flow_events(tape, tick, kFlowClock);
  std::array<double, kTouchEvents> share{};
  std::vector<double> spreads, touch, trades, improvements;
  for (const TouchRow& row : events.touch) {
    share[row.event] += 1.0 / static_cast<double>(events.touch.size());
    spreads.push_back(row.spread);
    touch.push_back(static_cast<double>(row.touch_lots));
    if (row.event == static_cast<std::uint32_t>(TouchEvent::trade)) trades.push_back(static_cast<double>(row.lots));
    if (row.event == static_cast<std::uint32_t>(TouchEvent::improve)) improvements.push_back(row.ticks);
  }
  std::vector<double> squares;
  std::int64_t next = tape.size() > 0 ? tape.messages[0].time_ns : 0;
  double last = 0;
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const Level& best = tape.best(i);
    if (tape.messages[i].time_ns < next || !best.has_ask() || !best.has_bid()) continue;
    const double now = std::log(static_cast<double>(best.ask_price + best.bid_price));
    if (last != 0) squares.push_back((now - last) * (now - last));
    last = now;
    next = tape.messages[i].time_ns + 60'000'000'000;
  }
  const double minutes = events.seconds / 60;
  return {static_cast<double>(events.touch.size()) / minutes,
          share[0],
          share[1],
          share[2],
          share[3],
          share[4],
          mean(spreads),
          upper_median(touch),
          mean(trades),
          mean(improvements),
          mean(events.gaps),
          events.traded_lots / minutes,
          activity_memory(events.touch),
          1e4 * std::sqrt(mean(squares))};
}

constexpr std::array kFigures = {"touch events a minute",
                                 "of them improve",
                                 "join",
                                 "cancel",
                                 "trade",
                                 "hidden",
                                 "mean spread [ticks]",
                                 "median touch size [lots]",
                                 "mean market order [lots]",
                                 "mean improvement [ticks]",
                                 "mean gap revealed [ticks]",
                                 "traded a minute [lots]",
                                 "activity over a minute [cov]",
                                 "deviation of a minute [bp]"};

}  // namespace

TapeCalibration calibrate_tape(const Tape& tape, const TapeCalibrationOptions& options) {
  TapeCalibration c;
  c.hold_out = options.hold_out;
  c.series = options.series;
  const auto [first, second] = halves(tape);
  const TapeView fitted = options.hold_out ? first.front() : TapeView(tape);
  const TapeView judge = options.hold_out ? second.front() : TapeView(tape);
  c.fit = fit_flow(fitted, tape.tick, options.what);
  c.notices = c.fit.notices;
  if (options.impact) c.impact = set_impact(c.fit.parameters);

  const BootstrapOptions no_intervals{.replicates = 0};
  const BootstrapOptions intervals{.replicates = 100};
  const Tape mixed = shuffled(fitted, 1);
  c.shuffled = compare({mixed}, {judge}, no_intervals);
  if (options.hold_out) c.halves = compare({fitted}, {judge}, no_intervals);
  const double seconds = 1e-9 * static_cast<double>(judge.messages.back().time_ns - judge.messages.front().time_ns);
  std::vector<std::vector<double>> simulated(kFigures.size());
  for (std::uint32_t k = 0; k < options.series; ++k) {
    TapePlan plan;
    plan.seed = options.seed;
    plan.scenario = k;
    plan.steps = static_cast<std::uint32_t>(seconds);
    plan.levels = std::max(tape.levels, 1u);
    plan.tick = tape.tick;
    plan.clock = static_cast<std::uint32_t>(judge.messages.front().time_ns / kNsPerSecond % 86400);
    const Tape shown = filter_to_levels(simulate_tape(c.fit.parameters, plan), tape.levels);
    c.scores.push_back(compare({shown}, {judge}, no_intervals));
    c.memory.push_back(compare_memory(shown, fitted, mixed, intervals));
    const std::vector<double> figures = figures_of(shown, tape.tick);
    for (std::size_t f = 0; f < figures.size(); ++f) simulated[f].push_back(figures[f]);
  }
  const std::vector<double> measured = figures_of(judge, tape.tick);
  for (std::size_t f = 0; f < kFigures.size(); ++f)
    c.figures.push_back({kFigures[f], measured[f], upper_median(simulated[f])});

  c.market.has_diffusion = false;
  c.market.order_book = c.fit.parameters;
  c.market.diffusion.initial_mid_half_ticks = c.fit.parameters.initial_mid_half_ticks;
  c.market.tick = 1e-4 * static_cast<double>(tape.tick);
  c.market.lot = options.lot;
  c.market.asset = !options.asset.empty() ? options.asset : (tape.symbol.empty() ? "TAPE" : tape.symbol);
  c.market.bar_seconds = 60;
  c.market.provenance =
      fmt::format("order book fitted to {} messages of {:.1f} h, {} level{}, {}", fitted.size(),
                  c.fit.events.seconds / 3600, tape.levels, tape.levels == 1 ? "" : "s", c.market.asset);
  check_market(c.market);
  return c;
}

std::string text_report(const TapeCalibration& c) {
  const ExcitationFit& x = c.fit.excitation;
  std::string text = fmt::format(
      "{} touch events in {:.2f} h; {:.0f} % of the flow is brought about by earlier flow, within {:.2g} to {:.2g} s\n"
      "log-likelihood an event: excitation {:+.3f} against Poisson, choice {:+.3f} against the rates alone\n\n"
      "{:<28} {:>12} {:>12}\n",
      c.fit.events.touch.size(), c.fit.events.seconds / 3600,
      100 * std::accumulate(x.branching.begin(), x.branching.end(), 0.0),
      1 / *std::max_element(x.decay.begin(), x.decay.end()), 1 / *std::min_element(x.decay.begin(), x.decay.end()),
      x.log_likelihood, c.fit.choice.log_likelihood, "", c.hold_out ? "second half" : "measured", "simulated");
  for (const FlowFigure& figure : c.figures)
    text += fmt::format("{:<28} {:>12.4g} {:>12.4g}\n", figure.name, figure.measured, figure.simulated);

  text += fmt::format("\nLOB-Bench scores against the {} (median of {} tapes)\n{:<28} {:>8} {:>12}\n",
                      c.hold_out ? "second half" : "tape", c.series, "", "L1", "Wasserstein");
  const auto of_tapes = [&](const std::function<double(const ScoreTable&)>& value) {
    std::vector<double> values;
    for (const ScoreTable& table : c.scores) values.push_back(value(table));
    return upper_median(values);
  };
  for (const ScoreKind wanted : {ScoreKind::clean, ScoreKind::truncated}) {
    for (std::size_t k = 0; k < kScores; ++k) {
      const auto score = static_cast<Score>(k);
      if (kind(score, c.shuffled.levels) != wanted) continue;
      text += fmt::format("  {:<26} {:>8.3f} {:>12.3f}{}\n", name(score),
                          of_tapes([&](const ScoreTable& t) { return t[score].l1; }),
                          of_tapes([&](const ScoreTable& t) { return t[score].wasserstein; }),
                          wanted == ScoreKind::truncated ? "  truncated" : "");
    }
    if (wanted != ScoreKind::clean) continue;
    text += fmt::format("  {:<26} {:>8.3f} {:>12.3f}\n", "mean of these",
                        of_tapes([](const ScoreTable& t) { return t.clean.l1; }),
                        of_tapes([](const ScoreTable& t) { return t.clean.wasserstein; }));
    if (c.halves)
      text += fmt::format("  {:<26} {:>8.3f} {:>12.3f}\n", "real first half", c.halves->clean.l1,
                          c.halves->clean.wasserstein);
    text += fmt::format("  {:<26} {:>8.3f} {:>12.3f}\n", "shuffled rows", c.shuffled.clean.l1,
                        c.shuffled.clean.wasserstein);
  }

  text += fmt::format(
      "\nMemory: distance of autocorrelations from the fitted tape (median), its own reach, tapes inside\n");
  for (std::size_t m = 0; m < kMemories; ++m) {
    std::vector<double> apart;
    int inside = 0, closer = 0;
    for (const auto& tape : c.memory) {
      apart.push_back(tape[m].apart);
      inside += tape[m].inside() ? 1 : 0;
      closer += tape[m].closer_than_shuffled() ? 1 : 0;
    }
    text += fmt::format("  {:<26} {:>8.3f} of {:.3f} (shuffled {:.3f}), {} of {} inside, {} closer than shuffled\n",
                        name(static_cast<Memory>(m)), upper_median(apart), c.memory.front()[m].reference.reach,
                        c.memory.front()[m].shuffled_apart, inside, c.series, closer);
  }
  if (c.fit.parameters.impact > 0)
    text += fmt::format(
        "\nimpact {:.3g}, resistance {:.3g}: set for I = sigma sqrt(Q / V), no tape tells them; simulated metaorders "
        "of 0.1 to 10 % of a day's volume have the exponent {:.2f} +- {:.2f}\n",
        c.fit.parameters.impact, c.fit.parameters.resistance, c.impact.law.exponent.value, c.impact.law.exponent.error);
  return text;
}

nlohmann::json json_report(const TapeCalibration& c) {
  nlohmann::json report;
  report["hold_out"] = c.hold_out;
  report["touch_events"] = c.fit.events.touch.size();
  report["seconds"] = c.fit.events.seconds;
  report["branching"] = c.fit.excitation.branching;
  report["decay"] = c.fit.excitation.decay;
  for (const FlowFigure& figure : c.figures)
    report["figures"].push_back(
        {{"name", figure.name}, {"measured", figure.measured}, {"simulated", figure.simulated}});
  const auto distances = [](const ScoreTable& table) {
    nlohmann::json scores;
    for (std::size_t k = 0; k < kScores; ++k) {
      const auto score = static_cast<Score>(k);
      const ScoreKind what = kind(score, table.levels);
      if (what != ScoreKind::clean && what != ScoreKind::truncated) continue;
      scores[std::string(name(score))] = {
          {"l1", table[score].l1}, {"wasserstein", table[score].wasserstein}, {"clean", what == ScoreKind::clean}};
    }
    scores["mean"] = {{"l1", table.clean.l1}, {"wasserstein", table.clean.wasserstein}};
    return scores;
  };
  for (const ScoreTable& table : c.scores) report["scores"].push_back(distances(table));
  report["shuffled"] = distances(c.shuffled);
  if (c.halves) report["real_first_half"] = distances(*c.halves);
  for (const auto& tape : c.memory) {
    nlohmann::json memories;
    for (std::size_t m = 0; m < kMemories; ++m)
      memories[std::string(name(static_cast<Memory>(m)))] = {{"apart", tape[m].apart},
                                                             {"reach", tape[m].reference.reach},
                                                             {"shuffled", tape[m].shuffled_apart},
                                                             {"inside", tape[m].inside()}};
    report["memory"].push_back(memories);
  }
  report["impact"] = {{"mechanical", c.impact.mechanical},
                      {"exponent", c.impact.law.exponent.value},
                      {"prefactor", c.impact.law.prefactor.value}};
  report["notices"] = c.notices;
  return report;
}

}  // namespace marketmimic
