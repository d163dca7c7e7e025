#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/simulator/market_simulator.hpp"

namespace marketmimic {

/// When a trial's shock comes [s]; until then it and its undisturbed twin of the same seed are the same market.
inline constexpr std::size_t kBeforeShock = 600;

/// What one scenario showed, a value a second; depth is that of the first five prices.
struct ShockPath {
  std::vector<double> mid, spread, bids, asks, volume;
};
using ShockPaths = std::vector<ShockPath>;

/// One number of a scenario with a shock beside its undisturbed twin, and what was asked for.
struct ShockObservable {
  std::string what;
  double asked;
  std::function<double(const ShockPath& shocked, const ShockPath& calm)> measure;
};

/// A shock, how long it is watched [s], and what it is to do.
struct ShockTrial {
  std::string name;
  Injection injection;
  std::size_t seconds;
  std::vector<ShockObservable> observables;
};

/// A lasting factor on one observable, for `seconds`; then it decays by half every 30 s, which is watched for 200 s.
std::vector<ShockTrial> factor_trials(std::size_t seconds = 600);
/// Halts, crashes, cascades, news: the kinds with their defaults.
std::vector<ShockTrial> event_trials();
/// The lasting states among the presets, over `seconds`.
std::vector<ShockTrial> climate_trials(std::size_t seconds = 1800);

/// Runs `scenarios` markets for kBeforeShock + `seconds`, from 12:30, in steps of 1 s; `trial` null: undisturbed.
/// Error(usage): as MarketSimulator.
ShockPaths run_trial(const MarketFile& market, MarketModel model, std::uint64_t scenarios, const ShockTrial* trial,
                     std::size_t seconds);

/// Whether every value of every scenario before the shock is the same in both, to the bit.
bool same_before(const ShockPaths& a, const ShockPaths& b);

/// Over scenarios; `error` is the standard error of the logarithm of the median, from the middle half of the values.
struct ShockOutcome {
  double median, low, high, error;

  /// Whether the median is within `factor` of `asked`, give or take `errors` standard errors; for 0 it is 0.
  bool near(double asked, double errors = 0, double factor = 1.25) const;
};
/// Median, 5 % and 95 % quantile. `shocked` and `calm` have the same scenarios.
ShockOutcome outcome(const ShockObservable& observable, const ShockPaths& shocked, const ShockPaths& calm);

/// Seconds from kBeforeShock + `end` until the log factor of a value, means over all scenarios and 10 s, has come back
/// by `share` of what it was in the 60 s before; none if it does not before the paths end.
std::optional<double> back_after(const ShockPaths& shocked, const ShockPaths& calm,
                                 std::vector<double> ShockPath::*value, std::size_t end, double share);

}  // namespace marketmimic
