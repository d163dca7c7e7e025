#include "host/calibration/judgement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/statistics/estimators.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

std::array<double, 24> median_profile(const std::vector<SeriesFacts>& series) {
  std::array<double, 24> medians;
  for (std::size_t h = 0; h < medians.size(); ++h) {
    ArrayXd hour(static_cast<Index>(series.size()));
    for (std::size_t i = 0; i < series.size(); ++i) hour[static_cast<Index>(i)] = series[i].profile[h];
    medians[h] = median(hour);
  }
  return medians;
}

/// Share of `all` of which `use(one)` holds.
template <class T, class Use>
double share(const std::vector<T>& all, const Use& use) {
  if (all.empty()) return 0;
  return static_cast<double>(std::count_if(all.begin(), all.end(), use)) / static_cast<double>(all.size());
}

/// Share of `series`, whose facts `facts_of(one)` are, that lie within every tolerance of what `wanted(fact)` says.
template <class Series, class FactsOf, class Wanted>
double share_within(const std::vector<FittedFact>& facts, const std::vector<Series>& series, const FactsOf& facts_of,
                    const Wanted& wanted) {
  return share(series, [&](const Series& one) {
    return std::all_of(facts.begin(), facts.end(), [&](const FittedFact& fact) {
      return fact.tolerance.met(wanted(fact), facts_of(one)[fact.fact]);
    });
  });
}

}  // namespace

ArrayXd values_of(const std::vector<SeriesFacts>& series, Fact fact) {
  ArrayXd values(static_cast<Index>(series.size()));
  for (std::size_t i = 0; i < series.size(); ++i) values[static_cast<Index>(i)] = series[i].facts[fact];
  return values;
}

double median(const ArrayXd& values) { return quantile(values, ArrayXd::Ones(values.size()), 0.5); }

FitTolerance tolerance_of(Fact fact) {
  switch (fact) {
    case Fact::standard_deviation:
      return {ToleranceKind::relative, 0.05};
    case Fact::hill_5:
      return {ToleranceKind::absolute, 0.4};
    case Fact::acf_1:
      return {ToleranceKind::absolute, 0.03};
    case Fact::acf_abs_1:
    case Fact::acf_abs_10:
    case Fact::acf_abs_50:
      return {ToleranceKind::absolute, 0.06};
    case Fact::daily_range:
      return {ToleranceKind::factor, 1.5};
    case Fact::volume_month:
      return {ToleranceKind::absolute, 0.15};
    default:
      return {};
  }
}

double FitTolerance::apart(double measured, double fitted) const {
  switch (kind) {
    case ToleranceKind::none:
      return 0;
    case ToleranceKind::absolute:
      return std::abs(fitted - measured) / size;
    case ToleranceKind::relative:
      return std::abs(fitted - measured) / (size * std::abs(measured));
    case ToleranceKind::factor:
      return std::abs(std::log(fitted / measured)) / std::log(size);
  }
  return 0;
}

std::string FitTolerance::text() const {
  switch (kind) {
    case ToleranceKind::none:
      return "";
    case ToleranceKind::absolute:
      return fmt::format("{:g}", size);
    case ToleranceKind::relative:
      return fmt::format("{:g} %", 100.0 * size);
    case ToleranceKind::factor:
      return fmt::format("x{:g}", size);
  }
  return "";
}

bool Judgement::within_tolerances() const {
  return std::all_of(facts.begin(), facts.end(), [](const FittedFact& fact) { return fact.within_tolerance(); });
}
bool Judgement::inside_bands() const {
  return std::all_of(facts.begin(), facts.end(), [](const FittedFact& fact) { return fact.inside_band(); });
}
bool Judgement::profile_met() const { return std::isnan(profile_correlation) || profile_correlation >= kProfileWanted; }
bool Judgement::accepted() const {
  return within_tolerances() && inside_bands() && profile_met() && single_series >= kSingleWanted;
}

Judgement judge(const DiffusionParameters& model, const Returns& returns, const Calendar& calendar,
                const SeriesPlan& plan, const JudgeOptions& options) {
  const Facts measured = facts_of(returns, calendar);
  BootstrapOptions resampling;
  resampling.replicates = options.replicates;
  resampling.threads = options.threads;
  const std::vector<Facts> resamples = resampled_facts(returns, calendar, resampling);
  const auto intervals = intervals_of(resamples, resampling.level);
  const auto series = simulate({model}, plan, options.series, options.seed, options.threads).front();

  Judgement judgement;
  for (std::size_t k = 0; k < kFacts; ++k) {
    const Fact fact = static_cast<Fact>(k);
    const ArrayXd values = values_of(series, fact);
    if (std::isnan(measured[fact]) || values.isNaN().any()) continue;
    const std::vector<double> all(values.begin(), values.end());
    FittedFact& fitted = judgement.facts.emplace_back(FittedFact{fact, measured[fact], intervals[k], median(values),
                                                                 percentile_interval(all, 0.9), tolerance_of(fact)});
    fitted.alone =
        share(series, [&](const SeriesFacts& one) { return fitted.tolerance.met(fitted.measured, one.facts[fact]); });
  }
  judgement.profile_correlation = profile_correlation(hourly_profile(returns, calendar), median_profile(series));
  const auto of_series = [](const SeriesFacts& one) -> const Facts& { return one.facts; };
  const auto of_resample = [](const Facts& one) -> const Facts& { return one; };
  const auto by_data = [](const FittedFact& fact) { return fact.measured; };
  const auto by_model = [](const FittedFact& fact) { return fact.median; };
  judgement.single_series = share_within(judgement.facts, series, of_series, by_data);
  judgement.about_medians = share_within(judgement.facts, series, of_series, by_model);
  judgement.resampled = share_within(judgement.facts, resamples, of_resample, by_data);
  judgement.returns = static_cast<std::size_t>(returns.valid.sum());
  judgement.series = options.series;
  return judgement;
}

}  // namespace marketmimic
