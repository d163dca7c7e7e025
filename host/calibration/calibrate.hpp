#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/market_file.hpp"
#include "host/input/bars.hpp"
#include "host/statistics/facts.hpp"

namespace marketmimic {

/// Fewest returns a calibration needs; the most it uses (the last ones of longer series).
inline constexpr std::size_t kFewestReturns = 500;
inline constexpr std::size_t kMostReturns = 200'000;

struct CalibrationOptions {
  std::uint64_t seed = 1;          ///< of the fit; the judging series use other random numbers
  std::uint32_t series = 200;      ///< simulated to judge the fit, >= 16
  std::uint32_t replicates = 200;  ///< bootstrap resamples behind the intervals of the measured facts
  int iterations = 8;              ///< of each least-squares search, at most
  unsigned threads = 1;            ///< results don't depend on it
  std::string asset;               ///< name in the market file; empty: the symbol of the bars
  std::function<void(std::string_view stage, double done)> progress;  ///< `done`: share of the whole, 0 to 1
};

/// How far a fitted median may be from the measured value.
enum class ToleranceKind { none, absolute, relative, factor };
struct Tolerance {
  ToleranceKind kind = ToleranceKind::none;
  double size = 0;

  bool met(double measured, double fitted) const;  ///< always where there is none
  std::string text() const;                        ///< such as `5 %`, `0.06`, `x1.5`, or empty
};

/// A fact measured in the bars and in series simulated by the fitted model.
struct FittedFact {
  Fact fact;
  double measured;
  Interval interval;  ///< 95 % bootstrap interval of the measured value
  double median;      ///< of the simulated series
  Interval band;      ///< 5 to 95 % of the simulated series
  Tolerance tolerance;

  bool within_tolerance() const { return tolerance.met(measured, median); }
  bool inside_band() const { return band.lower <= measured && measured <= band.upper; }
};

struct Calibration {
  MarketFile market;
  std::vector<FittedFact> facts;     ///< those the bars can tell
  double profile_correlation = 0;    ///< of the hourly profiles of |r|, measured and simulated (median); NaN: no hours
  double single_series = 0;          ///< share of simulated series that meet every tolerance by themselves
  std::size_t returns = 0;           ///< used
  std::uint32_t series = 0;          ///< simulated to judge
  std::vector<std::string> notices;  ///< what a user should know, a line each

  /// Whether every median is within its tolerance and the measured kurtosis inside its band.
  bool accepted() const;
};

/// Fits the diffusion market to bars and judges the fit. Deterministic.
///
/// Seasons by regression on the hour of the day; everything else of the price process, then of volume, by the method of
/// simulated moments at the bars' own interval; units and book by the rules of set_units(). Bars can't tell the impact
/// of trades, the book's exponents and resilience, or regimes apart from slow volatility (one regime is fitted): those
/// keep their defaults. Series without volumes keep the defaults of volume too, with a notice.
///
/// Error(input_data): fewer than kFewestReturns valid returns, all prices equal, an interval that is no whole number of
/// seconds or longer than a week, or a fit outside of what a market file may hold.
Calibration calibrate(const Bars& bars, const CalibrationOptions& options = {});

}  // namespace marketmimic
