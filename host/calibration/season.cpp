#include "host/calibration/season.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <map>

namespace marketmimic {
namespace {

using Eigen::Index;
constexpr double kLongestBar = 12.0 * 3600.0;
constexpr Index kHours = 24;
constexpr double kRidge = 0.05;  // share of an hour's weight

/// Sum and count of a quantity by second of the day.
struct Bin {
  double sum = 0, count = 0;
};
using Bins = std::map<std::int32_t, Bin>;

/// The hat functions of the full hours, averaged over a bar.
Eigen::VectorXd hats_of_bar(std::int32_t second, double bar_seconds) {
  constexpr int points = 12;
  Eigen::VectorXd hat = Eigen::VectorXd::Zero(kHours);
  for (int i = 0; i < points; ++i) {
    const double hours = (second + (i + 0.5) / points * bar_seconds) / 3600.0, whole = std::floor(hours);
    const Index hour = static_cast<Index>(whole) % kHours;
    hat[hour] += (1.0 - (hours - whole)) / points;
    hat[(hour + 1) % kHours] += (hours - whole) / points;
  }
  return hat;
}

/// Least squares of `value(bin)` on the hat functions of the full hours. A ridge decides what bars can't tell: hours
/// without bars, and what changes from hour to hour within bars as long.
template <class Value>
Season regress(const Bins& bins, double bar_seconds, const Value& value) {
  Eigen::MatrixXd normal = kRidge / kHours * Eigen::MatrixXd::Identity(kHours, kHours);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(kHours);
  double total = 0, count = 0;
  for (const auto& [second, bin] : bins) {
    total += bin.count * value(bin);
    count += bin.count;
  }
  const double mean = count > 0 ? total / count : 0.0;
  for (const auto& [second, bin] : bins) {
    const Eigen::VectorXd hat = hats_of_bar(second, bar_seconds);
    normal += bin.count / count * hat * hat.transpose();
    right += bin.count / count * (value(bin) - mean) * hat;
  }
  const Eigen::VectorXd fitted = normal.ldlt().solve(right);
  Season season;
  for (Index h = 0; h < kHours; ++h)
    season[static_cast<std::size_t>(h)] = static_cast<float>(fitted[h] - fitted.mean());
  return season;
}

/// Bins of `measure(i)` relative to the day's mean as `relate(value, mean)` puts it, over the bars where `use(i)`.
template <class Measure, class Use, class Relate>
Bins bins_of(const Calendar& calendar, const Measure& measure, const Use& use, const Relate& relate) {
  std::map<std::int32_t, Bin> days;
  for (std::size_t i = 0; i < calendar.day.size(); ++i) {
    if (!use(static_cast<Index>(i))) continue;
    Bin& day = days[calendar.day[i]];
    day.sum += measure(static_cast<Index>(i));
    day.count += 1;
  }
  Bins bins;
  for (std::size_t i = 0; i < calendar.day.size(); ++i) {
    if (!use(static_cast<Index>(i))) continue;
    const Bin& day = days[calendar.day[i]];
    const double value = relate(measure(static_cast<Index>(i)), day.sum / day.count);
    if (!std::isfinite(value)) continue;
    Bin& bin = bins[calendar.second[i]];
    bin.sum += value;
    bin.count += 1;
  }
  return bins;
}

}  // namespace

Season volatility_season(const Returns& r, const Calendar& calendar) {
  if (r.bar_seconds >= kLongestBar) return {};
  const Bins bins = bins_of(
      calendar, [&](Index i) { return std::abs(r.value[i]); }, [&](Index i) { return r.valid[i] > 0; },
      [](double value, double mean) { return value / mean; });
  return regress(bins, r.bar_seconds, [](const Bin& bin) { return std::log(std::max(bin.sum / bin.count, 1e-3)); });
}

Season volume_season(const Returns& r, const Calendar& calendar) {
  if (r.bar_seconds >= kLongestBar || r.volume.size() == 0) return {};
  const Bins bins = bins_of(
      calendar, [&](Index i) { return std::log(r.volume[i]); }, [&](Index i) { return r.volume[i] > 0; },
      [](double value, double mean) { return value - mean; });
  return regress(bins, r.bar_seconds, [](const Bin& bin) { return bin.sum / bin.count; });
}

}  // namespace marketmimic
