#include "host/flow/slow_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

#include "host/flow/flow_tape.hpp"
#include "host/flow/season_fit.hpp"
#include "host/statistics/parallel.hpp"
#include "marketmimic/philox.hpp"

namespace marketmimic {
namespace {

constexpr double kWindow = 15, kLongest = 86400;  // [s]
constexpr std::size_t kTapes = 16, kPaths = 64;
constexpr double kPathSd = 0.5;  // of the factors that show what the season leaves
constexpr double kErrors = 3;
constexpr std::array kTimes = {60.0, 90.0, 120.0, 180.0, 300.0, 450.0, 600.0, 900.0, 1200.0};  // [s]
/// First lags of bands, in windows; a band ends where the next begins.
constexpr std::array<std::size_t, 8> kBands = {2, 3, 5, 9, 17, 33, 65, 121};
using Bands = std::array<double, kBands.size() - 1>;

double start_of(const std::vector<TouchRow>& touch) { return std::floor(touch.front().time); }
double length_of(const std::vector<TouchRow>& touch) { return std::min(touch.back().time - start_of(touch), kLongest); }

/// Time in which an event that follows another is left out: it belongs to a burst, which says much of excitation and
/// little of activity.
double dead_time_of(const std::vector<TouchRow>& touch) {
  return 0.25 * (touch.back().time - touch.front().time) / static_cast<double>(touch.size());
}

std::vector<double> counts_of(const std::vector<TouchRow>& touch, double start, double seconds, double dead) {
  std::vector<double> counts(static_cast<std::size_t>(seconds / kWindow), 0.0);
  for (const TouchRow& row : touch) {
    const auto window = static_cast<std::size_t>((row.time - start) / kWindow);
    if (row.wait >= dead && window < counts.size()) counts[window] += 1;
  }
  return counts;
}

/// Relative change of the counts over that of activity. Bursts that begin at the rate x / dead are seen at x exp(-x) /
/// dead (a counter with extending dead time), so it is 1 - x.
double sensitivity(double mean, double dead) {
  const double seen = mean * dead / kWindow;
  double x = seen;
  for (int round = 0; round < 20; ++round) x = std::min(seen * std::exp(x), 0.5);
  return 1 - x;
}

/// Mean events a window.
double mean_of(const std::vector<double>& counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
}

/// Counts from `start` on over their season and mean, less 1.
std::vector<double> without_season(std::vector<double> counts, double start) {
  const auto middle = [&](std::size_t i) { return start + (static_cast<double>(i) + 0.5) * kWindow; };
  HalfHours seen;
  for (std::size_t i = 0; i < counts.size(); ++i) seen.add(middle(i), counts[i], kWindow);
  const Season season = fit_season(seen, mean_of(counts) / kWindow);
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] /= std::exp(log_activity(season, middle(i)));
  const double mean = mean_of(counts);
  for (double& count : counts) count = count / mean - 1;
  return counts;
}

double covariance(const std::vector<double>& x, std::size_t first, std::size_t end) {
  double sum = 0;
  for (std::size_t lag = first; lag < end; ++lag) {
    double product = 0;
    for (std::size_t i = lag; i < x.size(); ++i) product += x[i] * x[i - lag];
    sum += product / static_cast<double>(x.size() - lag);
  }
  return sum / static_cast<double>(end - first);
}

Bands bands_of(const std::vector<double>& x) {
  Bands bands{};
  for (std::size_t b = 0; b < bands.size(); ++b) bands[b] = covariance(x, kBands[b], kBands[b + 1]);
  return bands;
}

/// What a factor of covariance 1 that fades within `time` shows after the season is taken out, in `windows` that hold
/// `mean` events each.
Bands response(double time, std::size_t windows, double mean, double start) {
  Bands sum{};
  const double kept = std::exp(-kWindow / time), noise = std::sqrt(1 - kept * kept);
  for (std::size_t path = 0; path < kPaths; ++path) {
    const Stream stream = Stream::of(1, path);
    std::vector<double> counts;
    double factor = 0;
    for (std::size_t i = 0; i < windows; ++i) {
      const Words words = stream.draw(Draw::path, static_cast<std::uint32_t>(i));
      const auto normal = static_cast<double>(normal_pair(words.a, words.b).a);
      factor = i == 0 ? normal : kept * factor + noise * normal;
      counts.push_back(mean * std::exp(kPathSd * factor));
    }
    const Bands bands = bands_of(without_season(std::move(counts), start));
    for (std::size_t b = 0; b < bands.size(); ++b)
      sum[b] += bands[b] / (double{kPaths} * std::expm1(kPathSd * kPathSd));
  }
  return sum;
}

using Tapes = std::array<Bands, kTapes>;

Tapes simulated(const OrderBookParameters& p, double start, double seconds, double dead, std::uint64_t seed) {
  Tapes tapes;
  parallel_for(kTapes, std::thread::hardware_concurrency(), [&](std::size_t k) {
    TapePlan plan;
    plan.seed = seed;
    plan.scenario = k;
    plan.levels = 1;
    plan.steps = static_cast<std::uint32_t>(seconds);
    plan.clock = static_cast<std::uint32_t>(std::fmod(start, 86400.0));
    const Tape tape = simulate_tape(p, plan);
    std::vector<TouchRow> touch = flow_events(tape, tape.tick, kFlowClock).touch;
    for (TouchRow& row : touch) row.time += start - plan.clock;
    tapes[k] = bands_of(without_season(counts_of(touch, start, seconds, dead), start));
  });
  return tapes;
}

/// Mean and standard deviation.
template <class Values>
std::pair<double, double> spread_of(const Values& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1))};
}

/// Of a shape to bands, weighted.
struct LeastSquares {
  double amplitude, explained;
};

LeastSquares least_squares(const Bands& bands, const Bands& shape, const Bands& weight) {
  double product = 0, square = 0;
  for (std::size_t b = 0; b < bands.size(); ++b) {
    product += weight[b] * shape[b] * bands[b];
    square += weight[b] * shape[b] * shape[b];
  }
  return {product / square, product * product / square};
}

}  // namespace

double activity_memory(const std::vector<TouchRow>& touch) {
  if (touch.empty() || length_of(touch) < kShortestSlowTape) return std::numeric_limits<double>::quiet_NaN();
  const double start = start_of(touch);
  const std::vector<double> counts = counts_of(touch, start, length_of(touch), dead_time_of(touch));
  return covariance(without_season(counts, start), kBands[0], kBands[3]);
}

SlowFit set_slow(OrderBookParameters& p, const std::vector<TouchRow>& touch, std::uint64_t seed) {
  SlowFit fit;
  if (touch.empty() || length_of(touch) < kShortestSlowTape) return fit;
  const double start = start_of(touch), seconds = length_of(touch), dead = dead_time_of(touch);
  const std::vector<double> counts = counts_of(touch, start, seconds, dead);
  const double mean = mean_of(counts), slope = sensitivity(mean, dead);
  const Bands measured = bands_of(without_season(counts, start));
  const Tapes tapes = simulated(p, start, seconds, dead, seed);
  Bands weight{}, beyond{};
  for (std::size_t b = 0; b < weight.size(); ++b) {
    std::array<double, kTapes> band{};
    for (std::size_t k = 0; k < kTapes; ++k) band[k] = tapes[k][b];
    const auto [middle, deviation] = spread_of(band);
    beyond[b] = measured[b] - middle;
    weight[b] = 1 / (deviation * deviation);
  }
  double most = 0;
  for (const double time : kTimes) {
    const Bands shape = response(time, counts.size(), mean, start);
    const LeastSquares found = least_squares(beyond, shape, weight);
    if (!(found.amplitude > 0 && found.explained > most)) continue;
    most = found.explained;
    std::array<double, kTapes> without{};
    for (std::size_t k = 0; k < kTapes; ++k) without[k] = least_squares(tapes[k], shape, weight).amplitude;
    const double error = spread_of(without).second * std::sqrt(1 + 1 / double{kTapes});  // their mean has one, too
    fit = {found.amplitude / (slope * slope), error / (slope * slope), 1 / time, found.amplitude > kErrors * error};
  }
  if (!fit.found) return fit;
  const double variance = std::log1p(fit.covariance);
  p.slow_sd = static_cast<float>(std::min(std::sqrt(variance), 2.0));
  p.slow_rate = static_cast<float>(fit.rate);
  const auto level = static_cast<float>(std::exp(-0.5 * double{p.slow_sd} * double{p.slow_sd}));
  for (auto& event : p.rate)
    for (auto& bin : event)
      for (float& rate : bin) rate *= level;
  p.mean_rate *= level;
  p.deep_limit_rate *= level;
  p.deep_cancel_rate *= level;
  return fit;
}

}  // namespace marketmimic
