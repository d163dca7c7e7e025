// A planted market comes back from its own bars.

#include <algorithm>

#include "host/calibration/calibrate.hpp"
#include "host/calibration/report.hpp"
#include "tests/calibration/support.hpp"

namespace marketmimic {
namespace {

TEST(Fit, FindsAPlantedMarketAgain) {
  const DiffusionParameters planted = coin();
  const Bars bars = bars_of(planted, 30'000, kHourMs, 11);
  const Calibration found = calibrate(bars);
  EXPECT_TRUE(found.judgement.within_tolerances()) << text_report(found);
  const DiffusionParameters& p = found.market.diffusion;
  EXPECT_NEAR(std::log(p.volatility / planted.volatility), 0.0, 0.15);
  EXPECT_NEAR(p.slow_sd, planted.slow_sd, 0.12);
  EXPECT_NEAR(std::log(p.slow_rate / planted.slow_rate), 0.0, 1.0);
  EXPECT_NEAR(p.fast_sd, planted.fast_sd, 0.12);
  EXPECT_NEAR(std::log(p.fast_rate / planted.fast_rate), 0.0, 0.8);
  EXPECT_NEAR(p.memory, planted.memory, 0.05);
  EXPECT_NEAR(std::log(p.jump_sd / planted.jump_sd), 0.0, 0.5);
  EXPECT_NEAR(std::log(p.jump_rate / (1 - p.jump_branching) / planted.jump_rate * (1 - planted.jump_branching)), 0.0,
              0.9);
  EXPECT_NEAR(p.volume_beta, planted.volume_beta, 0.2);
  EXPECT_NEAR(p.volume_gamma, planted.volume_gamma, 0.1);
  EXPECT_NEAR(p.volume_factor_sd, planted.volume_factor_sd, 0.1);
  EXPECT_NEAR(p.volume_noise_sd, planted.volume_noise_sd, 0.1);
  EXPECT_NEAR(std::log(p.volume_move_rate / planted.volume_move_rate), 0.0, 0.5);
  EXPECT_NEAR(std::log(p.volume_factor_rate / planted.volume_factor_rate), 0.0, 0.5);
  double square = 0;
  for (std::uint32_t h = 0; h < kHoursOfDay; ++h)
    square += std::pow(p.season_log_volatility[h] - planted.season_log_volatility[h], 2.0);
  EXPECT_LT(std::sqrt(square / kHoursOfDay), 0.08);
}

TEST(Fit, FindsNothingThatIsNotThere) {
  DiffusionParameters walk;
  walk.volatility = 1.0e-4f;
  walk.slow_sd = walk.fast_sd = 0;
  walk.jump_rate = 0;
  const Calibration found = calibrate(bars_of(walk, 10'000, kHourMs, 12));
  const auto fact = [&](Fact wanted) {
    return *std::find_if(found.judgement.facts.begin(), found.judgement.facts.end(),
                         [&](const FittedFact& f) { return f.fact == wanted; });
  };
  EXPECT_LT(fact(Fact::excess_kurtosis).median, 0.3);
  EXPECT_LT(std::abs(fact(Fact::acf_abs_1).median), 0.03);
  EXPECT_LT(std::abs(fact(Fact::acf_1).median), 0.02);
}

}  // namespace
}  // namespace marketmimic
