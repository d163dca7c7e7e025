#include <gtest/gtest.h>

#include <string>

#include "host/realism/shock_trials.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kScenarios = 32;
constexpr std::size_t kLasting = 600;
/// Of the median, by which it may miss a factor 1.25: one in 700 would by chance.
constexpr double kErrors = 3;

class Shocks : public ::testing::Test {
 protected:
  /// Each trial beside its twin: nothing before differs, and every observable is where it was asked to be, but those
  /// that `free` says are not.
  template <class Free>
  void expect_asked(const std::vector<ShockTrial>& trials, const Free& free) {
    std::size_t longest = 0;
    for (const ShockTrial& trial : trials) longest = std::max(longest, trial.seconds);
    const ShockPaths calm = run(nullptr, longest);
    for (const ShockTrial& trial : trials) {
      const ShockPaths shocked = run(&trial, trial.seconds);
      ASSERT_EQ(shocked.size(), calm.size());
      EXPECT_TRUE(same_before(shocked, calm)) << trial.name;
      for (const ShockObservable& o : trial.observables) {
        if (free(trial, o)) continue;
        const ShockOutcome out = outcome(o, shocked, calm);
        EXPECT_TRUE(out.near(o.asked, kErrors)) << trial.name << ", " << o.what << ": asked " << o.asked << ", median "
                                                << out.median << ", standard error of its logarithm " << out.error;
      }
    }
  }
  ShockPaths run(const ShockTrial* trial, std::size_t seconds) const {
    return run_trial(market_, MarketModel::order_book, kScenarios, trial, seconds);
  }

 private:
  const MarketFile market_ = read_market_file(MARKETMIMIC_SOURCE_DIR "/tools/presets/amzn.toml");
};

TEST_F(Shocks, MakeTheFactorsAskedFor) {
  // No order has less than a lot, so that depth has a floor.
  expect_asked(factor_trials(kLasting), [](const ShockTrial& trial, const ShockObservable& o) {
    return o.asked < 0.005 || trial.name.find("0.002") != std::string::npos;
  });
}

TEST_F(Shocks, MakeTheEventsAskedFor) {
  // Asks follow a sweep of the bids only so fast; see bench/results.
  expect_asked(event_trials(), [](const ShockTrial& trial, const ShockObservable& o) {
    return trial.name == "flash crash by a sweep" && o.what == "lowest after [s]";
  });
}

TEST_F(Shocks, MakeTheClimatesAskedFor) {
  expect_asked(climate_trials(3 * kLasting), [](const ShockTrial&, const ShockObservable&) { return false; });
}

}  // namespace
}  // namespace marketmimic
