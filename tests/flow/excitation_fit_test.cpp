#include "host/flow/excitation_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace marketmimic {
namespace {

/// A Hawkes process with one kernel by Ogata's thinning: mu, n, beta.
std::vector<TouchRow> hawkes(double mu, double n, double beta, double seconds) {
  std::mt19937_64 random(7);
  std::exponential_distribution<double> wait(1.0);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::vector<TouchRow> events;
  double time = 0, excess = 0, last = 0;
  while (time < seconds) {
    const double bound = mu + excess;
    const double step = wait(random) / bound;
    time += step;
    excess *= std::exp(-beta * step);
    if (uniform(random) * bound > mu + excess) continue;
    excess += n * beta;
    TouchRow row;
    row.time = time;
    row.wait = events.empty() ? 0 : time - last;
    row.bid_bin = kImbalanceBins / 2;
    row.spread_bin = 0;
    row.event = static_cast<std::uint32_t>(events.size() % 2);
    events.push_back(row);
    last = time;
  }
  return events;
}

TEST(ExcitationFit, FindsAPlantedHawkesProcess) {
  const std::vector<TouchRow> events = hawkes(1.0, 0.6, 2.0, 20'000);
  ASSERT_NEAR(static_cast<double>(events.size()), 20'000 / 0.4, 2'500);  // mu / (1 - n), its deviation 560
  const ExcitationFit fit = fit_excitation(events, std::vector<double>(events.size(), 1.0));
  double branching = 0;
  for (const double n : fit.branching) branching += n;
  // Four kernels, one was planted: the slow ones can't be told from the base rate, which they borrow from.
  EXPECT_NEAR(branching, 0.6, 0.1);
  EXPECT_NEAR(fit.base * fit.mean_rate, 1.0, 0.25);
  EXPECT_NEAR(fit.base * fit.mean_rate / (1 - branching), 2.5, 0.1);  // the mean intensity is known to 2 %
  // What is left is a Poisson process of rate 1: mean 1, variance 1, half of the waits below ln 2.
  double mean = 0, square = 0, below = 0;
  for (const double wait : fit.waits) {
    mean += wait;
    square += wait * wait;
    below += wait < std::log(2.0) ? 1 : 0;
  }
  const auto n = static_cast<double>(fit.waits.size());
  EXPECT_NEAR(mean / n, 1.0, 1e-9);
  EXPECT_NEAR(square / n - 1, 1.0, 0.05);
  EXPECT_NEAR(below / n, 0.5, 0.01);
}

TEST(ExcitationFit, FindsNoExcitationInAPoissonProcess) {
  const std::vector<TouchRow> events = hawkes(2.0, 0.0, 1.0, 10'000);
  const ExcitationFit fit = fit_excitation(events, std::vector<double>(events.size(), 1.0));
  EXPECT_LT(fit.log_likelihood, 0.002);  // per event
  EXPECT_NEAR(fit.mean_rate, 2.0, 0.1);
}

}  // namespace
}  // namespace marketmimic
