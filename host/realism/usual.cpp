#include "host/realism/usual.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "host/statistics/estimators.hpp"
#include "host/statistics/none.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

constexpr double kEndless = std::numeric_limits<double>::infinity();
constexpr Index kScaleBars = 20, kCoarseBars = 6, kFewestBlocks = 20;

constexpr std::array<UsualWindow, kUsual> kWindows{{
    {"unpredictable", "largest |ACF| of returns, lags 1-20", 0.0, 0.05},
    {"heavy_tails", "Hill index of |r|, top 5 %", 2.0, 5.0},
    {"aggregation", "kurtosis lost over 24 bars", 0.0, kEndless},
    {"long_memory", "decay exponent of the ACF of |r|", 0.2, 0.4},
    {"volume", "volume with |r|", 0.0, kEndless},
    {"scaled_tails", "share of kurtosis left when scaled", 0.0, 1.0},
    {"coarse_to_fine", "coarse foretells fine volatility", 0.0, kEndless},
}};

/// Slope of log ACF against log lag, turned positive.
double decay(const Facts& facts) {
  constexpr std::array<std::pair<Fact, double>, 6> points{{{Fact::acf_abs_1, 1},
                                                           {Fact::acf_abs_3, 3},
                                                           {Fact::acf_abs_10, 10},
                                                           {Fact::acf_abs_25, 25},
                                                           {Fact::acf_abs_50, 50},
                                                           {Fact::acf_abs_100, 100}}};
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (const auto& [fact, lag] : points) {
    if (!(facts[fact] > 0)) continue;
    const double x = std::log(lag), y = std::log(facts[fact]);
    n += 1;
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
  }
  return n < 3 ? kNone : -(n * sxy - sx * sy) / (n * sxx - sx * sx);
}

}  // namespace

const UsualWindow& window(Usual which) { return kWindows[static_cast<std::size_t>(which)]; }

UsualFacts::UsualFacts(const Returns& r) {
  const Index n = r.value.size();
  scaled_.setZero(n);
  scaled_valid_.setZero(n);
  for (Index t = kScaleBars; t < n; ++t) {
    const auto before = r.value.segment(t - kScaleBars, kScaleBars);
    const double scale = std::sqrt(before.square().mean());
    if (r.valid.segment(t - kScaleBars, kScaleBars + 1).minCoeff() <= 0 || !(scale > 0)) continue;
    scaled_[t] = r.value[t] / scale;
    scaled_valid_[t] = 1;
  }
  const Index blocks = n / kCoarseBars;
  coarse_.resize(blocks);
  fine_.resize(blocks);
  block_valid_.resize(blocks);
  for (Index b = 0; b < blocks; ++b) {
    const auto here = r.value.segment(b * kCoarseBars, kCoarseBars);
    coarse_[b] = std::abs(here.sum());
    fine_[b] = here.abs().sum();
    block_valid_[b] = r.valid.segment(b * kCoarseBars, kCoarseBars).minCoeff();
  }
}

double UsualFacts::scaled_share(const Facts& facts, const ArrayXd& times) const {
  const ArrayXd weight = scaled_valid_ * times;
  if (weight.sum() < 2 * kScaleBars || !(facts[Fact::excess_kurtosis] > 0)) return kNone;
  return excess_kurtosis(scaled_, weight) / facts[Fact::excess_kurtosis];
}

double UsualFacts::coarse_to_fine(const ArrayXd& times) const {
  const Index blocks = coarse_.size();
  if (blocks < kFewestBlocks) return kNone;
  ArrayXd weight(blocks);
  for (Index b = 0; b < blocks; ++b) weight[b] = block_valid_[b] * times.segment(b * kCoarseBars, kCoarseBars).mean();
  const ArrayXd coarse = centred(coarse_, weight), fine = centred(fine_, weight);
  return correlation(coarse, fine, weight, 1) - correlation(fine, coarse, weight, 1);
}

std::array<double, kUsual> UsualFacts::values(const Facts& facts, const ArrayXd& times) const {
  const double monthly = facts[Fact::volume_month];
  return {facts[Fact::acf_largest],
          facts[Fact::hill_5],
          facts[Fact::excess_kurtosis] - facts[Fact::kurtosis_24],
          decay(facts),
          std::isnan(monthly) ? facts[Fact::volume_whole] : monthly,
          scaled_share(facts, times),
          coarse_to_fine(times)};
}

}  // namespace marketmimic
