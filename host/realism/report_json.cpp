#include <cmath>
#include <nlohmann/json.hpp>

#include "host/realism/report.hpp"

namespace marketmimic {
namespace {

using Json = nlohmann::json;

Json value(double number) { return std::isfinite(number) ? Json(number) : Json(nullptr); }
Json value(const Interval& interval) { return {value(interval.lower), value(interval.upper)}; }

/// Null where the numbers behind an answer are not there.
Json known(bool answer, double from) { return std::isnan(from) ? Json(nullptr) : Json(answer); }

template <class Numbers>
Json list(const Numbers& numbers) {
  Json json = Json::array();
  for (const auto& number : numbers) json.push_back(value(number));
  return json;
}

const char* word(ScoreKind kind) {
  switch (kind) {
    case ScoreKind::clean:
      return "clean";
    case ScoreKind::truncated:
      return "truncated";
    case ScoreKind::repeated:
      return "repeated";
    case ScoreKind::constant:
      return "constant";
  }
  return "";
}

Json plain(const ScoreDistance& d) { return {{"l1", value(d.l1)}, {"wasserstein", value(d.wasserstein)}}; }

Json distances(const TapeCheck& t, const ScoreDistance* against, const ScoreDistance& half, const ScoreDistance& part,
               const ScoreDistance& shuffled) {
  Json json = {{"halves", plain(half)}, {"ten_minutes", plain(part)}, {"shuffled", plain(shuffled)}};
  if (!t.scores) return json;
  json.update(plain(*against));
  json["l1_interval"] = value(against->l1_interval);
  json["wasserstein_interval"] = value(against->wasserstein_interval);
  json["values"] = against->values;
  json["reference_values"] = against->reference_values;
  return json;
}

Json scores_json(const TapeCheck& t) {
  Json json = Json::array();
  for (std::size_t i = 0; i < kScores; ++i) {
    const auto score = static_cast<Score>(i);
    Json row = distances(t, t.scores ? &(*t.scores)[score] : nullptr, t.floor.halves[score], t.floor.alternate[score],
                         t.floor.shuffled[score]);
    row["name"] = name(score);
    row["kind"] = word(kind(score, t.levels));
    json.push_back(std::move(row));
  }
  return json;
}

Json memory_json(const TapeCheck& t) {
  Json json = Json::array();
  for (std::size_t i = 0; i < kMemories; ++i) {
    const MemoryComparison& m = t.memory[i];
    const auto memory = static_cast<Memory>(i);
    json.push_back({{"name", name(memory)},
                    {"lags", kMemoryLags},
                    {"unit", lag_unit(memory)},
                    {"tape", list(m.tape.acf)},
                    {"reference", list(m.reference.acf)},
                    {"reference_interval", list(m.reference.interval)},
                    {"shuffled", list(m.shuffled.acf)},
                    {"distance", value(m.apart)},
                    {"shuffled_distance", value(m.shuffled_apart)},
                    {"own_distance", value(m.reference.reach)},
                    {"closer_than_shuffled", known(m.closer_than_shuffled(), m.apart + m.shuffled_apart)},
                    {"inside", known(m.inside(), m.apart + m.reference.reach)}});
  }
  return json;
}

Json impact(const ImpactComparison& m) {
  return {{"lags", kResponseLags},
          {"unit", "basis points"},
          {"orders", m.tape.orders},
          {"reference_orders", m.reference.orders},
          {"tape", list(m.tape.response)},
          {"reference", list(m.reference.response)},
          {"reference_interval", list(m.reference.response_interval)},
          {"window_orders", kWindowOrders},
          {"exponent", value(m.tape.exponent)},
          {"reference_exponent", value(m.reference.exponent)},
          {"reference_exponent_interval", value(m.reference.exponent_interval)}};
}

Json tape(const TapeCheck& t) {
  Json broken = Json::object();
  for (std::size_t i = 0; i < kTapeRules; ++i) broken[name(static_cast<TapeRule>(i))] = t.violations.count[i];
  return {{"source", t.source},
          {"reference", t.reference.empty() ? Json(nullptr) : Json(t.reference)},
          {"messages", t.messages},
          {"levels", t.tape_levels},
          {"levels_compared", t.levels},
          {"seconds", value(t.seconds)},
          {"tick", 1e-4 * static_cast<double>(t.tick)},
          {"violations", broken},
          {"scores", scores_json(t)},
          {"clean", distances(t, t.scores ? &t.scores->clean : nullptr, t.floor.halves.clean, t.floor.alternate.clean,
                              t.floor.shuffled.clean)},
          {"memory", memory_json(t)},
          {"impact", impact(t.impact)}};
}

Json facts_json(const Validation& v) {
  Json json = Json::array();
  for (std::size_t i = 0; i < kFacts; ++i) {
    Json row = {{"name", name(static_cast<Fact>(i))},
                {"value", value(v.facts.facts.value[i])},
                {"interval", value(v.facts.interval[i])}};
    if (v.reference) {
      const Interval& there = v.reference->interval[i];
      row["reference"] = value(v.reference->facts.value[i]);
      row["reference_interval"] = value(there);
      row["verdict"] = word(verdict(v.facts.facts.value[i], v.facts.interval[i], there.lower, there.upper));
      row["half_widths_off"] = value(excess(v.facts.facts.value[i], there));
    }
    json.push_back(std::move(row));
  }
  return json;
}

Json usual(const FactCheck& f) {
  Json json = Json::array();
  for (std::size_t i = 0; i < kUsual; ++i) {
    const UsualWindow& w = window(static_cast<Usual>(i));
    json.push_back({{"name", w.name},
                    {"value", value(f.usual[i])},
                    {"interval", value(f.usual_interval[i])},
                    {"window", Json{value(w.lower), value(w.upper)}},
                    {"verdict", word(verdict(f.usual[i], f.usual_interval[i], w.lower, w.upper))}});
  }
  return json;
}

}  // namespace

Json json_report(const Validation& v) {
  Json json = {{"source", v.facts.source},   {"violations", v.violations()},
               {"returns", v.facts.returns}, {"bar_seconds", v.facts.bar_seconds},
               {"facts", facts_json(v)},     {"usual", usual(v.facts)},
               {"notices", v.notices}};
  if (v.tape)
    json["tape"] = tape(*v.tape);
  else
    json["candles"] = v.candles;
  return json;
}

}  // namespace marketmimic
