#include "host/decomposition/detector_bank.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "host/decomposition/market_clock.hpp"
#include "host/input/bars.hpp"

namespace marketmimic {
namespace {

constexpr std::array<float, 4> kScales = {0.25f, 1, 4, 16};
constexpr Eigen::Index kLags = 3;
constexpr double kLargestReturn = 8;  ///< in units of the usual volatility: one crash must not rule a fit

DetectorParameters at_scale(DetectorParameters p, float scale) {
  const float longest = p.usual_half_life / 3;
  const auto scaled = [&](float half_life) { return std::clamp(scale * half_life, 1.0f, std::max(1.0f, longest)); };
  p.recent_half_life = scaled(p.recent_half_life);
  p.trend_half_life = scaled(p.trend_half_life);
  p.extreme_half_life = scaled(p.extreme_half_life);
  p.range_bars *= scale;
  return p;
}

}  // namespace

DetectorBank::DetectorBank(const Bars& bars, const DetectorParameters& parameters) {
  const auto count = static_cast<Eigen::Index>(bars.bars.size());
  for (Eigen::MatrixXd* m : {&drift_, &fall_, &rise_, &burst_, &quiet_})
    m->resize(count, static_cast<Eigen::Index>(kScales.size()));
  returns_.setZero(count, kLags);
  for (std::size_t s = 0; s < kScales.size(); ++s) {
    const MarketClock clock(bars, {}, at_scale(parameters, kScales[s]));
    const DetectorStep& rule = clock.rule();
    const auto column = static_cast<Eigen::Index>(s);
    for (Eigen::Index i = 0; i < count; ++i) {
      const Detectors& d = clock.states()[static_cast<std::size_t>(i) + 1];
      drift_(i, column) = d.trend(rule);
      fall_(i, column) = d.fall(rule);
      rise_(i, column) = (d.price - d.low) / (d.sigma() * rule.extreme_scale);
      burst_(i, column) = std::log(std::max(d.burst(), 1e-6f));
      quiet_(i, column) = std::log1p(d.quiet_bars / kScales[s]);
      const Detectors& before = clock.states()[static_cast<std::size_t>(i)];
      const double moved = (d.price - before.price) / before.sigma();
      for (Eigen::Index lag = 0; s == 0 && lag < kLags && i + lag < count; ++lag)
        returns_(i + lag, lag) = std::clamp(moved, -kLargestReturn, kLargestReturn);
    }
  }
}

Eigen::MatrixXd DetectorBank::seen_by(int side) const {
  const Eigen::Index scales = drift_.cols();
  Eigen::MatrixXd x(drift_.rows(), 5 * scales + kLags);
  x << side * drift_, (side > 0 ? fall_ : rise_), (side > 0 ? rise_ : fall_), burst_, quiet_, side * returns_;
  return x;
}

}  // namespace marketmimic
