// Intervals cover what they should on dependent series, and do not depend on threads.

#include "host/statistics/bootstrap.hpp"

#include <cmath>

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

TEST(Bootstrap, ResamplesAsManyObservationsAsThereAre) {
  for (const Index block : {1, 7, 100, 250}) {
    const auto count = [](const ArrayXd& times) {
      return std::vector<double>{times.sum(), times.minCoeff(), times.maxCoeff()};
    };
    const std::vector<Interval> found = bootstrap(100, block, count, {});
    EXPECT_EQ(found[0].lower, 100.0) << block;
    EXPECT_EQ(found[0].upper, 100.0) << block;
    EXPECT_GE(found[1].lower, 0.0) << block;
  }
}

TEST(Bootstrap, GivesTheSameForAnyNumberOfThreadsAndOtherForAnotherSeed) {
  const ArrayXd x = normals(500, 5);
  const auto statistic = [&](const ArrayXd& times) { return std::vector<double>{mean(x, times)}; };
  BootstrapOptions options;
  const Interval one = bootstrap(500, 20, statistic, options).front();
  options.threads = 3;
  const Interval three = bootstrap(500, 20, statistic, options).front();
  options.seed = 2;
  const Interval other = bootstrap(500, 20, statistic, options).front();
  EXPECT_EQ(one.lower, three.lower);
  EXPECT_EQ(one.upper, three.upper);
  EXPECT_NE(one.lower, other.lower);
}

TEST(Bootstrap, LeavesOutReplicatesThatTellNothing) {
  const Interval some = percentile_interval({std::nan(""), 1.0, 2.0, 3.0, std::nan("")}, 1.0);
  EXPECT_EQ(some.lower, 1.0);
  EXPECT_EQ(some.upper, 3.0);
  EXPECT_TRUE(std::isnan(percentile_interval({std::nan("")}, 0.9).lower));
}

}  // namespace
}  // namespace marketmimic
