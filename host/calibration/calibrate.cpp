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

using Eigen::Index;

/// Shares of the whole work, for the progress bar.
constexpr double kPriceDone = 0.7, kVolumeDone = 0.85, kScaleDone = 0.9;
/// Bars a least-squares evaluation simulates, about: more series of short data, at least one block of lanes.
constexpr double kBarsPerEvaluation = 1e6;
constexpr std::uint32_t kFewestSeries = 16, kMostSeries = 128;
/// Months alone tell the facts of volume, so that long series need not be simulated whole.
constexpr std::uint32_t kVolumeReturns = 20'000, kVolumeSeries = 32;
constexpr std::uint32_t kScaleSeries = 256;
/// Simulation steps a bar, at most: jobs run at short steps, and a model of long ones would not be the same.
constexpr std::uint32_t kFitSteps = 6, kJudgeSteps = 12;

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

/// Steps a bar that simulated series are judged by: many, as a job's steps are short, but long series in memory.
std::uint32_t judge_steps(std::int64_t interval_ms, std::uint32_t bars) {
  constexpr std::uint32_t most_steps = 1'000'000;
  return steps_of_bar(interval_ms, std::clamp(most_steps / std::max(bars, 1u), 1u, kJudgeSteps));
}

std::uint32_t series_for(std::uint32_t bars) {
  const auto blocks = static_cast<std::uint32_t>(std::lround(kBarsPerEvaluation / bars / 16.0));
  return std::clamp(16 * blocks, kFewestSeries, kMostSeries);
}

/// Runs the stages on one series of bars.
class Calibrator {
 public:
  Calibrator(const Bars& bars, const CalibrationOptions& options, const std::vector<std::string>& notices)
      : options_(options), bars_(bars), returns_(log_returns(bars_)), calendar_(calendar_of(bars_)) {
    check(bars_, returns_);
    result_.notices = notices;
    measured_ = facts_of(returns_, calendar_);
    plan_ = plan_of(bars_, returns_);
  }

  /// The fit, judged by `judged`: the bars it is made with, or later ones.
  Calibration run(const Bars& judged) {
    DiffusionParameters& p = result_.market.diffusion;
    const Season season = volatility_season(returns_, calendar_);
    std::copy(season.begin(), season.end(), p.season_log_volatility);
    p = fit_price(p, measured_, without_volumes(), fit_options("price", 0, kPriceDone));
    fit_the_scale();
    set_drift();
    fit_the_volume();
    set_names();
    judge_by(judged);
    if (options_.judge_on == JudgeOn::second_half) result_.first_half = measured_;
    check_market(result_.market);
    return result_;
  }

 private:
  static SeriesPlan plan_of(const Bars& bars, const Returns& returns) {
    SeriesPlan plan;
    plan.start_ms = bars.bars[1].time_ms;
    plan.interval_ms = bars.interval_ms;
    plan.bars = static_cast<std::uint32_t>(returns.valid.sum());
    plan.steps_per_bar = steps_of_bar(bars.interval_ms, kFitSteps);
    plan.volumes = returns.volume.size() != 0;
    return plan;
  }
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
    SeriesPlan fine = without_volumes();
    fine.steps_per_bar = judge_steps(fine.interval_ms, fine.bars);
    const auto series = simulate({p}, fine, kScaleSeries, options_.seed + 1, options_.threads).front();
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
    plan.steps_per_bar = judge_steps(plan.interval_ms, plan.bars);
    FitOptions fit = fit_options("volume", kPriceDone, kVolumeDone);
    fit.series = std::min(fit.series, kVolumeSeries);
    p = fit_volume(p, measured_, plan, fit);
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

  void judge_by(const Bars& bars) {
    tell("judge", kScaleDone);
    const Returns returns = log_returns(bars);
    SeriesPlan plan = plan_of(bars, returns);
    plan.steps_per_bar = judge_steps(plan.interval_ms, plan.bars);
    JudgeOptions judging;
    judging.seed = options_.seed + 2;
    judging.series = std::max(options_.series, kFewestSeries);
    judging.replicates = options_.replicates;
    judging.threads = options_.threads;
    result_.judgement = judge(result_.market.diffusion, returns, calendar_of(bars), plan, judging);
    tell("done", 1.0);
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

Calibration calibrate(const Bars& bars, const CalibrationOptions& options) {
  std::vector<std::string> notices;
  const Bars used = recent(bars, notices);
  if (options.judge_on == JudgeOn::fitted) return Calibrator(used, options, notices).run(used);
  const auto middle = static_cast<std::ptrdiff_t>(used.bars.size() / 2);
  Bars first = used, second = used;
  first.bars.erase(first.bars.begin() + middle, first.bars.end());
  second.bars.erase(second.bars.begin(), second.bars.begin() + middle);
  check(second, log_returns(second));
  return Calibrator(first, options, notices).run(second);
}

}  // namespace marketmimic
