#include "host/realism/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "host/input/time.hpp"

namespace marketmimic {
namespace {

std::string number(double value, int digits = 3) {
  return std::isnan(value) ? "-" : fmt::format("{:.{}f}", value, digits);
}
/// Four significant digits, so that percentages and prices share a table.
std::string general(double value) { return std::isnan(value) ? "-" : fmt::format("{:.4g}", value); }
std::string range(const Interval& i) { return fmt::format("[{}, {}]", general(i.lower), general(i.upper)); }

std::string measured(double value, const Interval& i) {
  if (std::isnan(i.lower)) return number(value);
  return fmt::format("{} [{}, {}]", number(value), number(i.lower), number(i.upper));
}
const char* choice(bool known, bool good, const char* yes, const char* no) { return !known ? "-" : good ? yes : no; }
std::string span(double seconds) {
  constexpr double minute = 60;
  const double unit = seconds < 10 * minute ? 1 : minute;
  return format_duration(1000 * std::llround(std::max(1.0, std::round(seconds / unit)) * unit));
}
std::string pair(const ScoreDistance& d) { return fmt::format("{} {}", number(d.l1), number(d.wasserstein)); }

/// The verdict in a table, where what fails shall strike the eye.
const char* shown(Verdict verdict) {
  if (verdict == Verdict::fails) return "FAILS";
  return verdict == Verdict::unknown ? "-" : word(verdict);
}

std::string heading(const TapeCheck& t) {
  std::string text = fmt::format("{}: {} messages, {} level{}, {}, tick {:.4g}\n", t.source, t.messages, t.tape_levels,
                                 t.tape_levels == 1 ? "" : "s", span(t.seconds), 1e-4 * static_cast<double>(t.tick));
  if (t.reference.empty()) return text + "no reference: its halves and ten-minute parts are compared with each other\n";
  return text + fmt::format("against {}: {} messages; compared at {} level{}\n", t.reference, t.reference_messages,
                            t.levels, t.levels == 1 ? "" : "s");
}

std::string invariants(const TapeCheck& t) {
  std::string text =
      fmt::format("\ninvariants                   {} violations in {} messages\n", t.violations.total(), t.messages);
  for (std::size_t i = 0; i < kTapeRules; ++i) {
    if (t.violations.count[i] != 0)
      text += fmt::format("  {:<42} {}\n", description(static_cast<TapeRule>(i)), t.violations.count[i]);
  }
  return text;
}

std::string score_row(std::string_view name, const TapeCheck& t, const ScoreDistance* against,
                      const ScoreDistance& half, const ScoreDistance& part, const ScoreDistance& shuffled) {
  std::string text = fmt::format("{:<28}", name);
  if (t.scores)
    text += fmt::format(" {:<21} {:<21}", measured(against->l1, against->l1_interval),
                        measured(against->wasserstein, against->wasserstein_interval));
  return text + fmt::format(" {:>12} {:>12} {:>12}\n", pair(half), pair(part), pair(shuffled));
}

std::string scores(const TapeCheck& t) {
  const ScoreFloor& f = t.floor;
  std::string text = fmt::format("\n{:<28}", "LOB-Bench scores");
  if (t.scores) text += fmt::format(" {:<21} {:<21}", "L1 [95 %]", "Wasserstein [95 %]");
  text += fmt::format(" {:>12} {:>12} {:>12}\n", "halves", "ten minutes", "shuffled");
  const auto section = [&](ScoreKind wanted, const char* title) {
    std::string rows;
    for (std::size_t i = 0; i < kScores; ++i) {
      const auto score = static_cast<Score>(i);
      if (kind(score, t.levels) == wanted)
        rows += score_row(description(score), t, t.scores ? &(*t.scores)[score] : nullptr, f.halves[score],
                          f.alternate[score], f.shuffled[score]);
    }
    return rows.empty() ? "" : title + rows;
  };
  text += section(ScoreKind::clean, "");
  text += score_row("mean of these", t, t.scores ? &t.scores->clean : nullptr, f.halves.clean, f.alternate.clean,
                    f.shuffled.clean);
  text += section(ScoreKind::truncated, "truncated at this depth, apart:\n");
  if (t.levels == 1) text += "left out at one level: sizes of ten levels (the touch again), levels (constant)\n";
  return text + fmt::format(
                    "halves, ten minutes (odd against even), shuffled (first half, its rows in random order, "
                    "against the second): L1 and\nWasserstein of the {} with itself\n",
                    t.reference.empty() ? "tape" : "reference");
}

template <std::size_t Lags>
std::string curve_row(std::string_view name, const std::array<double, Lags>& curve) {
  std::string text = fmt::format("  {:<26}", name);
  for (const double value : curve) text += fmt::format(" {:>6}", number(value, 2));
  return text + "\n";
}

std::string memory(const TapeCheck& t) {
  std::string text = fmt::format("\n{:<28}", "memory (ACF at lag)");
  for (const auto lag : kMemoryLags) text += fmt::format(" {:>6}", lag);
  text += "\n";
  const bool own = t.reference.empty();
  for (std::size_t i = 0; i < kMemories; ++i) {
    const MemoryComparison& m = t.memory[i];
    const auto memory = static_cast<Memory>(i);
    text += fmt::format("{}, lags in {}\n", description(memory), lag_unit(memory));
    text += curve_row(own ? "second half" : "tape", m.tape.acf);
    text += curve_row(own ? "first half" : "reference", m.reference.acf);
    text += curve_row("shuffled", m.shuffled.acf);
    text += fmt::format(
        "  apart {}; shuffled {}: {}; own resamples {}: {}; {} of {} lags inside their intervals\n", number(m.apart),
        number(m.shuffled_apart),
        choice(!std::isnan(m.apart + m.shuffled_apart), m.closer_than_shuffled(), "closer", "NOT CLOSER"),
        number(m.reference.reach), choice(!std::isnan(m.apart + m.reference.reach), m.inside(), "inside", "OUTSIDE"),
        m.lags_inside(), kMemoryLags.size());
  }
  return text;
}

std::string impact(const TapeCheck& t) {
  const ImpactComparison& m = t.impact;
  std::string text = fmt::format("\n{:<28}", "impact (orders later)");
  for (const auto lag : kResponseLags) text += fmt::format(" {:>6}", lag);
  text += "\nmean move of the mid towards market orders, basis points\n";
  const bool own = t.reference.empty();
  text += curve_row(own ? "second half" : "tape", m.tape.response);
  text += curve_row(own ? "first half" : "reference", m.reference.response);
  text += fmt::format("  {} and {} orders; {} of {} lags inside their intervals\n", m.tape.orders, m.reference.orders,
                      m.lags_inside(), kResponseLags.size());
  const Interval& there = m.reference.exponent_interval;
  return text + fmt::format("return of {} orders ~ |signed volume| ^ {}; {} {}\n", kWindowOrders,
                            number(m.tape.exponent), own ? "first half" : "reference",
                            measured(m.reference.exponent, there));
}

std::string facts(const Validation& v) {
  const FactCheck& f = v.facts;
  std::string text = fmt::format("\n{:<36} {:>9} {:>21}",
                                 fmt::format("facts of {} returns over {}", f.returns,
                                             format_duration(static_cast<std::int64_t>(1000 * f.bar_seconds))),
                                 "value", "95 % interval");
  text += v.reference ? fmt::format(" {:>9} {:>21}  verdict\n", "reference", "95 % interval") : "\n";
  for (std::size_t i = 0; i < kFacts; ++i) {
    if (std::isnan(f.facts.value[i])) continue;
    text += fmt::format("{:<36} {:>9} {:>21}", description(static_cast<Fact>(i)), general(f.facts.value[i]),
                        range(f.interval[i]));
    if (v.reference && !std::isnan(v.reference->facts.value[i])) {
      const Interval& there = v.reference->interval[i];
      const Verdict found = verdict(f.facts.value[i], f.interval[i], there.lower, there.upper);
      text += fmt::format(" {:>9} {:>21}  {}", general(v.reference->facts.value[i]), range(there), shown(found));
      if (found == Verdict::unsure || found == Verdict::fails)
        text += fmt::format(", off by {:.1f} half widths", excess(f.facts.value[i], there));
    }
    text += "\n";
  }
  return text;
}

std::string usual_facts(const FactCheck& f) {
  std::string text = fmt::format("\n{:<36} {:>9} {:>21} {:>13}\n", "usual facts of 1 to 5 min returns", "value",
                                 "95 % interval", "window");
  for (std::size_t i = 0; i < kUsual; ++i) {
    const UsualWindow& w = window(static_cast<Usual>(i));
    const std::string bounds =
        std::isinf(w.upper) ? fmt::format("> {:g}", w.lower) : fmt::format("{:g} to {:g}", w.lower, w.upper);
    text +=
        fmt::format("{:<36} {:>9} {:>21} {:>13}  {}\n", w.description, general(f.usual[i]), range(f.usual_interval[i]),
                    bounds, shown(verdict(f.usual[i], f.usual_interval[i], w.lower, w.upper)));
  }
  return text;
}

}  // namespace

std::string text_report(const Validation& v) {
  std::string text;
  if (v.tape) {
    text = heading(*v.tape) + invariants(*v.tape) + scores(*v.tape) + memory(*v.tape) + impact(*v.tape);
  } else {
    text = fmt::format("{}: {} candles, {} of them broken\n", v.facts.source, v.candles, v.broken);
    if (v.reference) text += fmt::format("against {}\n", v.reference->source);
  }
  return text + facts(v) + usual_facts(v.facts);
}

}  // namespace marketmimic
