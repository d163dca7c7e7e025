#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/calibration/judgement.hpp"
#include "host/config/market_file.hpp"
#include "host/input/bars.hpp"

namespace marketmimic {

/// Fewest returns a calibration needs; the most it uses (the last ones of longer series).
inline constexpr std::size_t kFewestReturns = 500;
inline constexpr std::size_t kMostReturns = 200'000;

/// Which bars a fit is judged by: those it was made with (all), or the second half after a fit to the first.
enum class JudgeOn { fitted, second_half };

struct CalibrationOptions {
  JudgeOn judge_on = JudgeOn::fitted;
  std::uint64_t seed = 1;          ///< of the fit; the judging series use other random numbers
  std::uint32_t series = 200;      ///< simulated to judge the fit, >= 16
  std::uint32_t replicates = 200;  ///< bootstrap resamples behind the intervals of the measured facts
  int iterations = 8;              ///< of each least-squares search, at most
  unsigned threads = 1;            ///< results don't depend on it
  std::string asset;               ///< name in the market file; empty: the symbol of the bars
  std::function<void(std::string_view stage, double done)> progress;  ///< `done`: share of the whole, 0 to 1
};

struct Calibration {
  MarketFile market;
  Judgement judgement;
  std::optional<Facts> first_half;   ///< measured in the bars of the fit, where the judged ones are others
  std::vector<std::string> notices;  ///< what a user should know, a line each
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
