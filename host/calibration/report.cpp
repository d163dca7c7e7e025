#include "host/calibration/report.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace marketmimic {
namespace {

std::string verdict(const FittedFact& fact) {
  const std::string band = fact.inside_band() ? "in band" : "out of band";
  if (fact.tolerance.kind == ToleranceKind::none) return band;
  return fmt::format("{} {}, {}", fact.within_tolerance() ? "within" : "MISSES", fact.tolerance.text(), band);
}

std::string alone(const FittedFact& fact) {
  return fact.tolerance.kind == ToleranceKind::none ? "" : fmt::format("{:.0f} %", 100.0 * fact.alone);
}

/// Four significant digits in a column, so that percentages and prices share a table.
std::string number(double value) { return std::isnan(value) ? "-" : fmt::format("{:.4g}", value); }
std::string range(const Interval& interval) {
  return fmt::format("[{}, {}]", number(interval.lower), number(interval.upper));
}

nlohmann::json value(double number) { return std::isfinite(number) ? nlohmann::json(number) : nlohmann::json(nullptr); }
nlohmann::json value(const Interval& interval) { return {value(interval.lower), value(interval.upper)}; }

/// A line of the verdict: what is asked, how it stands.
std::string demand(bool met, std::string_view what, const std::string& found) {
  return fmt::format("{:<7} {:<52} {}\n", met ? "met" : "MISSED", what, found);
}

std::string names_of(const std::vector<FittedFact>& facts, bool (FittedFact::*holds)() const) {
  std::string names;
  for (const FittedFact& fact : facts)
    if (!(fact.*holds)()) names += fmt::format("{}{}", names.empty() ? "" : ", ", name(fact.fact));
  return names.empty() ? "all" : "all but " + names;
}

/// How many facts with a tolerance there are, and of how many `values` gives one within it.
template <class Values>
std::pair<int, int> count_within(const Judgement& judgement, const Values& values) {
  int within = 0, all = 0;
  for (const FittedFact& fact : judgement.facts) {
    if (fact.tolerance.kind == ToleranceKind::none) continue;
    ++all;
    within += fact.tolerance.met(fact.measured, values(fact)) ? 1 : 0;
  }
  return {within, all};
}

}  // namespace

std::string text_report(const Calibration& c) {
  const Judgement& j = c.judgement;
  const bool halves = c.first_half.has_value();
  std::string text =
      fmt::format("{:<33} {:>9} {}{:>19} {:>8} {:>19} {:>6}  {}\n", "fact", halves ? "2nd half" : "measured",
                  halves ? " 1st half " : "", "95 % interval", "fitted", "5-95 % band", "alone", "verdict");
  for (const FittedFact& fact : j.facts)
    text += fmt::format("{:<33} {:>9} {}{:>19} {:>8} {:>19} {:>6}  {}\n", description(fact.fact), number(fact.measured),
                        halves ? fmt::format("{:>9} ", number((*c.first_half)[fact.fact])) : "", range(fact.interval),
                        number(fact.median), range(fact.band), alone(fact), verdict(fact));
  text += fmt::format("{} returns, judged by {} simulated series of as many\n\n", j.returns, j.series);
  text +=
      demand(j.within_tolerances(), "medians within their tolerance", names_of(j.facts, &FittedFact::within_tolerance));
  text += demand(j.inside_bands(), "measured values inside the simulated 5-95 % band",
                 names_of(j.facts, &FittedFact::inside_band));
  if (!std::isnan(j.profile_correlation))
    text += demand(j.profile_met(), fmt::format("hourly profile of |r|, correlation {:g} or more", kProfileWanted),
                   number(j.profile_correlation));
  text += demand(j.single_series >= kSingleWanted,
                 fmt::format("{:.0f} % of single series meet every tolerance alone", 100.0 * kSingleWanted),
                 fmt::format("{:.1f} %", 100.0 * j.single_series));
  text +=
      fmt::format("{:8}possible: of the series about their own medians {:.1f} %, of resamples of the bars {:.1f} %\n",
                  "", 100.0 * j.about_medians, 100.0 * j.resampled);
  if (!halves) return text;
  const auto [first, all] = count_within(j, [&](const FittedFact& fact) { return (*c.first_half)[fact.fact]; });
  const auto [fitted, of] = count_within(j, [](const FittedFact& fact) { return fact.median; });
  text += fmt::format(
      "within their tolerance of the second half: {} of {} fitted medians, {} of {} values of the first half\n", fitted,
      of, first, all);
  return text;
}

nlohmann::json json_report(const Calibration& c) {
  const Judgement& j = c.judgement;
  nlohmann::json facts = nlohmann::json::array();
  for (const FittedFact& fact : j.facts) {
    nlohmann::json& one = facts.emplace_back(nlohmann::json{{"name", name(fact.fact)},
                                                            {"measured", value(fact.measured)},
                                                            {"interval", value(fact.interval)},
                                                            {"fitted", value(fact.median)},
                                                            {"band", value(fact.band)},
                                                            {"alone", value(fact.alone)},
                                                            {"tolerance", fact.tolerance.text()},
                                                            {"within_tolerance", fact.within_tolerance()},
                                                            {"inside_band", fact.inside_band()}});
    if (c.first_half) one["first_half"] = value((*c.first_half)[fact.fact]);
  }
  nlohmann::json first_half_within = nullptr;
  if (c.first_half)
    first_half_within = count_within(j, [&](const FittedFact& f) { return (*c.first_half)[f.fact]; }).first;
  return {{"facts", facts},
          {"first_half_within", first_half_within},
          {"judged_on", c.first_half ? "second-half" : "fitted"},
          {"within_tolerances", j.within_tolerances()},
          {"inside_bands", j.inside_bands()},
          {"profile_correlation", value(j.profile_correlation)},
          {"single_series", j.single_series},
          {"about_medians", j.about_medians},
          {"resampled", j.resampled},
          {"returns", j.returns},
          {"series", j.series},
          {"accepted", j.accepted()},
          {"notices", c.notices}};
}

}  // namespace marketmimic
