#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/calibration/simulation.hpp"
#include "host/statistics/facts.hpp"

namespace marketmimic {

/// How far a fitted median may be from the measured value.
enum class ToleranceKind { none, absolute, relative, factor };
struct FitTolerance {
  ToleranceKind kind = ToleranceKind::none;
  double size = 0;

  double apart(double measured, double fitted) const;  ///< in units of the tolerance; 0 where there is none
  bool met(double measured, double fitted) const { return apart(measured, fitted) <= 1.0; }
  std::string text() const;  ///< such as `5 %`, `0.06`, `x1.5`, or empty
};

/// Of the facts that have one: standard deviation, Hill index, autocorrelations, daily range, volume within months.
FitTolerance tolerance_of(Fact fact);

/// A fact measured in bars and in series simulated by a model.
struct FittedFact {
  Fact fact;
  double measured;
  Interval interval;  ///< 95 % bootstrap interval of the measured value
  double median;      ///< of the simulated series
  Interval band;      ///< 5 to 95 % of the simulated series
  FitTolerance tolerance;
  double alone = 1;  ///< share of the simulated series within the tolerance by themselves

  bool within_tolerance() const { return tolerance.met(measured, median); }
  bool inside_band() const { return band.lower <= measured && measured <= band.upper; }
};

/// Wanted of the correlation of the hourly profiles and of the share of single series.
inline constexpr double kProfileWanted = 0.9, kSingleWanted = 0.25;

/// A model beside bars.
struct Judgement {
  std::vector<FittedFact> facts;   ///< those the bars can tell
  double profile_correlation = 0;  ///< of the hourly profiles of |r|, measured and simulated (median); NaN: no hours
  double single_series = 0;        ///< share of simulated series that meet every tolerance by themselves
  double resampled = 0;            ///< share of the bars' own bootstrap resamples that do: what the data itself can
  double about_medians = 0;        ///< share of simulated series that meet them about the model's own medians
  std::size_t returns = 0;         ///< measured
  std::uint32_t series = 0;        ///< simulated

  bool within_tolerances() const;  ///< every median
  bool inside_bands() const;       ///< every measured value
  bool profile_met() const;        ///< or there are no hours
  /// All of these, and kSingleWanted of the single series.
  bool accepted() const;
};

struct JudgeOptions {
  std::uint64_t seed = 1;          ///< of the simulated series
  std::uint32_t series = 200;      ///< simulated
  std::uint32_t replicates = 200;  ///< bootstrap resamples
  unsigned threads = 1;            ///< results don't depend on it
};

/// Judges `model` by `plan.bars` returns a series beside the real `returns`.
Judgement judge(const DiffusionParameters& model, const Returns& returns, const Calendar& calendar,
                const SeriesPlan& plan, const JudgeOptions& options);

/// One value of each series.
Eigen::ArrayXd values_of(const std::vector<SeriesFacts>& series, Fact fact);
double median(const Eigen::ArrayXd& values);

}  // namespace marketmimic
