#pragma once

#include <Eigen/Core>
#include <vector>

namespace marketmimic {

/// Estimators of weighted samples. A weight is how often an observation counts: 1 normally, 0 where it is missing, a
/// whole number in a bootstrap resample. `x` and `weight` have the same length; NaN where the sample can't tell.

double mean(const Eigen::ArrayXd& x, const Eigen::ArrayXd& weight);
/// Of the sample as a population (divided by n).
double standard_deviation(const Eigen::ArrayXd& x, const Eigen::ArrayXd& weight);
/// Fourth central moment over the squared variance, minus 3.
double excess_kurtosis(const Eigen::ArrayXd& x, const Eigen::ArrayXd& weight);

/// `x` minus its weighted mean, 0 where the weight is 0: the form in which lagged products take a series.
Eigen::ArrayXd centred(const Eigen::ArrayXd& x, const Eigen::ArrayXd& weight);

/// Autocorrelation at `lag` >= 0 of a centred series: sum of x_t x_(t+lag) over sum of x_t^2 (the biased estimator).
/// `weight` belongs to t, so that resampled blocks carry their true successors and have no joins.
double autocorrelation(const Eigen::ArrayXd& x, const Eigen::ArrayXd& weight, Eigen::Index lag);
/// The fewest observations for each unit of a lag with which a lagged product says something.
inline constexpr Eigen::Index kFewestTimesLag = 4;

/// Correlation of the centred x_t with the centred y_(t+lag), lag >= 0.
double correlation(const Eigen::ArrayXd& x, const Eigen::ArrayXd& y, const Eigen::ArrayXd& weight, Eigen::Index lag);

/// Hill's tail index of positive values (Annals of Statistics 3, 1975) from the largest `share` of them, 0 < share < 1:
/// k / sum ln(x_i / x_(k+1)), k = floor(share n).
double hill_index(const Eigen::ArrayXd& x, const Eigen::ArrayXd& weight, double share);
/// The value x_(k+1) above which the largest `share` lies.
double upper_threshold(const Eigen::ArrayXd& x, const Eigen::ArrayXd& weight, double share);

/// Quantile with linear interpolation between order statistics (type 7 of Hyndman and Fan), 0 <= level <= 1.
double quantile(const Eigen::ArrayXd& x, const Eigen::ArrayXd& weight, double level);

/// The middle one of the values, the upper of the middle two: always a value that occurs. NaN for none.
double upper_median(std::vector<double> values);

}  // namespace marketmimic
