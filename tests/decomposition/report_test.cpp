#include "host/decomposition/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "demonstrations.hpp"
#include "logs.hpp"

namespace marketmimic {
namespace {

using testing::HasSubstr;

TEST(Report, TextGivesTheAcceptanceFigures) {
  const Decomposition& d = example_demonstration();
  const std::string text = report_text(d);
  EXPECT_THAT(text, HasSubstr(std::to_string(d.metrics.segments) + " (at most"));
  EXPECT_THAT(text,
              HasSubstr("in " + std::to_string(d.metrics.accurate_cycles) + " of " + std::to_string(d.metrics.cycles)));
  EXPECT_THAT(text, HasSubstr(std::to_string(d.metrics.order_parts_timed) + " of " +
                              std::to_string(d.metrics.order_parts) + " orders within one step of 60 s"));
  EXPECT_THAT(text, HasSubstr("piecewise constant"));
  EXPECT_THAT(text, HasSubstr("take_profit_scale_out"));
  EXPECT_THAT(text, HasSubstr("in kinds that are more than chance (p of any <= 0.05), "));
}

TEST(Report, JsonHoldsTheSame) {
  const Decomposition& d = example_demonstration();
  const nlohmann::json json = nlohmann::json::parse(report_json(d).dump());
  EXPECT_EQ(json["segments"], d.metrics.segments);
  EXPECT_EQ(json["most_segments"], d.metrics.orders + d.metrics.cycles);
  EXPECT_EQ(json["cycle_rmse"].size(), d.metrics.cycles);
  EXPECT_EQ(json["accurate_cycles"], d.metrics.accurate_cycles);
  EXPECT_EQ(json["kinds"].size(), kPrimitiveKinds);
  std::size_t sum = 0;
  for (const auto& count : json["kinds"]) sum += count.get<std::size_t>();
  EXPECT_EQ(sum, d.metrics.segments);
  EXPECT_EQ(json["support"].size(), kPrimitiveKinds);
  EXPECT_EQ(json["support"]["breakout_entry"]["p"], d.support.kinds[7].p);
  EXPECT_EQ(json["support"]["breakout_entry"]["p_of_any"], d.support.kinds[7].p_of_any);
  EXPECT_EQ(json["supported_turnover"], d.support.turnover);
  EXPECT_EQ(json["supported_turnover_p"], d.support.turnover_p);
  EXPECT_EQ(json["signal"].is_null(), !d.signal.has_value());
  EXPECT_EQ(json["stop"].is_null(), !d.exits.stop.has_value());
}

TEST(Report, TellsHowMuchTookLiquidityWhereTheLogDoes) {
  std::vector<Fill> fills = {fill(0, 3, 100, "a"), fill(3600, -1, 100, "b"), fill(7200, -2, 100, "c")};
  fills[0].taker = false;
  Decomposition d = decompose(log_of(fills), bars_of(calm(50)), {.detectors = {}, .rotations = 0});
  EXPECT_THAT(report_text(d), HasSubstr("takes       50.0 % of turnover; within 0 of 3 primitives the share changes"));
  EXPECT_EQ(report_json(d)["taken"], 3);
  for (Fill& f : fills) f.taker.reset();
  d = decompose(log_of(fills), bars_of(calm(50)), {.detectors = {}, .rotations = 0});
  EXPECT_THAT(report_text(d), HasSubstr("takes       the log does not tell what took liquidity: all counts so\n"));
  EXPECT_TRUE(report_json(d)["taken"].is_null());
}

TEST(Report, TellsWhereAStopStands) {
  EXPECT_EQ(exit_rule_text({}), "none");
  EXPECT_EQ(exit_rule_text(ExitRule{{}, {.distance = std::log(1.03), .spread = 0.01}}),
            "3 % of the price from the entry, spread 1 %");
  EXPECT_EQ(exit_rule_text(ExitRule{{.from_best = true, .unit = ExitUnit::smoothed, .memory = 48},
                                    {.distance = 9.6, .spread = 0.1}}),
            "9.6 volatilities of a bar (half-life 48 bars) from the best price, spread 10 %");
}

}  // namespace
}  // namespace marketmimic
