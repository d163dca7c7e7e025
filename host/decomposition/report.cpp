#include "host/decomposition/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>

#include "host/config/names.hpp"
#include "host/decomposition/rules_text.hpp"
#include "host/input/time.hpp"

namespace marketmimic {
namespace {

float quantile(std::vector<float> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

/// Units of the asset that took liquidity.
double taken_of(const Strategy& strategy) {
  double taken = 0;
  for (const DemonstrationTrade& trade : strategy.trades) taken += trade.taker != 0 ? std::abs(trade.lots) : 0;
  return taken;
}

std::size_t changing(const Strategy& strategy) {
  return static_cast<std::size_t>(std::count_if(strategy.aggressiveness.begin(), strategy.aggressiveness.end(),
                                                [](const Aggressiveness& a) { return a.changes(); }));
}

/// RMSE of the share that takes liquidity, of all primitives by their volume.
double aggressiveness_error(const Strategy& strategy, const DecompositionMetrics& m) {
  double squares = 0;
  for (std::size_t i = 0; i < strategy.primitives.size(); ++i)
    squares += m.traded[i] * std::pow(static_cast<double>(strategy.aggressiveness_error[i]), 2);
  return std::sqrt(ratio(squares, std::accumulate(m.traded.begin(), m.traded.end(), 0.0)));
}

std::size_t weights_of(const Strategy& strategy) {
  std::size_t sum = 0;
  for (const std::uint32_t count : strategy.weights) sum += count;
  return sum;
}

nlohmann::json json_of(const std::optional<ExitRule>& rule) {
  if (!rule) return nullptr;
  return {{"distance", rule->level.distance},
          {"spread", rule->level.spread},
          {"unit", kExitUnitNames[executed(rule).unit]},
          {"memory", rule->yardstick.memory},
          {"from_best", rule->yardstick.from_best},
          {"at_close", rule->yardstick.at_close},
          {"likelihood_ratio", rule->level.likelihood_ratio}};
}

nlohmann::json json_of(const std::optional<SignalFit>& fit) {
  if (!fit) return nullptr;
  return {{"family", kSignalFamilyNames[fit->signal.family]},
          {"fast", fit->signal.fast},
          {"slow", fit->signal.slow},
          {"level", fit->signal.level},
          {"direction", fit->signal.direction},
          {"entries", fit->entries},
          {"told", fit->told},
          {"calls", fit->calls},
          {"followed", fit->followed},
          {"likelihood_ratio", fit->likelihood_ratio}};
}

nlohmann::json json_of(const std::optional<EntryLift>& entries) {
  if (!entries) return nullptr;
  return {{"expected", entries->expected},    {"entered", entries->entered},     {"hits", entries->hits},
          {"found", entries->found},          {"by_chance", entries->by_chance}, {"lift", entries->lift},
          {"lower", entries->interval.lower}, {"upper", entries->interval.upper}};
}

nlohmann::json json_of(const std::vector<EventCall>& calls) {
  nlohmann::json json = nlohmann::json::array();
  for (const EventCall& call : calls)
    json.push_back({{"event", kMarketEventNames[static_cast<std::size_t>(call.event)]},
                    {"reduces", call.reduces},
                    {"side", call.side},
                    {"began", call.began},
                    {"answered", call.answered},
                    {"deeds", call.deeds},
                    {"by_chance", call.by_chance}});
  return json;
}

}  // namespace

std::string exit_rule_text(const std::optional<ExitRule>& rule) {
  const std::string where = distance_text(executed(rule));
  return rule ? fmt::format("{}, spread {:g} %", where, 100 * rule->level.spread) : where;
}

std::string report_text(const Decomposition& d) {
  const DecompositionMetrics& m = d.metrics;
  const Strategy& s = d.strategy;
  std::string text;
  const auto line = [&](const char* name, const std::string& value) {
    fmt::format_to(std::back_inserter(text), "{:<12}{}\n", name, value);
  };
  const double orders = static_cast<double>(m.orders);
  line("demonstration",
       fmt::format("  {} fills in {} orders, {} cycles ({} closed), {} to {}", m.fills, m.orders, m.cycles,
                   m.closed_cycles, format_time(s.trades.front().time_ms), format_time(s.trades.back().time_ms)));
  line("segments",
       fmt::format("{} (at most {} orders + {} cycles = {})", m.segments, m.orders, m.cycles, m.orders + m.cycles));
  line("exposure", fmt::format("RMSE {:.3g} % of the peak (median cycle), {:.3g} % (worst); at most {:g} % in {} of {} "
                               "cycles",
                               100 * quantile(m.cycle_rmse, 0.5), 100 * quantile(m.cycle_rmse, 1), 100 * kAccurateRmse,
                               m.accurate_cycles, m.cycles));
  line("timing",
       fmt::format("{} of {} orders within one step of {} s", m.order_parts_timed, m.order_parts, s.step_seconds));
  line("takes", !m.tells_takers
                    ? "the log does not tell what took liquidity: all counts so"
                    : fmt::format("{:.1f} % of turnover; within {} of {} primitives the share changes; told within "
                                  "{:.2g} % (RMSE by volume)",
                                  100 * ratio(taken_of(s), m.turnover), changing(s), s.primitives.size(),
                                  100 * aggressiveness_error(s, m)));
  line("parameters", fmt::format("{:.2f} an order ({} weights in all); piecewise constant: {:.2f} an order",
                                 ratio(static_cast<double>(m.parameters), orders), weights_of(s),
                                 ratio(static_cast<double>(m.baseline_parameters), orders)));
  if (m.taker_fee != 0 || m.maker_fee != 0)
    line("fees", fmt::format("{:.3g} % of what took liquidity, {:.3g} % of what gave it; executions pay the job's "
                             "taker_fee and maker_fee",
                             100 * m.taker_fee, 100 * m.maker_fee));
  if (d.entries)
    line("entries", fmt::format("{} of the last {} told from bars, at most {} early; lift over chance {:.1f} ({:.1f} "
                                "to {:.1f})",
                                d.entries->found, d.entries->entered, kEntryTolerance, d.entries->lift,
                                d.entries->interval.lower, d.entries->interval.upper));
  if (d.signal)
    line("enters on", fmt::format("{}; so {} of {} entries, {} of {} signals followed", signal_text(d.signal->signal),
                                  d.signal->told, d.signal->entries, d.signal->followed, d.signal->calls));
  else
    line("enters on", "no signal that was tried");
  line("answers", event_calls_text(d.calls));
  line("stop", exit_rule_text(d.exits.stop));
  line("target", exit_rule_text(d.exits.target));
  const bool held_to_chance = std::any_of(d.support.kinds.begin(), d.support.kinds.end(),
                                          [](const KindSupport& kind) { return kind.count > 0; });
  std::string classified = fmt::format("{:.1f} % of turnover", 100 * ratio(m.classified, m.turnover));
  if (held_to_chance)
    classified +=
        fmt::format("; {:.1f} % in kinds that are more than chance (p of any <= {:g}), {:.1f} % by chance (p {:.2g})",
                    100 * ratio(d.support.turnover, m.turnover), kSupported,
                    100 * ratio(d.support.turnover_by_chance, m.turnover), d.support.turnover_p);
  line("classified", classified);
  for (std::size_t kind = 0; kind < s.kind_names.size(); ++kind) {
    if (m.kinds[kind] == 0) continue;
    fmt::format_to(std::back_inserter(text), "  {:<26}{:>6}", s.kind_names[kind], m.kinds[kind]);
    if (held_to_chance) {
      const KindSupport& support = d.support.kinds[kind];
      if (support.count == 0 && support.by_chance == 0)
        text += "   by its fit alone, so not held to chance";
      else
        fmt::format_to(std::back_inserter(text), "   {} before fitting, {:.1f} by chance, p {:.2g}, of any kind {:.2g}",
                       support.count, support.by_chance, support.p, support.p_of_any);
    }
    text += '\n';
  }
  return text;
}

nlohmann::json report_json(const Decomposition& d) {
  const DecompositionMetrics& m = d.metrics;
  const Strategy& s = d.strategy;
  nlohmann::json kinds = nlohmann::json::object();
  nlohmann::json support = nlohmann::json::object();
  for (std::size_t kind = 0; kind < s.kind_names.size(); ++kind) {
    const std::string& name = s.kind_names[kind];
    kinds[name] = m.kinds[kind];
    const KindSupport of_kind = d.support.kinds.empty() ? KindSupport{} : d.support.kinds[kind];
    support[name] = {{"segments", of_kind.count},
                     {"by_chance", of_kind.by_chance},
                     {"p", of_kind.p},
                     {"p_of_any", of_kind.p_of_any}};
  }
  return {
      {"symbol", s.symbol},
      {"fills", m.fills},
      {"orders", m.orders},
      {"cycles", m.cycles},
      {"closed_cycles", m.closed_cycles},
      {"invisible_cycles", m.invisible_cycles},
      {"segments", m.segments},
      {"most_segments", m.orders + m.cycles},
      {"cycle_rmse", m.cycle_rmse},
      {"accurate_cycles", m.accurate_cycles},
      {"order_parts", m.order_parts},
      {"order_parts_timed", m.order_parts_timed},
      {"parameters", m.parameters},
      {"taker_fee", m.taker_fee},
      {"maker_fee", m.maker_fee},
      {"weights", weights_of(s)},
      {"taken", m.tells_takers ? nlohmann::json(taken_of(s)) : nlohmann::json()},
      {"aggressiveness_changes", changing(s)},
      {"aggressiveness_error", aggressiveness_error(s, m)},
      {"baseline_parameters", m.baseline_parameters},
      {"turnover", m.turnover},
      {"netted_turnover", m.netted},
      {"classified_turnover", m.classified},
      {"unobserved_changes", s.unobserved.size()},
      {"supported_turnover", d.support.turnover},
      {"supported_turnover_by_chance", d.support.turnover_by_chance},
      {"supported_turnover_p", d.support.turnover_p},
      {"kinds", kinds},
      {"support", support},
      {"entries", json_of(d.entries)},
      {"signal", json_of(d.signal)},
      {"flips", s.rules.flips != 0},
      {"answers", json_of(d.calls)},
      {"stop", json_of(d.exits.stop)},
      {"target", json_of(d.exits.target)},
      {"notices", d.notices},
  };
}

}  // namespace marketmimic
