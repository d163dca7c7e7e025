#include "host/calibration/price_fit.hpp"

#include <array>
#include <cmath>

namespace marketmimic {
namespace {

constexpr Moment kPriceMoments[] = {
    {Fact::excess_kurtosis, log_kurtosis, 0.25},
    {Fact::hill_5, plain, 0.10},
    {Fact::hill_1, plain, 0.30},
    {Fact::acf_1, plain, 0.006},
    {Fact::acf_2, plain, 0.01},
    {Fact::acf_abs_1, plain, 0.015},
    {Fact::acf_abs_3, plain, 0.02},
    {Fact::acf_abs_10, plain, 0.015},
    {Fact::acf_abs_25, plain, 0.02},
    {Fact::acf_abs_50, plain, 0.015},
    {Fact::acf_abs_100, plain, 0.03},
    {Fact::acf_abs_250, plain, 0.03},
    {Fact::kurtosis_24, log_kurtosis, 0.20},
    {Fact::mean_absolute, plain, 0.01},
    {Fact::extremes_1, plain, 0.04},
    {Fact::extremes_10, plain, 0.04},
    {Fact::leverage, plain, 0.01},
    {Fact::asymmetry, plain, 0.02},
    {Fact::daily_range, logarithm, 0.05},
};

enum Free : std::size_t {
  slow_life,
  slow_sd,
  fast_life,
  fast_sd,
  jumps,
  jump_size,
  branching,
  jump_life,
  leverage,
  jump_mean,
  memory,
  memory_rate,
  free_count
};

/// Log half-lives count bars; `jumps` is the log of jumps per bar, offspring included, `jump_size` that of their
/// standard deviation over the diffusive one, `jump_mean` counts standard deviations, `memory_rate` is the log per bar.
/// A fast factor or memory quicker than a bar can't be told from jumps and would run differently at shorter steps.
std::array<Coordinate, free_count> coordinates_of(double bars) {
  return {{
      {std::log(std::max(bars / 50.0, 40.0)), 1.0, std::log(30.0), std::log(std::max(bars / 8.0, 60.0))},
      {0.45, 0.15, 0.02, 1.2},
      {std::log(6.0), 0.7, std::log(1.0), std::log(24.0)},
      {0.35, 0.15, 0.02, 1.0},
      {std::log(0.005), 1.0, std::log(2e-4), std::log(0.05)},
      {std::log(4.0), 0.5, std::log(1.5), std::log(20.0)},
      {0.3, 0.25, 0.0, 0.9},
      {std::log(4.0), 0.7, std::log(0.5), std::log(50.0)},
      {0.0, 0.3, -0.95, 0.95},
      {0.0, 0.3, -1.0, 1.0},
      {0.0, 0.1, -0.5, 1.0},
      {0.0, 0.5, std::log(0.4), std::log(3.0)},
  }};
}

double root_mean_square(const float (&log_factors)[kHoursOfDay]) {
  double sum = 0;
  for (const float log_factor : log_factors) sum += std::exp(2.0 * static_cast<double>(log_factor));
  return std::sqrt(sum / kHoursOfDay);
}

float rate_of(double log_half_life, double bar_seconds) {
  return static_cast<float>(std::log(2.0) / std::exp(log_half_life) / bar_seconds);
}

/// `model` with the free quantities `v` and nearly the standard deviation `deviation` per bar.
DiffusionParameters with(DiffusionParameters model, std::span<const double> v, double deviation, double bar_seconds) {
  const double per_bar = std::exp(v[jumps]), size = std::exp(v[jump_size]), forgotten = std::exp(v[memory_rate]);
  const double overreaction = 1.0 + v[memory] * -std::expm1(-forgotten) / forgotten;
  const double diffusive =
      deviation / std::sqrt(1.0 + per_bar * size * size) / overreaction / root_mean_square(model.season_log_volatility);
  const double factors = std::exp(v[slow_sd] * v[slow_sd] + v[fast_sd] * v[fast_sd]);
  model.volatility = static_cast<float>(diffusive / factors / std::sqrt(bar_seconds));
  model.slow_rate = rate_of(v[slow_life], bar_seconds);
  model.slow_sd = static_cast<float>(v[slow_sd]);
  model.fast_rate = rate_of(v[fast_life], bar_seconds);
  model.fast_sd = static_cast<float>(v[fast_sd]);
  model.leverage = model.slow_leverage = static_cast<float>(v[leverage]);  // the facts can't tell them apart
  model.memory = static_cast<float>(v[memory]);
  model.memory_rate = static_cast<float>(forgotten / bar_seconds);
  model.jump_rate = static_cast<float>(per_bar * (1.0 - v[branching]) / bar_seconds);
  model.jump_sd = static_cast<float>(size * diffusive);
  model.jump_mean = static_cast<float>(v[jump_mean] * size * diffusive);
  model.jump_branching = static_cast<float>(v[branching]);
  model.jump_decay = rate_of(v[jump_life], bar_seconds);
  return model;
}

}  // namespace

DiffusionParameters scaled(DiffusionParameters model, double factor) {
  for (float* const price : {&model.volatility, &model.jump_sd, &model.jump_mean})
    *price = static_cast<float>(*price * factor);
  return model;
}

DiffusionParameters fit_price(const DiffusionParameters& model, const Facts& measured, const SeriesPlan& plan,
                              const FitOptions& options) {
  const double bar_seconds = static_cast<double>(plan.interval_ms) / 1000.0;
  const double deviation = measured[Fact::standard_deviation];
  const auto coordinates = coordinates_of(plan.bars);
  return fit(
      kPriceMoments, coordinates, measured,
      [&](std::span<const double> values) { return with(model, values, deviation, bar_seconds); }, plan, options);
}

}  // namespace marketmimic
