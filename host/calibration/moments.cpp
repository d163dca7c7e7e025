#include "host/calibration/moments.hpp"

namespace marketmimic {
namespace {

/// Residual per standard deviation of the single series that the measured value is further than kInside of them from
/// their mean.
constexpr double kInside = 1.0, kOutside = 2.0;
/// Residual per tolerance that single series are away from the measured value.
constexpr double kSingle = 0.5;
/// Residual per width that a coordinate is away from its centre.
constexpr double kPull = 0.1;

constexpr Fact kToleranced[] = {Fact::standard_deviation, Fact::hill_5,     Fact::acf_1,      Fact::acf_abs_1,
                                Fact::acf_abs_10,         Fact::acf_abs_50, Fact::daily_range};

/// Root mean square distance of single series from `measured`, in tolerances; of the standard deviation, whose level is
/// fitted later, from their own median.
double distance(Fact fact, const Facts& measured, const std::vector<SeriesFacts>& series) {
  const FitTolerance tolerance = tolerance_of(fact);
  const double wanted = fact == Fact::standard_deviation ? median(values_of(series, fact)) : measured[fact];
  double squares = 0;
  for (const SeriesFacts& one : series) {
    const double apart = tolerance.apart(wanted, one.facts[fact]);
    squares += apart * apart;
  }
  return std::sqrt(squares / static_cast<double>(series.size()));
}

}  // namespace

Eigen::VectorXd misfits(std::span<const Moment> moments, const Facts& measured, const std::vector<SeriesFacts>& series,
                        const Eigen::VectorXd& x) {
  std::vector<double> all;
  for (const Moment& moment : moments) {
    if (std::isnan(measured[moment.fact])) continue;
    double sum = 0, squares = 0;
    const double wanted = moment.transform(measured[moment.fact]), count = static_cast<double>(series.size());
    for (const SeriesFacts& one : series) {
      const double off = moment.transform(one.facts[moment.fact]) - wanted;
      sum += off;
      squares += off * off;
    }
    const double mean = sum / count, deviation = std::sqrt(std::max(squares / count - mean * mean, 1e-12));
    all.push_back(mean / moment.tolerance);
    all.push_back(kOutside * std::max(std::abs(mean) / deviation - kInside, 0.0));
  }
  for (const Fact fact : kToleranced)
    if (!std::isnan(measured[fact])) all.push_back(kSingle * distance(fact, measured, series));
  for (const double coordinate : x) all.push_back(kPull * coordinate);
  return Eigen::Map<const Eigen::VectorXd>(all.data(), static_cast<Eigen::Index>(all.size()));
}

}  // namespace marketmimic
