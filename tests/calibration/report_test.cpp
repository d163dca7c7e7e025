#include "host/calibration/report.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/calibration/support.hpp"

namespace marketmimic {
namespace {

Calibration made() {
  Calibration c;
  c.judgement.facts.push_back(
      {Fact::standard_deviation, 0.01, {0.008, 0.012}, 0.0102, {0.009, 0.011}, {ToleranceKind::relative, 0.05}});
  c.judgement.facts.push_back({Fact::acf_1, 0.05, {0.0, 0.1}, -0.01, {-0.03, 0.01}, {ToleranceKind::absolute, 0.03}});
  c.judgement.facts.push_back({Fact::excess_kurtosis, 30.0, {20.0, 40.0}, 31.0, {25.0, 60.0}, {}});
  c.judgement.profile_correlation = std::nan("");
  c.judgement.single_series = 0.42;
  c.judgement.resampled = 0.1;
  c.judgement.about_medians = 0.57;
  c.judgement.returns = 1234;
  c.judgement.series = 200;
  c.notices.push_back("a notice");
  return c;
}

TEST(TextReport, SaysWhichFactsHold) {
  const std::string text = text_report(made());
  EXPECT_THAT(text, testing::ContainsRegex("standard deviation of returns +0.01 .*0.0102.*within 5 %, in band"));
  EXPECT_THAT(text, testing::ContainsRegex("ACF of returns, lag 1 .*MISSES 0.03, out of band"));
  EXPECT_THAT(text, testing::ContainsRegex("excess kurtosis of returns +30 .*31.* in band"));
  EXPECT_THAT(text, testing::HasSubstr("1234 returns, judged by 200 simulated series"));
  EXPECT_THAT(text, testing::ContainsRegex("MISSED +medians within their tolerance +all but acf_1"));
  EXPECT_THAT(text, testing::ContainsRegex("MISSED +measured values inside .* all but acf_1\n"));
  EXPECT_THAT(text, testing::ContainsRegex("met +25 % of single series .* 42.0 %\n"));
  EXPECT_THAT(text,
              testing::HasSubstr("of the series about their own medians 57.0 %, of resamples of the bars 10.0 %\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("hourly profile")));
}

TEST(TextReport, ShowsTheProfileWhereThereAreHours) {
  Calibration c = made();
  c.judgement.profile_correlation = 0.97;
  EXPECT_THAT(text_report(c), testing::ContainsRegex("met +hourly profile.* 0.97"));
  c.judgement.profile_correlation = 0.5;
  EXPECT_THAT(text_report(c), testing::ContainsRegex("MISSED +hourly profile.* 0.5"));
}

Calibration made_on_halves() {
  Calibration c = made();
  c.first_half.emplace();
  c.first_half->value.fill(0.0123);
  return c;
}

TEST(TextReport, ShowsBothHalves) {
  const std::string text = text_report(made_on_halves());
  EXPECT_THAT(text, testing::ContainsRegex("2nd half +1st half"));
  EXPECT_THAT(text, testing::ContainsRegex("standard deviation of returns +0.01 +0.0123"));
  // Of 0.01 within 5 % and 0.05 within 0.03 the first half has neither; its ACF 0.0123 is 0.0377 off.
  EXPECT_THAT(text, testing::HasSubstr("1 of 2 fitted medians, 0 of 2 values of the first half"));
}

TEST(TextReport, FitsATerminal) {
  std::istringstream lines(text_report(made()));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 130u) << line;
  std::istringstream wider(text_report(made_on_halves()));
  for (std::string line; std::getline(wider, line);) EXPECT_LE(line.size(), 140u) << line;
}

TEST(JsonReport, HoldsTheSame) {
  const nlohmann::json json = nlohmann::json::parse(json_report(made()).dump());
  EXPECT_EQ(json["facts"].size(), 3u);
  EXPECT_EQ(json["facts"][0]["name"], "standard_deviation");
  EXPECT_EQ(json["facts"][0]["measured"], 0.01);
  EXPECT_EQ(json["facts"][0]["band"][1], 0.011);
  EXPECT_EQ(json["facts"][1]["within_tolerance"], false);
  EXPECT_TRUE(json["profile_correlation"].is_null());
  EXPECT_EQ(json["accepted"], false);
  EXPECT_EQ(json["within_tolerances"], false);
  EXPECT_EQ(json["inside_bands"], false);
  EXPECT_EQ(json["resampled"], 0.1);
  EXPECT_EQ(json["about_medians"], 0.57);
  EXPECT_EQ(json["judged_on"], "fitted");
  EXPECT_FALSE(json["facts"][0].contains("first_half"));
  EXPECT_TRUE(json["first_half_within"].is_null());
  EXPECT_EQ(json_report(made_on_halves())["first_half_within"], 0);
  EXPECT_EQ(json_report(made_on_halves())["judged_on"], "second-half");
  EXPECT_EQ(json_report(made_on_halves())["facts"][2]["first_half"], 0.0123);
  EXPECT_EQ(json["notices"][0], "a notice");
}

}  // namespace
}  // namespace marketmimic
