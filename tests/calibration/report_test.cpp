#include "host/calibration/report.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/calibration/support.hpp"

namespace marketmimic {
namespace {

Calibration made() {
  Calibration c;
  c.facts.push_back(
      {Fact::standard_deviation, 0.01, {0.008, 0.012}, 0.0102, {0.009, 0.011}, {ToleranceKind::relative, 0.05}});
  c.facts.push_back({Fact::acf_1, 0.05, {0.0, 0.1}, -0.01, {-0.03, 0.01}, {ToleranceKind::absolute, 0.03}});
  c.facts.push_back({Fact::excess_kurtosis, 30.0, {20.0, 40.0}, 31.0, {25.0, 60.0}, {}});
  c.profile_correlation = std::nan("");
  c.single_series = 0.42;
  c.returns = 1234;
  c.series = 200;
  c.notices.push_back("a notice");
  return c;
}

TEST(TextReport, SaysWhichFactsHold) {
  const std::string text = text_report(made());
  EXPECT_THAT(text, testing::ContainsRegex("standard deviation of returns +0.01 .*0.0102.*within 5 %, in band"));
  EXPECT_THAT(text, testing::ContainsRegex("ACF of returns, lag 1 .*MISSES 0.03, out of band"));
  EXPECT_THAT(text, testing::ContainsRegex("excess kurtosis of returns +30 .*31.* in band"));
  EXPECT_THAT(text, testing::HasSubstr("1234 returns, judged by 200 simulated series"));
  EXPECT_THAT(text, testing::HasSubstr("42 % of them"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("hourly profile")));
}

TEST(TextReport, ShowsTheProfileWhereThereAreHours) {
  Calibration c = made();
  c.profile_correlation = 0.97;
  EXPECT_THAT(text_report(c), testing::ContainsRegex("hourly profile.*0.97.*within 0.9"));
  c.profile_correlation = 0.5;
  EXPECT_THAT(text_report(c), testing::ContainsRegex("hourly profile.*0.5 .*MISSES 0.9"));
}

TEST(TextReport, FitsATerminal) {
  std::istringstream lines(text_report(made()));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 130u) << line;
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
  EXPECT_EQ(json["notices"][0], "a notice");
}

}  // namespace
}  // namespace marketmimic
