// Resampling keeps the number of observations, and does not depend on threads.

#include "host/statistics/bootstrap.hpp"

#include <cmath>

#include "host/statistics/estimators.hpp"
#include "tests/statistics/support.hpp"

namespace marketmimic {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

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
