#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <vector>

namespace marketmimic {

/// Resampling of a dependent series by circular blocks (Politis and Romano, 1992): blocks of `block` observations start
/// anywhere, the last one cut to fit.
struct BootstrapOptions {
  std::uint32_t replicates = 200;
  std::uint64_t seed = 1;
  double level = 0.95;   ///< of the interval
  unsigned threads = 1;  ///< results don't depend on it
};

/// Block length for series of returns: 4 sqrt(n), at least 10. Longer than the n^(1/3) that suits short memory, since
/// the volatility of returns remembers for hundreds of bars.
Eigen::Index block_length(Eigen::Index n);

struct Interval {
  double lower, upper;
};

/// Calls `use(replicate, times)` for every resample: how often each of the `n` observations counts in it.
void resample(Eigen::Index n, Eigen::Index block, const BootstrapOptions& options,
              const std::function<void(std::size_t, const Eigen::ArrayXd&)>& use);

/// Percentile intervals of what `statistics` returns: it gets how often each of the `n` observations counts, and gives
/// the same number of values every time. NaN values are left out; where all are NaN, so is the interval.
std::vector<Interval> bootstrap(Eigen::Index n, Eigen::Index block,
                                const std::function<std::vector<double>(const Eigen::ArrayXd&)>& statistics,
                                const BootstrapOptions& options);

/// Percentile interval of values, NaN left out.
Interval percentile_interval(std::vector<double> values, double level);

}  // namespace marketmimic
