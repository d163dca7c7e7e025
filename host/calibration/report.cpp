#include "host/calibration/report.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace marketmimic {
namespace {

constexpr double kProfileWanted = 0.9;

std::string verdict(const FittedFact& fact) {
  const std::string band = fact.inside_band() ? "in band" : "out of band";
  if (fact.tolerance.kind == ToleranceKind::none) return band;
  return fmt::format("{} {}, {}", fact.within_tolerance() ? "within" : "MISSES", fact.tolerance.text(), band);
}

/// Four significant digits in a column, so that percentages and prices share a table.
std::string number(double value) { return std::isnan(value) ? "-" : fmt::format("{:.4g}", value); }
std::string range(const Interval& interval) {
  return fmt::format("[{}, {}]", number(interval.lower), number(interval.upper));
}

nlohmann::json value(double number) { return std::isfinite(number) ? nlohmann::json(number) : nlohmann::json(nullptr); }
nlohmann::json value(const Interval& interval) { return {value(interval.lower), value(interval.upper)}; }

}  // namespace

std::string text_report(const Calibration& c) {
  std::string text = fmt::format("{:<36} {:>9} {:>21} {:>9} {:>21}  {}\n", "fact", "measured", "95 % interval",
                                 "fitted", "5-95 % band", "verdict");
  for (const FittedFact& fact : c.facts)
    text += fmt::format("{:<36} {:>9} {:>21} {:>9} {:>21}  {}\n", description(fact.fact), number(fact.measured),
                        range(fact.interval), number(fact.median), range(fact.band), verdict(fact));
  if (!std::isnan(c.profile_correlation))
    text += fmt::format("{:<36} {:>9} {:>21} {:>9} {:>21}  {}\n", "hourly profile of |r|, correlation", "", "",
                        number(c.profile_correlation), "",
                        c.profile_correlation >= kProfileWanted ? "within 0.9" : "MISSES 0.9");
  text +=
      fmt::format("{} returns, judged by {} simulated series of as many; {:.0f} % of them meet every tolerance alone\n",
                  c.returns, c.series, 100.0 * c.single_series);
  return text;
}

nlohmann::json json_report(const Calibration& c) {
  nlohmann::json facts = nlohmann::json::array();
  for (const FittedFact& fact : c.facts)
    facts.push_back({{"name", name(fact.fact)},
                     {"measured", value(fact.measured)},
                     {"interval", value(fact.interval)},
                     {"fitted", value(fact.median)},
                     {"band", value(fact.band)},
                     {"tolerance", fact.tolerance.text()},
                     {"within_tolerance", fact.within_tolerance()},
                     {"inside_band", fact.inside_band()}});
  return {{"facts", facts},
          {"profile_correlation", value(c.profile_correlation)},
          {"single_series", c.single_series},
          {"returns", c.returns},
          {"series", c.series},
          {"accepted", c.accepted()},
          {"notices", c.notices}};
}

}  // namespace marketmimic
