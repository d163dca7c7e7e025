#include "host/decomposition/inspection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "host/config/names.hpp"
#include "host/decomposition/rules_text.hpp"
#include "host/input/time.hpp"
#include "host/statistics/estimators.hpp"
#include "marketmimic/adaptation.hpp"

namespace marketmimic {
namespace {

std::string_view kind_name(const Strategy& s, std::uint32_t kind) {
  return kind == kNoPosition ? std::string_view("flat") : s.kind_names[kind];
}

ShareChange share_change(const Strategy& s, const std::vector<std::size_t>& rows, bool rising) {
  std::vector<double> starts, goals;
  for (const std::size_t row : rows) {
    const Aggressiveness& share = s.aggressiveness[row];
    if (!share.changes() || share.goal > share.start != rising) continue;
    starts.push_back(std::clamp(share.start, 0.0f, 1.0f));
    goals.push_back(std::clamp(share.goal, 0.0f, 1.0f));
  }
  const std::size_t count = starts.size();
  return count > 0 ? ShareChange{count, upper_median(std::move(starts)), upper_median(std::move(goals))}
                   : ShareChange{};
}

KindUse use_of(const Strategy& s, std::uint32_t kind, const std::vector<std::size_t>& rows) {
  KindUse use;
  use.kind = kind;
  use.count = rows.size();
  const auto median = [&](float Primitive::*member) {
    std::vector<double> values;
    for (const std::size_t row : rows) values.push_back(s.primitives[row].*member);
    return upper_median(std::move(values));
  };
  use.duration = median(&Primitive::duration);
  use.movement = median(&Primitive::tau);
  use.start = median(&Primitive::start);
  use.goal = median(&Primitive::goal);
  use.aggressiveness = median(&Primitive::aggressiveness);
  use.burst = median(&Primitive::burst);
  use.period = median(&Primitive::period);
  use.rising = share_change(s, rows, true);
  use.falling = share_change(s, rows, false);
  for (const std::size_t row : rows) {
    use.largest_share_error = std::max(use.largest_share_error, static_cast<double>(s.aggressiveness_error[row]));
    use.largest_error = std::max(use.largest_error, static_cast<double>(s.fit_error[row]));
    const std::uint32_t trigger = s.primitives[row].trigger;
    use.own_timing += trigger == 0 ? 1 : 0;
    const std::uint32_t end = s.primitives[row].end;
    use.own_end += end == 0 ? 1 : 0;
    for (std::uint32_t event = 0; event < kMarketEvents; ++event) {
      use.triggers[event] += trigger >> event & 1u;
      use.conditions[event] += s.primitives[row].condition >> event & 1u;
      use.ends[event] += end >> event & 1u;
    }
  }
  for (const Cycle& c : s.cycles) {
    use.opens += s.primitives[c.first].kind == kind ? 1 : 0;
    use.closes += c.ends_flat != 0 && s.primitives[c.first + c.count - 1].kind == kind ? 1 : 0;
  }
  return use;
}

std::vector<Beginning> beginnings_of(const Strategy& s) {
  std::vector<Beginning> all;
  for (const std::string_view name : kEvidenceNames) all.push_back({name});
  all.push_back({"market_event"});
  const auto count = [&](Beginning& beginning, std::size_t row) {
    ++beginning.count;
    beginning.doubtful += s.confidence[row] < 0.5f ? 1 : 0;
  };
  for (std::size_t row = 0; row < s.evidence.size(); ++row) {
    for (std::uint32_t bit = 0; bit < kEvidence; ++bit)
      if ((s.evidence[row] >> bit & 1u) != 0) count(all[bit], row);
    if (s.evidence[row] == 0) count(all.back(), row);
  }
  std::erase_if(all, [](const Beginning& beginning) { return beginning.count == 0; });
  return all;
}

std::vector<VariationSpread> spreads_of(const Strategy& s) {
  std::vector<VariationSpread> spreads;
  for (std::uint32_t kind = 0; kind < kMostKinds; ++kind) {
    for (const std::int32_t side : {1, -1}) {
      for (const Primitive& alike : {Primitive{.kind = kind, .goal = 1}, Primitive{.kind = kind, .goal = 0},
                                     Primitive{.kind = kind, .goal = 1, .period = 1}}) {
        const Variation& v = s.variations[variation_index(alike, TradingRules::place(side))];
        if (v.count == 0) continue;
        VariationSpread spread{kind, side, leaves_none(alike), alike.rhythmic(), v.count};
        for (std::uint32_t k = 0; k < kVariationModes; ++k) {
          spread.goal = std::hypot(spread.goal, double{v.goals[k]});
          spread.duration = std::hypot(spread.duration, double{v.durations[k]});
        }
        spreads.push_back(spread);
      }
    }
  }
  return spreads;
}

std::vector<Transition> transitions_of(const Strategy& s) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> counts;
  std::array<std::size_t, kNoPosition + 1> all{};
  const auto count = [&](std::uint32_t from, std::uint32_t to) {
    ++counts[{from, to}];
    ++all[from];
  };
  for (const Cycle& c : s.cycles) {
    std::uint32_t before = kNoPosition;
    for (std::uint32_t i = c.first; i < c.first + c.count; ++i)
      count(std::exchange(before, s.primitives[i].kind), s.primitives[i].kind);
    if (c.ends_flat != 0) count(before, kNoPosition);
  }
  std::vector<Transition> found;
  for (const auto& [pair, times] : counts)
    found.push_back(
        {pair.first, pair.second, times, static_cast<double>(times) / static_cast<double>(all[pair.first])});
  std::stable_sort(found.begin(), found.end(), [](const Transition& a, const Transition& b) {
    const auto place = [](std::uint32_t kind) { return (kind + 1) % (kNoPosition + 1); };
    return std::pair(place(a.from), b.count) < std::pair(place(b.from), a.count);
  });
  return found;
}

/// How many primitives of a kind wait for which event, such as `trend_up 3, own timing 2`.
std::string events_text(const std::array<std::size_t, kMarketEvents>& events, std::size_t own) {
  std::string text;
  const auto add = [&](std::string_view name, std::size_t count) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, count);
  };
  for (std::uint32_t event = 0; event < kMarketEvents; ++event) add(kMarketEventNames[event], events[event]);
  add("own timing", own);
  return text;
}

std::vector<std::string_view> names_of(std::uint32_t events) {
  std::vector<std::string_view> names;
  for (std::uint32_t event = 0; event < kMarketEvents; ++event)
    if ((events >> event & 1u) != 0) names.push_back(kMarketEventNames[event]);
  return names;
}

/// Events on which positions are left, and turned.
std::string exits_text(const TradingRules& rules) {
  std::string text;
  for (const std::uint32_t place : {0u, 1u}) {
    if (rules.exits_on[place] == 0) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", place == 0 ? "long" : "short",
                        fmt::join(names_of(rules.exits_on[place]), ", "));
    if (rules.turns_on[place] != 0)
      text += fmt::format(" (turns on {})", fmt::join(names_of(rules.turns_on[place]), ", "));
  }
  return text.empty() ? "no market event" : text;
}

nlohmann::json change_json(const ShareChange& change) {
  if (change.count == 0) return nullptr;
  return {{"primitives", change.count}, {"start", change.start}, {"goal", change.goal}};
}

nlohmann::json events_json(const std::array<std::size_t, kMarketEvents>& events) {
  nlohmann::json json = nlohmann::json::object();
  for (std::uint32_t event = 0; event < kMarketEvents; ++event)
    json[std::string(kMarketEventNames[event])] = events[event];
  return json;
}

/// What has to hold where they begin, such as `; asks for gain 5`.
std::string asks_text(const KindUse& use) {
  const std::string text = events_text(use.conditions, 0);
  return text.empty() ? text : "; asks for " + text;
}

std::string seconds_text(double seconds) {
  return format_duration(1000 * static_cast<std::int64_t>(std::lround(seconds)));
}

std::size_t closed_cycles(const Strategy& s) {
  return static_cast<std::size_t>(
      std::count_if(s.cycles.begin(), s.cycles.end(), [](const Cycle& c) { return c.ends_flat != 0; }));
}

}  // namespace

Inspection inspect(const Strategy& strategy) {
  std::vector<std::vector<std::size_t>> rows(kMostKinds);
  for (std::size_t i = 0; i < strategy.primitives.size(); ++i) rows[strategy.primitives[i].kind].push_back(i);
  Inspection found;
  for (std::uint32_t kind = 0; kind < kMostKinds; ++kind)
    if (!rows[kind].empty()) found.kinds.push_back(use_of(strategy, kind, rows[kind]));
  found.transitions = transitions_of(strategy);
  found.beginnings = beginnings_of(strategy);
  found.spreads = spreads_of(strategy);
  return found;
}

std::string inspection_text(const Strategy& s, const Inspection& found) {
  const auto [first, last] = std::minmax_element(s.start_ms.begin(), s.start_ms.end());
  const std::string logs = s.demonstrations.size() > 1 ? fmt::format(" of {} logs", s.demonstrations.size()) : "";
  std::string text = fmt::format(
      "{} primitives in {} cycles{} ({} closed){}, {} to {}\n{}\ndecisions every {}, market events on bars of {}\n\n"
      "{:<26}{:>5}{:>7}{:>8}{:>10}{:>10}{:>7}{:>7}{:>8}{:>8}  begins on\n",
      s.primitives.size(), s.cycles.size(), logs, closed_cycles(s), s.symbol.empty() ? "" : " of " + s.symbol,
      format_time(*first), format_time(*last), s.provenance, seconds_text(s.step_seconds), seconds_text(s.bar_seconds),
      "primitive (medians)", "used", "opens", "closes", "lasts", "moves in", "from", "to", "takes", "error");
  const auto out = std::back_inserter(text);
  for (const KindUse& use : found.kinds)
    fmt::format_to(out, "{:<26}{:>5}{:>7}{:>8}{:>10}{:>10}{:>7.2f}{:>7.2f}{:>6.0f} %{:>6.2f} %  {}\n",
                   kind_name(s, use.kind), use.count, use.opens, use.closes, seconds_text(use.duration),
                   seconds_text(use.movement), use.start, use.goal, 100 * use.aggressiveness, 100 * use.largest_error,
                   events_text(use.triggers, use.own_timing) + asks_text(use) +
                       (use.period > 0 ? ", period " + seconds_text(use.period) : ""));
  std::array<std::size_t, kExitCauses> left{};
  for (const Cycle& c : s.cycles) left[c.exit_cause] += c.reduction < c.count ? 1 : 0;
  fmt::format_to(
      out,
      "\nenters on   {}{}\nstop        {}\ntarget      {}\nleaves on   {}\nleft        {} at the stop, {} at "
      "the target, {} on the opposite signal, {} on an event, {} otherwise\n",
      signal_text(s.rules.entry), s.rules.flips != 0 ? "; the opposite signal turns the position" : "",
      distance_text(s.rules.stop), distance_text(s.rules.target), exits_text(s.rules), left[1], left[2], left[3],
      left[4], left[0]);
  text += fmt::format("\n{:<26}ends on\n", "primitive");
  for (const KindUse& use : found.kinds)
    fmt::format_to(out, "{:<26}{}\n", kind_name(s, use.kind), events_text(use.ends, use.own_end));
  for (const KindUse& use : found.kinds)
    for (const ShareChange& change : {use.rising, use.falling})
      if (change.count > 0)
        fmt::format_to(out,
                       "\ntakes       from {:.0f} to {:.0f} % over the time of {} of {} {}, told within {:.1f} %\n",
                       100 * change.start, 100 * change.goal, change.count, use.count, kind_name(s, use.kind),
                       100 * use.largest_share_error);
  if (!s.kind_definitions.empty()) fmt::format_to(out, "\ndefined     {}\n", s.kind_definitions);
  text += "\na primitive begins at       times   doubtful\n";
  for (const Beginning& b : found.beginnings) fmt::format_to(out, "{:<26}{:>7}{:>11}\n", b.reason, b.count, b.doubtful);
  const AdaptationParameters usual;
  fmt::format_to(out,
                 "\nbegins      on its event once the one before ran {:g} % of its time, at {:g} % of it without\n"
                 "ends        on its event or where the next begins; the last one after its own time\n"
                 "succeeds    where at most {:g} of the largest position is missing when it ends\n"
                 "            (strategy.eagerness, patience and fill_tolerance of a job, here as they are by default;\n"
                 "            success.primitive has rules for kinds of their own)\n",
                 100 * usual.eagerness, 100 * usual.patience, usual.fill_tolerance);
  text += "\nwhat followed what          times   share\n";
  for (const Transition& t : found.transitions)
    fmt::format_to(out, "{:<26} -> {:<26}{:>5}{:>6.0f} %\n", kind_name(s, t.from), kind_name(s, t.to), t.count,
                   100 * t.share);
  if (!found.spreads.empty()) {
    fmt::format_to(out, "\n{:<26}{:>6}{:>6}{:>10}{:>10}\n", "deviations of logarithms", "side", "used", "size",
                   "duration");
    for (const VariationSpread& d : found.spreads)
      fmt::format_to(out, "{:<26}{:>6}{:>6}{:>10}{:>10.2f}\n", kind_name(s, d.kind), d.side > 0 ? "long" : "short",
                     d.count, d.leaves_none ? "to flat" : fmt::format("{:.2f}", d.goal), d.duration);
  }
  return text;
}

nlohmann::json inspection_json(const Strategy& s, const Inspection& found) {
  nlohmann::json json = {{"symbol", s.symbol},
                         {"provenance", s.provenance},
                         {"cycles", s.cycles.size()},
                         {"closed_cycles", closed_cycles(s)},
                         {"demonstrations", s.demonstrations.size()},
                         {"primitives", s.primitives.size()},
                         {"step_seconds", s.step_seconds},
                         {"bar_seconds", s.bar_seconds}};
  const auto exit_json = [](const ExitDistance& d) -> nlohmann::json {
    if (!(d.distance > 0)) return nullptr;
    return {{"distance", d.distance},
            {"unit", kExitUnitNames[d.unit]},
            {"memory", d.memory},
            {"from_best", d.from_best != 0},
            {"at_close", d.at_close != 0}};
  };
  const EntrySignal& entry = s.rules.entry;
  json["rules"] = {{"entry",
                    {{"family", kSignalFamilyNames[entry.family]},
                     {"fast", entry.fast},
                     {"slow", entry.slow},
                     {"direction", entry.direction},
                     {"level", entry.level}}},
                   {"stop", exit_json(s.rules.stop)},
                   {"target", exit_json(s.rules.target)},
                   {"flips", s.rules.flips != 0},
                   {"exits_on", {{"long", names_of(s.rules.exits_on[0])}, {"short", names_of(s.rules.exits_on[1])}}},
                   {"turns_on", {{"long", names_of(s.rules.turns_on[0])}, {"short", names_of(s.rules.turns_on[1])}}}};
  for (const KindUse& use : found.kinds) {
    json["kinds"].push_back({{"name", kind_name(s, use.kind)},
                             {"used", use.count},
                             {"opens", use.opens},
                             {"closes", use.closes},
                             {"duration", use.duration},
                             {"movement", use.movement},
                             {"period", use.period},
                             {"start", use.start},
                             {"goal", use.goal},
                             {"aggressiveness", use.aggressiveness},
                             {"aggressiveness_rises", change_json(use.rising)},
                             {"aggressiveness_falls", change_json(use.falling)},
                             {"largest_aggressiveness_error", use.largest_share_error},
                             {"burst", use.burst},
                             {"largest_error", use.largest_error},
                             {"triggers", events_json(use.triggers)},
                             {"own_timing", use.own_timing},
                             {"conditions", events_json(use.conditions)},
                             {"ends", events_json(use.ends)},
                             {"own_end", use.own_end}});
  }
  const AdaptationParameters usual;
  json["conditions"] = {
      {"eagerness", usual.eagerness}, {"patience", usual.patience}, {"fill_tolerance", usual.fill_tolerance}};
  json["kind_definitions"] = s.kind_definitions;
  for (const Beginning& b : found.beginnings)
    json["beginnings"].push_back({{"reason", b.reason}, {"times", b.count}, {"doubtful", b.doubtful}});
  json["spreads"] = nlohmann::json::array();
  for (const VariationSpread& d : found.spreads)
    json["spreads"].push_back({{"name", kind_name(s, d.kind)},
                               {"side", d.side > 0 ? "long" : "short"},
                               {"to_flat", d.leaves_none},
                               {"rhythmic", d.rhythmic},
                               {"used", d.count},
                               {"goal", d.goal},
                               {"duration", d.duration}});
  for (const Transition& t : found.transitions)
    json["transitions"].push_back(
        {{"from", kind_name(s, t.from)}, {"to", kind_name(s, t.to)}, {"times", t.count}, {"share", t.share}});
  return json;
}

}  // namespace marketmimic
