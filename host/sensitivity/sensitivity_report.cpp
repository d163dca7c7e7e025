#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "host/sensitivity/sensitivity.hpp"
#include "host/statistics/proportion.hpp"

namespace marketmimic {
namespace {

std::string_view axis_name(SensitivityAxis axis) {
  return axis == SensitivityAxis::severity ? "severity" : "variation";
}

std::string name_of(const KindSensitivity& kind, const std::vector<std::string>& names) {
  return kind.kind ? names[*kind.kind] : "whole plan";
}

std::string tolerance_text(const Tolerance& t) {
  return fmt::format("{}{:.2f} [{:.2f}, {:.2f}]", t.beyond ? ">= " : "", t.level, t.interval.lower, t.interval.upper);
}

nlohmann::ordered_json json_of(const KindSensitivity& kind, const std::vector<std::string>& names) {
  nlohmann::ordered_json json = {{"name", name_of(kind, names)},
                                 {"tolerated", kind.tolerated.level},
                                 {"tolerated_interval", {kind.tolerated.interval.lower, kind.tolerated.interval.upper}},
                                 {"beyond_levels", kind.tolerated.beyond}};
  for (const Tally& tally : kind.at) {
    const std::uint64_t failed = tally.scenarios - tally.successes;
    const Interval interval = wilson_interval(failed, tally.scenarios);
    json["levels"].push_back({{"executions", tally.scenarios},
                              {"failed", failed},
                              {"share", 1 - tally.rate()},
                              {"interval", {interval.lower, interval.upper}}});
  }
  return json;
}

}  // namespace

std::string sensitivity_text(const Sensitivity& found, const std::vector<std::string>& kind_names) {
  std::string text = fmt::format(
      "{} scenarios at each {}, the same random numbers at all; share that failed while one of the kind ran\n"
      "tolerated: until {:g} points more fail than at {:g}; 95 % intervals by bootstrap of scenarios\n\n{:<26}",
      found.scenarios, axis_name(found.axis), 100 * found.margin, found.levels.front(), axis_name(found.axis));
  const auto out = std::back_inserter(text);
  for (const double level : found.levels) fmt::format_to(out, "{:>9g}", level);
  fmt::format_to(out, "{:>22}\n", "tolerated");
  const auto line = [&](const KindSensitivity& kind) {
    fmt::format_to(out, "{:<26}", name_of(kind, kind_names));
    for (const Tally& tally : kind.at)
      text += tally.scenarios == 0 ? fmt::format("{:>9}", "-") : fmt::format("{:>7.1f} %", 100 * (1 - tally.rate()));
    fmt::format_to(out, "{:>22}\n", tolerance_text(kind.tolerated));
  };
  line(found.plan);
  for (const KindSensitivity& kind : found.kinds) line(kind);
  return text;
}

nlohmann::ordered_json sensitivity_json(const Sensitivity& found, const std::vector<std::string>& kind_names) {
  nlohmann::ordered_json json = {{"axis", axis_name(found.axis)},
                                 {"levels", found.levels},
                                 {"margin", found.margin},
                                 {"scenarios", found.scenarios},
                                 {"plan", json_of(found.plan, kind_names)},
                                 {"kinds", nlohmann::ordered_json::array()}};
  for (const KindSensitivity& kind : found.kinds) json["kinds"].push_back(json_of(kind, kind_names));
  return json;
}

}  // namespace marketmimic
