#include "host/statistics/facts.hpp"

#include <algorithm>
#include <cmath>

#include "host/statistics/estimators.hpp"
#include "host/statistics/none.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

constexpr Index kSumLength = 24;
constexpr Index kLongestLag = 20;
constexpr double kLongestBarForDays = 6.0 * 3600.0;
constexpr Index kFewestInGroup = 20;  // values in a month for a correlation to mean anything

struct Label {
  std::string_view name, description;
};
constexpr std::array<Label, kFacts> kLabels{{
    {"standard_deviation", "standard deviation of returns"},
    {"excess_kurtosis", "excess kurtosis of returns"},
    {"hill_5", "Hill index of |r|, top 5 %"},
    {"hill_1", "Hill index of |r|, top 1 %"},
    {"acf_1", "ACF of returns, lag 1"},
    {"acf_2", "ACF of returns, lag 2"},
    {"acf_largest", "largest |ACF| of returns, lags 1-20"},
    {"acf_abs_1", "ACF of |r|, lag 1"},
    {"acf_abs_3", "ACF of |r|, lag 3"},
    {"acf_abs_10", "ACF of |r|, lag 10"},
    {"acf_abs_25", "ACF of |r|, lag 25"},
    {"acf_abs_50", "ACF of |r|, lag 50"},
    {"acf_abs_100", "ACF of |r|, lag 100"},
    {"acf_abs_250", "ACF of |r|, lag 250"},
    {"kurtosis_24", "excess kurtosis of 24-bar sums"},
    {"mean_absolute", "mean |r| over standard deviation"},
    {"extremes_1", "ACF of extremes (1 %), lag 1"},
    {"extremes_10", "ACF of extremes (1 %), lag 10"},
    {"leverage", "leverage: r with later |r|"},
    {"asymmetry", "asymmetry of squared returns"},
    {"daily_range", "q95/q5 of daily volatility"},
    {"volume_whole", "volume over month's mean with |r|"},
    {"volume_month", "volume with |r|, within months"},
    {"volume_deviation", "std. deviation of log volume"},
    {"volume_acf_1", "ACF of log volume, lag 1"},
    {"volume_acf_10", "ACF of log volume, lag 10"},
    {"volume_log", "log volume with |r|"},
    {"volume_lead", "log volume with next |r|"},
}};

/// Runs of equal values in a calendar column: [begin, end).
template <class Use>
void for_runs(const std::vector<std::int32_t>& column, const Use& use) {
  const auto n = static_cast<Index>(column.size());
  for (Index begin = 0, end = 0; begin < n; begin = end) {
    while (end < n && column[static_cast<std::size_t>(end)] == column[static_cast<std::size_t>(begin)]) ++end;
    use(begin, end - begin);
  }
}

double range_of_days(const Returns& r, const Calendar& calendar, const ArrayXd& times) {
  if (r.bar_seconds > kLongestBarForDays) return kNone;
  const double full = 86400.0 / r.bar_seconds;
  std::vector<double> deviations, weights;
  for_runs(calendar.day, [&](Index begin, Index length) {
    const ArrayXd valid = r.valid.segment(begin, length);
    if (valid.sum() < 0.75 * full) return;
    deviations.push_back(standard_deviation(r.value.segment(begin, length), valid));
    weights.push_back(times.segment(begin, length).mean());
  });
  if (deviations.size() < 20) return kNone;
  const auto days = static_cast<Index>(deviations.size());
  const ArrayXd x = Eigen::Map<const ArrayXd>(deviations.data(), days);
  const ArrayXd w = Eigen::Map<const ArrayXd>(weights.data(), days);
  return quantile(x, w, 0.95) / quantile(x, w, 0.05);
}

double largest_acf(const ArrayXd& x, const ArrayXd& times) {
  double largest = 0;
  for (Index lag = 1; lag <= kLongestLag; ++lag) largest = std::max(largest, std::abs(autocorrelation(x, times, lag)));
  return largest;
}

double leverage(const ArrayXd& x, const ArrayXd& size, const ArrayXd& times) {
  double sum = 0;
  for (Index lag = 1; lag <= 10; ++lag) sum += correlation(x, size, times, lag);
  return sum / 10.0;
}

double within_months(const Returns& r, const Calendar& calendar, const ArrayXd& absolute, const ArrayXd& times) {
  std::vector<double> correlations, weights;
  for_runs(calendar.month, [&](Index begin, Index length) {
    const ArrayXd w = r.valid.segment(begin, length) * times.segment(begin, length);
    if ((w > 0).count() < kFewestInGroup) return;
    const ArrayXd volume = centred(r.volume.segment(begin, length), w);
    const double value = correlation(volume, centred(absolute.segment(begin, length), w), w, 0);
    if (std::isnan(value)) return;
    correlations.push_back(value);
    weights.push_back(times.segment(begin, length).mean());
  });
  if (correlations.empty()) return kNone;
  const auto months = static_cast<Index>(correlations.size());
  const ArrayXd x = Eigen::Map<const ArrayXd>(correlations.data(), months);
  const ArrayXd w = Eigen::Map<const ArrayXd>(weights.data(), months);
  return quantile(x, w, 0.5);
}

void add_volume_facts(Facts& facts, const Returns& r, const Calendar& calendar, const ArrayXd& absolute,
                      const ArrayXd& times) {
  const ArrayXd weight = r.valid * times;
  const ArrayXd size = centred(absolute, weight);
  facts[Fact::volume_month] = within_months(r, calendar, absolute, times);

  // Growth over years is not the model's business: volume counts in units of its month's mean, log volume from it.
  ArrayXd relative = r.volume;
  const ArrayXd traded = (r.volume > 0).select(weight, 0.0);
  ArrayXd level = (r.volume > 0).select(r.volume, 1.0).log();
  for_runs(calendar.month, [&](Index begin, Index length) {
    const ArrayXd w = weight.segment(begin, length), month = level.segment(begin, length);
    const double usual = mean(r.volume.segment(begin, length), w);
    if (usual > 0) relative.segment(begin, length) /= usual;
    level.segment(begin, length) = centred(month, traded.segment(begin, length));
  });
  facts[Fact::volume_whole] = correlation(centred(relative, weight), size, weight, 0);
  const ArrayXd log_volume = centred((traded > 0).select(level, 0.0), traded);
  facts[Fact::volume_deviation] = standard_deviation(log_volume, traded);
  facts[Fact::volume_acf_1] = autocorrelation(log_volume, times, 1);
  facts[Fact::volume_acf_10] = autocorrelation(log_volume, times, 10);
  facts[Fact::volume_log] = correlation(log_volume, size, times, 0);
  facts[Fact::volume_lead] = correlation(log_volume, size, times, 1);
}

}  // namespace

std::string_view name(Fact fact) { return kLabels[static_cast<std::size_t>(fact)].name; }
std::string_view description(Fact fact) { return kLabels[static_cast<std::size_t>(fact)].description; }

double kurtosis_of_sums(const Returns& r, Index length, const ArrayXd& times) {
  const Index count = r.value.size() / length;
  ArrayXd sums(count), weights(count);
  for (Index i = 0; i < count; ++i) {
    const Index at = i * length;
    sums[i] = r.value.segment(at, length).sum();
    weights[i] = r.valid.segment(at, length).minCoeff() > 0 ? times.segment(at, length).mean() : 0.0;
  }
  return count > 1 ? excess_kurtosis(sums, weights) : kNone;
}

Facts facts_of(const Returns& r, const Calendar& calendar, const ArrayXd& times) {
  Facts facts;
  facts.value.fill(kNone);
  const ArrayXd weight = r.valid * times;
  const ArrayXd x = centred(r.value, weight);
  const ArrayXd absolute = r.value.abs();
  const ArrayXd size = centred(absolute, weight);
  const double deviation = standard_deviation(r.value, weight);
  facts[Fact::standard_deviation] = deviation;
  facts[Fact::excess_kurtosis] = excess_kurtosis(r.value, weight);
  facts[Fact::hill_5] = hill_index(absolute, weight, 0.05);
  facts[Fact::hill_1] = hill_index(absolute, weight, 0.01);
  facts[Fact::acf_1] = autocorrelation(x, times, 1);
  facts[Fact::acf_2] = autocorrelation(x, times, 2);
  facts[Fact::acf_largest] = largest_acf(x, times);
  facts[Fact::acf_abs_1] = autocorrelation(size, times, 1);
  facts[Fact::acf_abs_3] = autocorrelation(size, times, 3);
  facts[Fact::acf_abs_10] = autocorrelation(size, times, 10);
  facts[Fact::acf_abs_25] = autocorrelation(size, times, 25);
  facts[Fact::acf_abs_50] = autocorrelation(size, times, 50);
  facts[Fact::acf_abs_100] = autocorrelation(size, times, 100);
  facts[Fact::acf_abs_250] = autocorrelation(size, times, 250);
  facts[Fact::kurtosis_24] = kurtosis_of_sums(r, kSumLength, times);
  facts[Fact::mean_absolute] = mean(absolute, weight) / deviation;
  const ArrayXd extreme =
      centred((absolute > upper_threshold(absolute, weight, 0.01)).select(ArrayXd::Ones(x.size()), 0.0), weight);
  facts[Fact::extremes_1] = autocorrelation(extreme, times, 1);
  facts[Fact::extremes_10] = autocorrelation(extreme, times, 10);
  facts[Fact::leverage] = leverage(x, size, times);
  facts[Fact::asymmetry] = (weight * x * x.abs()).sum() / (weight * x.square()).sum();
  facts[Fact::daily_range] = range_of_days(r, calendar, times);
  if (r.volume.size() != 0) add_volume_facts(facts, r, calendar, absolute, times);
  return facts;
}

Facts facts_of(const Returns& returns, const Calendar& calendar) {
  return facts_of(returns, calendar, ArrayXd::Ones(returns.value.size()));
}

std::vector<Facts> resampled_facts(const Returns& returns, const Calendar& calendar, const BootstrapOptions& options) {
  const Index n = returns.value.size();
  std::vector<Facts> found(options.replicates);
  resample(n, block_length(n), options,
           [&](std::size_t i, const ArrayXd& times) { found[i] = facts_of(returns, calendar, times); });
  return found;
}

std::array<Interval, kFacts> intervals_of(const std::vector<Facts>& resamples, double level) {
  std::array<Interval, kFacts> intervals;
  for (std::size_t k = 0; k < kFacts; ++k) {
    std::vector<double> values;
    for (const Facts& facts : resamples) values.push_back(facts.value[k]);
    intervals[k] = percentile_interval(std::move(values), level);
  }
  return intervals;
}

std::array<Interval, kFacts> intervals_of(const Returns& returns, const Calendar& calendar,
                                          const BootstrapOptions& options) {
  return intervals_of(resampled_facts(returns, calendar, options), options.level);
}

std::array<double, 24> hourly_profile(const Returns& returns, const Calendar& calendar) {
  std::array<double, 24> sum{}, count{};
  for (std::size_t i = 0; i < calendar.second.size(); ++i) {
    const auto at = static_cast<Index>(i);
    const auto hour = static_cast<std::size_t>(calendar.second[i] / 3600);
    sum[hour] += std::abs(returns.value[at]);
    count[hour] += returns.valid[at];
  }
  double total = 0, hours = 0;
  for (std::size_t h = 0; h < 24; ++h) {
    sum[h] = count[h] > 0 ? sum[h] / count[h] : kNone;
    total += count[h] > 0 ? sum[h] : 0.0;
    hours += count[h] > 0 ? 1.0 : 0.0;
  }
  for (double& value : sum) value *= hours / total;
  return sum;
}

double profile_correlation(const std::array<double, 24>& a, const std::array<double, 24>& b) {
  const Eigen::Map<const ArrayXd> x(a.data(), 24), y(b.data(), 24);
  const ArrayXd both = (x.isNaN() || y.isNaN()).select(ArrayXd::Zero(24), 1.0);
  if (both.sum() < 3) return kNone;
  const ArrayXd known_x = (both > 0).select(x, 0.0), known_y = (both > 0).select(y, 0.0);
  return correlation(centred(known_x, both), centred(known_y, both), both, 0);
}

}  // namespace marketmimic
