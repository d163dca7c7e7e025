// Verdicts on made facts, and on series of the judged model itself.

#include "host/calibration/judgement.hpp"

#include <algorithm>

#include "host/calibration/price_fit.hpp"
#include "tests/calibration/support.hpp"

namespace marketmimic {
namespace {

TEST(FitTolerance, HoldsAsItsKindSays) {
  EXPECT_TRUE((FitTolerance{ToleranceKind::absolute, 0.06}).met(0.30, 0.355));
  EXPECT_FALSE((FitTolerance{ToleranceKind::absolute, 0.06}).met(0.30, 0.365));
  EXPECT_TRUE((FitTolerance{ToleranceKind::relative, 0.05}).met(2.0, 2.09));
  EXPECT_FALSE((FitTolerance{ToleranceKind::relative, 0.05}).met(2.0, 1.89));
  EXPECT_TRUE((FitTolerance{ToleranceKind::factor, 1.5}).met(3.0, 4.4));
  EXPECT_FALSE((FitTolerance{ToleranceKind::factor, 1.5}).met(3.0, 1.9));
  EXPECT_FALSE((FitTolerance{ToleranceKind::absolute, 0.06}).met(0.3, std::nan("")));
  EXPECT_TRUE((FitTolerance{}).met(0.3, 9.0));
}

TEST(FitTolerance, CountsHowFarValuesAreApart) {
  EXPECT_NEAR((FitTolerance{ToleranceKind::absolute, 0.06}).apart(0.3, 0.18), 2.0, 1e-12);
  EXPECT_NEAR((FitTolerance{ToleranceKind::relative, 0.05}).apart(-2.0, -1.8), 2.0, 1e-12);
  EXPECT_NEAR((FitTolerance{ToleranceKind::factor, 1.5}).apart(3.0, 3.0 / 2.25), 2.0, 1e-12);
  EXPECT_EQ((FitTolerance{}).apart(1, 2), 0);
}

TEST(Judgement, IsAcceptedWhenEveryDemandIsMet) {
  Judgement made;
  made.profile_correlation = std::nan("");
  made.single_series = 0.25;
  made.facts.push_back({Fact::hill_5, 3.0, {2.9, 3.1}, 3.3, {2.9, 3.5}, {ToleranceKind::absolute, 0.4}});
  made.facts.push_back({Fact::excess_kurtosis, 30.0, {20, 40}, 20.0, {10, 31}, {}});
  EXPECT_TRUE(made.accepted());
  Judgement other = made;
  other.facts.front().median = 3.5;
  EXPECT_FALSE(other.within_tolerances());
  EXPECT_FALSE(other.accepted());
  other = made;
  other.facts.back().band.upper = 29;
  EXPECT_FALSE(other.inside_bands());
  EXPECT_FALSE(other.accepted());
  other = made;
  other.single_series = 0.2;
  EXPECT_FALSE(other.accepted());
  other = made;
  other.profile_correlation = 0.89;
  EXPECT_FALSE(other.accepted());
}

Judgement of(const DiffusionParameters& model, const Bars& bars) {
  JudgeOptions options;
  options.series = 64;
  options.replicates = 40;
  const Returns returns = log_returns(bars);
  const SeriesPlan plan{kStartMs + kHourMs, kHourMs, static_cast<std::uint32_t>(returns.value.size()), 12, true};
  return judge(model, returns, calendar_of(bars), plan, options);
}

TEST(Judge, FindsAModelLikeItsOwnSeriesAndNotAnother) {
  const Bars bars = bars_of(coin(), 4000, kHourMs, 21, 3);
  const Judgement own = of(coin(), bars);
  const auto inside = [](const Judgement& j) {
    return std::count_if(j.facts.begin(), j.facts.end(), [](const FittedFact& f) { return f.inside_band(); });
  };
  EXPECT_EQ(own.facts.size(), kFacts);
  EXPECT_GE(inside(own), static_cast<std::ptrdiff_t>(kFacts) - 7);  // one in ten is outside by chance
  EXPECT_GE(own.profile_correlation, 0.9);
  EXPECT_GT(own.resampled, 0.0);

  DiffusionParameters wilder = coin();
  wilder.slow_sd = 1.0f;
  const Judgement other = of(wilder, bars);
  EXPECT_LE(inside(other), static_cast<std::ptrdiff_t>(kFacts) - 8);
  EXPECT_FALSE(other.within_tolerances());
}

TEST(Judge, TellsSamplingNoiseFromMisfit) {
  // A market of twice the size misses the bars' deviation, but its series are as like each other as before.
  const Bars bars = bars_of(coin(), 4000, kHourMs, 21, 3);
  const Judgement own = of(coin(), bars), other = of(scaled(coin(), 2.0), bars);
  EXPECT_GT(own.about_medians, 0.1);
  EXPECT_NEAR(other.about_medians, own.about_medians, 2.0 / 64);
  EXPECT_EQ(other.single_series, 0);
}

TEST(Judge, CountsSingleSeriesAloneAndTogether) {
  const Bars bars = bars_of(coin(), 4000, kHourMs, 21, 3);
  const Judgement own = of(coin(), bars);
  double least = 1, all_fail = 0;
  for (const FittedFact& fact : own.facts) {
    least = std::min(least, fact.alone);
    all_fail += 1.0 - fact.alone;
    if (fact.tolerance.kind == ToleranceKind::none) {
      EXPECT_EQ(fact.alone, 1.0) << name(fact.fact);
    }
  }
  EXPECT_LE(own.single_series, least);
  EXPECT_GE(own.single_series, 1.0 - all_fail - 1e-12);  // Bonferroni
  EXPECT_LT(least, 1.0);
}

}  // namespace
}  // namespace marketmimic
