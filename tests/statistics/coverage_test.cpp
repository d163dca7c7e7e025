// Intervals cover what they should, on dependent series too.

#include "host/statistics/bootstrap.hpp"
#include "host/statistics/estimators.hpp"
#include "tests/statistics/support.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

/// How often the interval of the mean of an autoregression holds its true mean, 0.
double coverage_of_mean(double phi, Index block) {
  constexpr int experiments = 300;
  const Index n = 2000;
  int held = 0;
  for (int k = 0; k < experiments; ++k) {
    const ArrayXd x = autoregression(n, phi, 100u + static_cast<unsigned>(k));
    const Interval interval =
        bootstrap(n, block, [&](const ArrayXd& times) { return std::vector<double>{mean(x, times)}; }, {}).front();
    held += interval.lower <= 0.0 && 0.0 <= interval.upper ? 1 : 0;
  }
  return static_cast<double>(held) / experiments;
}

TEST(Bootstrap, CoversTheMeanOfADependentSeriesOnlyWithBlocks) {
  const double blocks = coverage_of_mean(0.7, block_length(2000));
  EXPECT_GT(blocks, 0.85);  // percentile intervals of a dozen blocks fall short of 0.95 by a few per cent
  EXPECT_LT(blocks, 0.99);
  EXPECT_LT(coverage_of_mean(0.7, 1), 0.70);  // sqrt((1 - phi) / (1 + phi)) = 0.42 of the width: 0.59
}

TEST(Bootstrap, CoversTheDeviationOfIndependentValues) {
  const Index n = 1000;
  int held = 0;
  for (unsigned k = 0; k < 300; ++k) {
    const ArrayXd x = normals(n, 1000 + k);
    const Interval i =
        bootstrap(n, 10, [&](const ArrayXd& t) { return std::vector<double>{standard_deviation(x, t)}; }, {}).front();
    held += i.lower <= 1.0 && 1.0 <= i.upper ? 1 : 0;
  }
  EXPECT_GT(held, 270);
  EXPECT_LT(held, 298);
}

}  // namespace
}  // namespace marketmimic
