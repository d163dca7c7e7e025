#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "host/calibration/judgement.hpp"

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

/// What a fit minimises, for every moment the data can tell: the misfit of the mean over `series`; how far the measured
/// value lies outside of what single series show; for every fact with a tolerance, how far single series lie from the
/// measured value (of models that fit alike, the one whose single series are most like the data is the better); last a
/// slight pull of the coordinates `x` to their centres, which decides what the data can't.
Eigen::VectorXd misfits(std::span<const Moment> moments, const Facts& measured, const std::vector<SeriesFacts>& series,
                        const Eigen::VectorXd& x);

}  // namespace marketmimic
