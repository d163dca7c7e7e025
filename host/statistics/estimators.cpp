#include "host/statistics/estimators.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "host/statistics/none.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

double ratio(double numerator, double denominator) { return denominator > 0 ? numerator / denominator : kNone; }

using Weighted = std::pair<double, double>;  // value, weight

std::vector<Weighted> counted(const ArrayXd& x, const ArrayXd& weight) {
  std::vector<Weighted> values;
  values.reserve(static_cast<std::size_t>(x.size()));
  for (Index i = 0; i < x.size(); ++i)
    if (weight[i] > 0) values.emplace_back(x[i], weight[i]);
  return values;
}

struct Tail {
  double threshold;   // x_(k+1)
  double count;       // k
  double log_excess;  // sum of ln(x_i / threshold)
};

Tail tail(const ArrayXd& x, const ArrayXd& weight, double share) {
  std::vector<Weighted> values = counted(x, weight);
  const double count = std::floor(share * weight.sum() + 1e-9);
  const auto larger = [](const Weighted& a, const Weighted& b) { return a.first > b.first; };
  // Only the top needs an order; with uneven weights it may hold a little more or fewer values than `share`.
  for (std::size_t top = static_cast<std::size_t>(1.5 * share * static_cast<double>(values.size())) + 16;; top *= 2) {
    top = std::min(top, values.size());
    std::partial_sort(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(top), values.end(), larger);
    double taken = 0, logs = 0;
    for (std::size_t i = 0; i < top; ++i) {
      const double rest = count - taken;
      if (values[i].second > rest) {
        const double threshold = values[i].first;
        return {threshold, count, logs - taken * std::log(threshold)};
      }
      taken += values[i].second;
      logs += values[i].second * std::log(values[i].first);
    }
    if (top == values.size()) return {kNone, count, kNone};
  }
}

}  // namespace

double mean(const ArrayXd& x, const ArrayXd& weight) { return ratio((weight * x).sum(), weight.sum()); }

double standard_deviation(const ArrayXd& x, const ArrayXd& weight) {
  return std::sqrt(ratio((weight * centred(x, weight).square()).sum(), weight.sum()));
}

double excess_kurtosis(const ArrayXd& x, const ArrayXd& weight) {
  const ArrayXd square = centred(x, weight).square();
  const double second = ratio((weight * square).sum(), weight.sum());
  return ratio((weight * square.square()).sum(), weight.sum() * second * second) - 3.0;
}

ArrayXd centred(const ArrayXd& x, const ArrayXd& weight) { return (weight > 0).select(x - mean(x, weight), 0.0); }

double autocorrelation(const ArrayXd& x, const ArrayXd& weight, Index lag) {
  const Index n = x.size() - lag;
  if (n <= 0) return kNone;
  return ratio((weight.head(n) * x.head(n) * x.tail(n)).sum(), (weight * x.square()).sum());
}

double correlation(const ArrayXd& x, const ArrayXd& y, const ArrayXd& weight, Index lag) {
  const Index n = x.size() - lag;
  if (n <= 0) return kNone;
  return ratio((weight.head(n) * x.head(n) * y.tail(n)).sum(),
               std::sqrt((weight * x.square()).sum() * (weight * y.square()).sum()));
}

double hill_index(const ArrayXd& x, const ArrayXd& weight, double share) {
  const Tail t = tail(x, weight, share);
  return t.threshold > 0 ? ratio(t.count, t.log_excess) : kNone;
}

double upper_threshold(const ArrayXd& x, const ArrayXd& weight, double share) {
  return tail(x, weight, share).threshold;
}

double quantile(const ArrayXd& x, const ArrayXd& weight, double level) {
  std::vector<Weighted> values = counted(x, weight);
  if (values.empty()) return kNone;
  std::sort(values.begin(), values.end());
  const double position = level * (weight.sum() - 1.0);
  const double below = std::floor(position);
  double passed = 0, low = values.back().first;
  bool found = false;
  for (const auto& [value, count] : values) {
    passed += count;
    if (!found && passed > below) {
      low = value;
      found = true;
    }
    if (passed > below + 1.0) return low + (position - below) * (value - low);
  }
  return low;
}

double upper_median(std::vector<double> values) {
  if (values.empty()) return kNone;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace marketmimic
