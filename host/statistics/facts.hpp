#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "host/statistics/bootstrap.hpp"
#include "host/statistics/returns.hpp"

namespace marketmimic {

/// Stylised facts of a series of log returns r (Cont, Quantitative Finance 1, 2001) and of its volumes.
enum class Fact {
  standard_deviation,  ///< of r
  excess_kurtosis,     ///< of r
  hill_5,              ///< tail index of |r| from its largest 5 %
  hill_1,              ///< from its largest 1 %
  acf_1,               ///< autocorrelation of r, lag 1
  acf_2,               ///< lag 2
  acf_largest,         ///< largest absolute autocorrelation of r, lags 1 to 20
  acf_abs_1,           ///< autocorrelation of |r|, lag 1
  acf_abs_3,
  acf_abs_10,
  acf_abs_25,
  acf_abs_50,
  acf_abs_100,
  acf_abs_250,
  kurtosis_24,       ///< excess kurtosis of sums of 24 returns, not overlapping
  mean_absolute,     ///< mean of |r| over its standard deviation: 0.798 for a normal law
  extremes_1,        ///< autocorrelation of "|r| is among the largest 1 %", lag 1
  extremes_10,       ///< lag 10
  leverage,          ///< mean correlation of r_t and |r_(t+k)|, k = 1 to 10
  asymmetry,         ///< (sum of r^2 over rises - over falls) / sum of r^2
  daily_range,       ///< 95 % over 5 % quantile of the days' standard deviations; bars shorter than 6 h
  volume_whole,      ///< correlation of volume, in units of its month's mean, and |r| over the whole series
  volume_month,      ///< median over calendar months of that correlation within one
  volume_deviation,  ///< standard deviation of log volume about its month's mean
  volume_acf_1,      ///< autocorrelation of the same, lag 1
  volume_acf_10,     ///< lag 10
  volume_log,        ///< correlation of the same with |r| of the same bar
  volume_lead,       ///< correlation of the same with |r| of the next bar
};
inline constexpr std::size_t kFacts = 28;

/// One value per fact, NaN where the series can't tell it.
struct Facts {
  std::array<double, kFacts> value;
  double& operator[](Fact fact) { return value[static_cast<std::size_t>(fact)]; }
  double operator[](Fact fact) const { return value[static_cast<std::size_t>(fact)]; }
};

/// Short name for tables and JSON, such as `acf_abs_10`.
std::string_view name(Fact fact);
/// What it is, for a person.
std::string_view description(Fact fact);

/// All facts of `returns`, each of which counts `times` over.
Facts facts_of(const Returns& returns, const Calendar& calendar, const Eigen::ArrayXd& times);
/// The same, each counting once.
Facts facts_of(const Returns& returns, const Calendar& calendar);

/// Excess kurtosis of the sums of `length` >= 1 returns that follow each other, not overlapping; a sum with a return
/// that is not valid is left out. NaN for fewer than two places.
double kurtosis_of_sums(const Returns& returns, Eigen::Index length, const Eigen::ArrayXd& times);

/// The facts of bootstrap resamples of the series, with blocks of block_length().
std::vector<Facts> resampled_facts(const Returns& returns, const Calendar& calendar, const BootstrapOptions& options);
/// Percentile interval of every fact over resamples.
std::array<Interval, kFacts> intervals_of(const std::vector<Facts>& resamples, double level);
/// Bootstrap interval of every fact.
std::array<Interval, kFacts> intervals_of(const Returns& returns, const Calendar& calendar,
                                          const BootstrapOptions& options);

/// Mean |r| by UTC hour, as a factor of the mean over hours; hours no bar starts in are NaN.
std::array<double, 24> hourly_profile(const Returns& returns, const Calendar& calendar);
/// Correlation of two profiles over the hours both have; NaN for fewer than three.
double profile_correlation(const std::array<double, 24>& a, const std::array<double, 24>& b);

}  // namespace marketmimic
