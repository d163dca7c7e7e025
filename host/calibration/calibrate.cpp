#include "host/calibration/calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "host/calibration/price_fit.hpp"
#include "host/calibration/season.hpp"
#include "host/calibration/units.hpp"
#include "host/calibration/volume_fit.hpp"
#include "host/error.hpp"
#include "host/input/time.hpp"
#include "host/statistics/estimators.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

/// Shares of the whole work, for the progress bar.
constexpr double kPriceDone = 0.7, kVolumeDone = 0.85, kScaleDone = 0.9;
/// Steps a least-squares evaluation simulates, about: more series of short data, at least one block of lanes.
constexpr double kStepsPerEvaluation = 1e6;
constexpr std::uint32_t kFewestSeries = 16, kMostSeries = 128;
/// Months alone tell the facts of volume, so that long series need not be simulated whole.
constexpr std::uint32_t kVolumeReturns = 20'000;
constexpr std::uint32_t kScaleSeries = 256;

Tolerance tolerance_of(Fact fact) {
  switch (fact) {
    case Fact::standard_deviation:
      return {ToleranceKind::relative, 0.05};
    case Fact::hill_5:
      return {ToleranceKind::absolute, 0.4};
    case Fact::acf_1:
      return {ToleranceKind::absolute, 0.03};
    case Fact::acf_abs_1:
    case Fact::acf_abs_10:
    case Fact::acf_abs_50:
      return {ToleranceKind::absolute, 0.06};
    case Fact::daily_range:
      return {ToleranceKind::factor, 1.5};
    case Fact::volume_month:
      return {ToleranceKind::absolute, 0.15};
    default:
      return {};
  }
}

[[noreturn]] void refuse(const Bars& bars, const std::string& why) {
  throw Error(ExitCode::input_data, fmt::format("{}: {}", bars.source.empty() ? "bars" : bars.source, why));
}

/// The bars to use: the last kMostReturns + 1 of them.
Bars recent(const Bars& bars, std::vector<std::string>& notices) {
  Bars used = bars;
  if (used.bars.size() <= kMostReturns + 1) return used;
  used.bars.erase(used.bars.begin(), used.bars.end() - static_cast<std::ptrdiff_t>(kMostReturns + 1));
  notices.push_back(fmt::format("of {} bars the last {} are used", bars.bars.size(), used.bars.size()));
  return used;
}

void check(const Bars& bars, const Returns& returns) {
  constexpr std::int64_t longest_ms = 7 * 86'400'000;
  if (bars.interval_ms % 1000 != 0 || bars.interval_ms > longest_ms)
    refuse(bars, fmt::format("bars of {} can't be calibrated; resample them to whole seconds, 1 s to 7 d",
                             format_duration(bars.interval_ms)));
  const double valid = returns.valid.sum();
  if (valid < static_cast<double>(kFewestReturns))
    refuse(bars,
           fmt::format("{:.0f} returns are too few to calibrate a market; give at least {}", valid, kFewestReturns));
  // Bars that hardly ever move have no tail and no clustering to measure.
  if ((returns.value != 0).count() < static_cast<Index>(0.1 * valid))
    refuse(bars, "the price hardly ever moves; give the bars of a market that trades, or longer bars");
}

std::string asset_of(const Bars& bars, const CalibrationOptions& options) {
  if (!options.asset.empty()) return options.asset;
  return bars.symbol.empty() ? "ASSET" : bars.symbol;
}

std::uint32_t series_for(std::uint32_t bars) {
  const auto blocks = static_cast<std::uint32_t>(std::lround(kStepsPerEvaluation / bars / 16.0));
  return std::clamp(16 * blocks, kFewestSeries, kMostSeries);
}

ArrayXd values_of(const std::vector<SeriesFacts>& series, Fact fact) {
  ArrayXd values(static_cast<Index>(series.size()));
  for (std::size_t i = 0; i < series.size(); ++i) values[static_cast<Index>(i)] = series[i].facts[fact];
  return values;
}

double median(const ArrayXd& values) { return quantile(values, ArrayXd::Ones(values.size()), 0.5); }

/// Runs the stages on one series of bars.
class Calibrator {
 public:
  Calibrator(const Bars& bars, const CalibrationOptions& options)
      : options_(options),
        bars_(recent(bars, result_.notices)),
        returns_(log_returns(bars_)),
        calendar_(calendar_of(bars_)) {
    check(bars_, returns_);
    measured_ = facts_of(returns_, calendar_);
    plan_.start_ms = bars_.bars[1].time_ms;
    plan_.interval_ms = bars_.interval_ms;
    plan_.bars = static_cast<std::uint32_t>(returns_.valid.sum());
    plan_.volumes = returns_.volume.size() != 0;
  }

  Calibration run() {
    DiffusionParameters& p = result_.market.diffusion;
    const Season season = volatility_season(returns_, calendar_);
    std::copy(season.begin(), season.end(), p.season_log_volatility);
    p = fit_price(p, measured_, without_volumes(), fit_options("price", 0, kPriceDone));
    fit_the_scale();
    set_drift();
    fit_the_volume();
    set_names();
    judge();
    check_market(result_.market);
    return result_;
  }

 private:
  SeriesPlan without_volumes() const {
    SeriesPlan plan = plan_;
    plan.volumes = false;
    return plan;
  }

  void tell(std::string_view stage, double done) const {
    if (options_.progress) options_.progress(stage, done);
  }

  FitOptions fit_options(std::string_view stage, double from, double to) const {
    FitOptions fit;
    fit.seed = options_.seed;
    fit.series = series_for(plan_.bars);
    fit.threads = options_.threads;
    fit.iterations = options_.iterations;
    fit.progress = [=, this](int iteration, double) {
      tell(stage, from + (to - from) * iteration / options_.iterations);
    };
    return fit;
  }

  /// The median of the sample deviation, which a slow factor makes differ from the population's, is what must agree.
  void fit_the_scale() {
    tell("scale", kPriceDone);
    DiffusionParameters& p = result_.market.diffusion;
    const auto series = simulate({p}, without_volumes(), kScaleSeries, options_.seed + 1, options_.threads).front();
    const double simulated = median(values_of(series, Fact::standard_deviation));
    p = scaled(p, measured_[Fact::standard_deviation] / simulated);
  }

  /// The mean return, less what jumps of a mean size bring.
  void set_drift() {
    DiffusionParameters& p = result_.market.diffusion;
    const double jumps = static_cast<double>(p.jump_rate) / (1.0 - static_cast<double>(p.jump_branching));
    const double per_second = mean(returns_.value, returns_.valid) / returns_.bar_seconds;
    p.drift = static_cast<float>(per_second - jumps * static_cast<double>(p.jump_mean));
  }

  void fit_the_volume() {
    DiffusionParameters& p = result_.market.diffusion;
    const Season season = volume_season(returns_, calendar_);
    std::copy(season.begin(), season.end(), p.season_log_volume);
    set_units(result_.market, bars_);
    if (!plan_.volumes) {
      result_.notices.push_back("the bars hold no volumes: volume, lot and depth keep their defaults");
      return;
    }
    SeriesPlan plan = plan_;
    plan.bars = std::min(plan.bars, kVolumeReturns);
    p = fit_volume(p, measured_, plan, fit_options("volume", kPriceDone, kVolumeDone));
  }

  void set_names() {
    MarketFile& market = result_.market;
    market.asset = asset_of(bars_, options_);
    market.bar_seconds = static_cast<std::uint32_t>(bars_.interval_ms / 1000);
    market.provenance = fmt::format("fitted to {} bars of {}, {} to {}, {}, by simulated moments (seed {})",
                                    bars_.bars.size(), format_duration(bars_.interval_ms),
                                    format_time(bars_.bars.front().time_ms), format_time(bars_.bars.back().time_ms),
                                    std::filesystem::path(bars_.source).filename().string(), options_.seed);
    if (market.provenance.size() > 1000) market.provenance.resize(1000);
  }

  void judge() {
    tell("intervals", kVolumeDone);
    BootstrapOptions resampling;
    resampling.replicates = options_.replicates;
    resampling.threads = options_.threads;
    const auto intervals = intervals_of(returns_, calendar_, resampling);
    tell("judge", kScaleDone);
    const std::uint32_t count = std::max(options_.series, kFewestSeries);
    const auto series = simulate({result_.market.diffusion}, plan_, count, options_.seed + 2, options_.threads).front();
    for (std::size_t k = 0; k < kFacts; ++k) {
      const Fact fact = static_cast<Fact>(k);
      const ArrayXd values = values_of(series, fact);
      if (std::isnan(measured_[fact]) || values.isNaN().any()) continue;
      const std::vector<double> all(values.begin(), values.end());
      result_.facts.push_back(
          {fact, measured_[fact], intervals[k], median(values), percentile_interval(all, 0.9), tolerance_of(fact)});
    }
    compare_profiles(series);
    result_.single_series = share_meeting_all(series);
    result_.returns = plan_.bars;
    result_.series = count;
    tell("done", 1.0);
  }

  void compare_profiles(const std::vector<SeriesFacts>& series) {
    std::array<double, 24> medians;
    for (std::size_t h = 0; h < medians.size(); ++h) {
      ArrayXd hour(static_cast<Index>(series.size()));
      for (std::size_t i = 0; i < series.size(); ++i) hour[static_cast<Index>(i)] = series[i].profile[h];
      medians[h] = median(hour);
    }
    result_.profile_correlation = profile_correlation(hourly_profile(returns_, calendar_), medians);
  }

  double share_meeting_all(const std::vector<SeriesFacts>& series) const {
    const auto meets = [&](const SeriesFacts& one) {
      return std::all_of(result_.facts.begin(), result_.facts.end(), [&](const FittedFact& fact) {
        return fact.tolerance.met(fact.measured, one.facts[fact.fact]);
      });
    };
    return static_cast<double>(std::count_if(series.begin(), series.end(), meets)) / static_cast<double>(series.size());
  }

  CalibrationOptions options_;
  Calibration result_;
  Bars bars_;
  Returns returns_;
  Calendar calendar_;
  Facts measured_;
  SeriesPlan plan_;
};

}  // namespace

bool Tolerance::met(double measured, double fitted) const {
  switch (kind) {
    case ToleranceKind::none:
      return true;
    case ToleranceKind::absolute:
      return std::abs(fitted - measured) <= size;
    case ToleranceKind::relative:
      return std::abs(fitted - measured) <= size * std::abs(measured);
    case ToleranceKind::factor:
      return fitted <= size * measured && measured <= size * fitted;
  }
  return false;
}

std::string Tolerance::text() const {
  switch (kind) {
    case ToleranceKind::none:
      return "";
    case ToleranceKind::absolute:
      return fmt::format("{:g}", size);
    case ToleranceKind::relative:
      return fmt::format("{:g} %", 100.0 * size);
    case ToleranceKind::factor:
      return fmt::format("x{:g}", size);
  }
  return "";
}

bool Calibration::accepted() const {
  return std::all_of(facts.begin(), facts.end(), [](const FittedFact& fact) {
    return fact.within_tolerance() && (fact.fact != Fact::excess_kurtosis || fact.inside_band());
  });
}

Calibration calibrate(const Bars& bars, const CalibrationOptions& options) { return Calibrator(bars, options).run(); }

}  // namespace marketmimic
