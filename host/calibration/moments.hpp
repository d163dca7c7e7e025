#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "host/calibration/simulation.hpp"

namespace marketmimic {

/// A fact as a fit sees it: compared on a scale on which it is roughly normal, in units of a misfit one can live with.
struct Moment {
  Fact fact;
  double (*transform)(double);
  double tolerance;
};

inline double plain(double value) { return value; }
inline double logarithm(double value) { return std::log(std::max(value, 1e-6)); }
inline double log_kurtosis(double value) { return std::log(std::max(value + 3.0, 1.0)); }

/// A quantity a fit varies, in units in which a change of 1 is a large one: value = centre + width * coordinate.
struct Coordinate {
  double centre, width, lower, upper;  ///< of the value

  double value(double coordinate) const { return centre + width * coordinate; }
  double coordinate(double of) const { return (of - centre) / width; }
};

/// Pull of the residuals towards the centre, a tenth of a tolerance per width: decides what the data can't.
inline constexpr double kPull = 0.1;

/// Spread of the series' standard deviations (in logarithms) that weighs like one tolerance.
inline constexpr double kSpread = 0.1;

/// Misfit of the means over `series` for every moment the data can tell, then the spread of their standard deviations
/// (of models that fit alike, the one whose single series are most like each other is the better) and the pull of the
/// coordinates `x`.
inline Eigen::VectorXd misfits(std::span<const Moment> moments, const Facts& measured,
                               const std::vector<SeriesFacts>& series, const Eigen::VectorXd& x) {
  std::vector<double> all;
  for (const Moment& moment : moments) {
    if (std::isnan(measured[moment.fact])) continue;
    double sum = 0;
    for (const SeriesFacts& one : series) sum += moment.transform(one.facts[moment.fact]);
    const double wanted = moment.transform(measured[moment.fact]);
    all.push_back((sum / static_cast<double>(series.size()) - wanted) / moment.tolerance);
  }
  double sum = 0, squares = 0;
  for (const SeriesFacts& one : series) {
    const double log_deviation = std::log(one.facts[Fact::standard_deviation]);
    sum += log_deviation;
    squares += log_deviation * log_deviation;
  }
  const double n = static_cast<double>(series.size());
  all.push_back(std::sqrt(std::max(squares / n - sum * sum / n / n, 0.0)) / kSpread);
  for (const double coordinate : x) all.push_back(kPull * coordinate);
  return Eigen::Map<const Eigen::VectorXd>(all.data(), static_cast<Eigen::Index>(all.size()));
}

}  // namespace marketmimic
