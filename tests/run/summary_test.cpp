#include "host/run/summary.hpp"

#include "host/decomposition/kind_names.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace marketmimic {
namespace {

constexpr std::uint32_t bit(PrimitiveKind kind) { return 1u << static_cast<std::uint32_t>(kind); }
constexpr std::uint32_t bit(PerturbationKind kind) { return 1u << static_cast<std::uint32_t>(kind); }

std::vector<Summary> samples() {
  std::vector<Summary> all(4);
  all[0].success = 1;
  all[0].attempted = bit(PrimitiveKind::bull_market_entry) | bit(PrimitiveKind::hold);
  all[1].failure = Failure::shortfall;
  all[1].failed_primitive = static_cast<std::uint32_t>(PrimitiveKind::hold);
  all[1].attempted = all[0].attempted;
  all[1].perturbations = bit(PerturbationKind::news) | bit(PerturbationKind::flash_crash);
  all[1].overrides = 2;
  all[1].unmet = bit(PrimitiveKind::hold);
  all[2].failure = Failure::not_started;
  all[2].perturbations = bit(PerturbationKind::news);
  all[3].success = 1;
  all[3].attempted = bit(PrimitiveKind::bull_market_entry);
  all[3].perturbations = bit(PerturbationKind::news);
  all[3].untriggered = 1;
  return all;
}

RunSummary summarise(const std::vector<Summary>& all) {
  RunSummary summary;
  for (const Summary& s : all) summary.add(s);
  return summary;
}

TEST(RunSummary, Counts) {
  const RunSummary s = summarise(samples());
  EXPECT_EQ(s.all, (Tally{4, 2}));
  EXPECT_EQ(s.undisturbed, (Tally{1, 1}));
  EXPECT_EQ(s.perturbation[3], (Tally{3, 1}));
  EXPECT_EQ(s.perturbation[1], (Tally{1, 0}));
  EXPECT_EQ(s.perturbation[0], (Tally{0, 0}));
  EXPECT_EQ(s.primitive[1], (Tally{3, 2}));
  EXPECT_EQ(s.primitive[11], (Tally{2, 1}));
  EXPECT_EQ(s.failed_in[11], 1u);
  EXPECT_EQ(s.unmet[11], 1u);
  EXPECT_EQ(s.unmet[1], 0u);
  EXPECT_EQ(s.own_success(11), 0.5);
  EXPECT_EQ(s.own_success(1), 1.0);
  EXPECT_EQ(s.own_success(2), 1.0) << "none began";
  EXPECT_EQ(s.failure[static_cast<int>(Failure::none)], 2u);
  EXPECT_EQ(s.failure[static_cast<int>(Failure::shortfall)], 1u);
  EXPECT_EQ(s.overrides, 2u);
  EXPECT_EQ(s.untriggered, 1u);
}

TEST(RunSummary, DoesNotDependOnTheOrder) {
  const std::vector<Summary> all = samples();
  RunSummary parts = summarise({all[3], all[1]});
  parts.add(summarise({all[2], all[0]}));
  EXPECT_EQ(parts, summarise(all));
}

TEST(RunSummary, IsReadable) {
  const std::string text = summary_text(summarise(samples()), built_in_kind_names());
  EXPECT_THAT(text, testing::HasSubstr("news"));
  EXPECT_THAT(text, testing::HasSubstr("33.3 %"));
  EXPECT_THAT(text, testing::HasSubstr("shortfall"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("volatility_spike"))) << "it never occurred";
  const auto json = nlohmann::json::parse(summary_json(summarise(samples()), built_in_kind_names()));
  EXPECT_EQ(json["primitives"]["hold"]["failed_in"], 1);
  EXPECT_EQ(json["primitives"]["hold"]["unmet"], 1);
  EXPECT_EQ(json["perturbations"]["news"]["scenarios"], 3);
  EXPECT_EQ(json["failures"]["not_started"], 1);
}

TEST(RunSummary, OfMarketsAloneSpeaksOfNoSuccess) {
  RunSummary summary;
  Summary market;
  market.success = 1;
  market.perturbations = bit(PerturbationKind::news);
  summary.add(market);
  const std::string text = summary_text(summary, built_in_kind_names());
  EXPECT_THAT(text, testing::HasSubstr("news"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("success")));
}

}  // namespace
}  // namespace marketmimic
