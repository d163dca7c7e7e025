#include "host/decomposition/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "demonstrations.hpp"

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
}

}  // namespace
}  // namespace marketmimic
