#include "host/statistics/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/statistics/estimators.hpp"
#include "host/statistics/parallel.hpp"
#include "marketmimic/philox.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

/// How often each observation occurs in one resample.
ArrayXd multiplicity(Index n, Index block, std::uint64_t seed, std::uint32_t replicate) {
  ArrayXd times = ArrayXd::Zero(n);
  for (Index filled = 0, number = 0; filled < n; filled += block, ++number) {
    const Words w = philox(static_cast<std::uint32_t>(number), replicate, 0, 0, static_cast<std::uint32_t>(seed),
                           static_cast<std::uint32_t>(seed >> 32));
    const double unit = (static_cast<double>(w.a) + static_cast<double>(w.b) * 0x1p-32) * 0x1p-32;
    const Index start = std::min(static_cast<Index>(unit * static_cast<double>(n)), n - 1);
    const Index length = std::min(block, n - filled), straight = std::min(length, n - start);
    times.segment(start, straight) += 1.0;
    times.head(length - straight) += 1.0;
  }
  return times;
}

}  // namespace

Index block_length(Index n) { return std::max<Index>(10, static_cast<Index>(4.0 * std::sqrt(static_cast<double>(n)))); }

Interval percentile_interval(std::vector<double> values, double level) {
  values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }), values.end());
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (values.empty()) return {none, none};
  const Eigen::Map<const ArrayXd> x(values.data(), static_cast<Index>(values.size()));
  const ArrayXd ones = ArrayXd::Ones(x.size());
  return {quantile(x, ones, 0.5 - 0.5 * level), quantile(x, ones, 0.5 + 0.5 * level)};
}

void resample(Index n, Index block, const BootstrapOptions& options,
              const std::function<void(std::size_t, const ArrayXd&)>& use) {
  parallel_for(options.replicates, options.threads,
               [&](std::size_t i) { use(i, multiplicity(n, block, options.seed, static_cast<std::uint32_t>(i))); });
}

std::vector<Interval> bootstrap(Index n, Index block,
                                const std::function<std::vector<double>(const ArrayXd&)>& statistics,
                                const BootstrapOptions& options) {
  std::vector<std::vector<double>> drawn(options.replicates);
  resample(n, block, options, [&](std::size_t i, const ArrayXd& times) { drawn[i] = statistics(times); });
  std::vector<Interval> intervals;
  for (std::size_t k = 0; !drawn.empty() && k < drawn.front().size(); ++k) {
    std::vector<double> values;
    for (const std::vector<double>& replicate : drawn) values.push_back(replicate[k]);
    intervals.push_back(percentile_interval(std::move(values), options.level));
  }
  return intervals;
}

}  // namespace marketmimic
