#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace marketmimic {

/// The market events of README.md and DetectorParameters, worked out from closes of five minutes once more: in double
/// precision, with nothing of the detectors' code.
class MarketEye {
 public:
  bool up = false, down = false, crash = false, range = false, broken = false, recovery = false;
  double t = 0;                         ///< t-statistic of the drift
  double fall = 0, rise = 0, unit = 1;  ///< from the recent extremes [units]; a unit in log price

  /// `first` are the closes whose returns give the first usual variance.
  MarketEye(const std::vector<double>& first, double open) : price_(std::log(open)), high_(price_), low_(price_) {
    double before = price_, sum = 0;
    for (const double close : first) {
      sum += std::pow(std::log(close) - before, 2);
      before = std::log(close);
    }
    usual_ = recent_ = sum / static_cast<double>(first.size());
  }

  void close(double close) {
    const double now = std::log(close), r = now - price_, sigma = std::sqrt(usual_);
    const double recent = half_life(6), trend = half_life(12), extreme = half_life(6);
    price_ = now;
    recent_ = recent * recent_ + (1 - recent) * r * r;
    mean_ = trend * mean_ + (1 - trend) * r;
    high_ = std::max(now, now + (high_ - now) * extreme);
    low_ = std::min(now, now + (low_ - now) * extreme);
    const double spread = std::sqrt((1 - trend) / (1 + trend));
    const double drift = mean_ / (sigma * spread), depth = (high_ - now) / (sigma * std::sqrt(6.0));
    broken = recent_ / usual_ > (broken ? 1.5 : 3.0);
    up = drift > (up ? 1.0 : 2.5);
    down = -drift > (down ? 1.0 : 2.5);
    crash = depth > (crash ? 2.0 : 4.0);
    quiet_ = std::abs(drift) < 0.8 ? quiet_ + 1 : 0;
    range = quiet_ >= 12;
    if (crash && !fallen_) {
      fallen_ = true;
      fell_from_ = high_;
      lowest_ = now;
    }
    lowest_ = std::min(lowest_, now);
    recovery = fallen_ && now > 0.5 * (fell_from_ + lowest_);
    fallen_ = fallen_ && !recovery;
    const double usual = half_life(288);
    usual_ = usual * usual_ + (1 - usual) * std::pow(std::clamp(r, -8 * sigma, 8 * sigma), 2);
    unit = std::sqrt(usual_) * std::sqrt(6.0);
    t = mean_ / (std::sqrt(usual_) * spread);
    fall = (high_ - now) / unit;
    rise = (now - low_) / unit;
  }

 private:
  static double half_life(double bars) { return std::exp2(-1 / bars); }

  double price_, high_, low_, usual_, recent_ = 0, mean_ = 0, quiet_ = 0;
  double fell_from_ = 0, lowest_ = 0;
  bool fallen_ = false;
};

}  // namespace marketmimic
