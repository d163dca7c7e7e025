#include "host/realism/validation.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "host/error.hpp"
#include "host/realism/report.hpp"
#include "support.hpp"

namespace marketmimic {
namespace {

/// Returns of a made series, all valid.
PriceSeries series(const std::vector<double>& values) {
  PriceSeries s;
  const auto n = static_cast<Eigen::Index>(values.size());
  s.returns.value = Eigen::Map<const Eigen::ArrayXd>(values.data(), n);
  s.returns.valid = Eigen::ArrayXd::Ones(n);
  s.returns.bar_seconds = 60;
  s.calendar = Calendar::regular(0, 60'000, values.size());
  s.source = "made";
  s.unbroken = n;
  return s;
}

/// Returns with a volatility that remembers, or none.
std::vector<double> returns(std::size_t n, double memory, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values(n);
  double level = 0;
  for (double& value : values) {
    level = 0.97 * level + memory * normal(engine);
    value = 1e-3 * std::exp(level) * normal(engine);
  }
  return values;
}

TEST(Verdict, WeighsAValueAndItsInterval) {
  EXPECT_EQ(verdict(0.5, {0.2, 0.8}, 0, 1), Verdict::holds);
  EXPECT_EQ(verdict(1.1, {0.9, 1.3}, 0, 1), Verdict::unsure);
  EXPECT_EQ(verdict(1.1, {1.05, 1.3}, 0, 1), Verdict::fails);
  EXPECT_EQ(verdict(-0.1, {-0.3, 0.1}, 0, std::numeric_limits<double>::infinity()), Verdict::unsure);
  EXPECT_EQ(verdict(std::nan(""), {0, 1}, 0, 1), Verdict::unknown);
  EXPECT_EQ(excess(0.5, {0, 1}), 0);
  EXPECT_DOUBLE_EQ(excess(2, {0, 1}), 2);
  EXPECT_DOUBLE_EQ(excess(-0.25, {0, 1}), 0.5);
  EXPECT_TRUE(std::isnan(excess(1, {1, 1})));
}

TEST(Facts, OfClusteredReturnsAreUsual) {
  const FactCheck check = check_facts(series(returns(20'000, 0.2, 1)), {});
  const auto holds = [&](Usual which) {
    const auto i = static_cast<std::size_t>(which);
    return verdict(check.usual[i], check.usual_interval[i], window(which).lower, window(which).upper);
  };
  EXPECT_EQ(holds(Usual::unpredictable), Verdict::holds);
  EXPECT_EQ(holds(Usual::aggregation), Verdict::holds);
  EXPECT_EQ(holds(Usual::scaled_tails), Verdict::holds);
  EXPECT_EQ(holds(Usual::volume), Verdict::unknown);
}

TEST(Facts, OfNormalReturnsAreNot) {
  const FactCheck check = check_facts(series(returns(20'000, 0.0, 1)), {});
  EXPECT_GT(check.usual[static_cast<std::size_t>(Usual::heavy_tails)], 5.0);
  EXPECT_NEAR(check.facts[Fact::excess_kurtosis], 0, 0.15);
}

TEST(Facts, FindReturnsThatCanBeForetold) {
  std::vector<double> values = returns(5000, 0.0, 1);
  for (std::size_t i = 1; i < values.size(); ++i) values[i] += 0.5 * values[i - 1];
  const FactCheck check = check_facts(series(values), {});
  constexpr auto at = static_cast<std::size_t>(Usual::unpredictable);
  EXPECT_EQ(verdict(check.usual[at], check.usual_interval[at], 0, 0.05), Verdict::fails);
}

TEST(Facts, AreSilentBeyondTheLengthOfAStretch) {
  PriceSeries joined = series(returns(4000, 0.2, 1));
  joined.unbroken = 120;
  const FactCheck check = check_facts(joined, {.replicates = 20});
  EXPECT_FALSE(std::isnan(check.facts[Fact::acf_abs_25]));
  EXPECT_TRUE(std::isnan(check.facts[Fact::acf_abs_50]));
  EXPECT_TRUE(std::isnan(check.facts[Fact::acf_abs_250]));
  joined.unbroken = 1;  // what follows is another stretch
  const FactCheck apart = check_facts(joined, {.replicates = 20});
  for (const Fact fact : {Fact::acf_1, Fact::acf_2, Fact::acf_abs_1, Fact::acf_abs_3})
    EXPECT_TRUE(std::isnan(apart.facts[fact])) << name(fact);
}

TEST(BarsOfTapes, AreCandlesOfTheMid) {
  const auto at = [](std::int64_t second, std::int64_t mid, MessageType type) {
    return std::pair{Message{second * 1'000'000'000, type, 1, 5, mid, -1}, Level{mid + 100, 1, mid - 100, 1}};
  };
  Tape tape;
  tape.levels = 1;
  for (const auto& [m, level] : {at(60, 1'000'000, MessageType::submission), at(70, 1'020'000, MessageType::execution),
                                 at(80, 990'000, MessageType::hidden), at(250, 1'010'000, MessageType::submission)}) {
    tape.messages.push_back(m);
    tape.book.push_back(level);
  }
  const Bars bars = bars_of(tape, 60'000, "made");
  ASSERT_EQ(bars.bars.size(), 4u);  // minutes 1, 2, 3, 4
  EXPECT_EQ(bars.bars[0].time_ms, 60'000);
  EXPECT_DOUBLE_EQ(bars.bars[0].open, 100);
  EXPECT_DOUBLE_EQ(bars.bars[0].high, 102);
  EXPECT_DOUBLE_EQ(bars.bars[0].low, 99);
  EXPECT_DOUBLE_EQ(bars.bars[0].close, 99);
  EXPECT_EQ(bars.bars[0].volume, 10);
  EXPECT_DOUBLE_EQ(bars.bars[2].close, 99);
  EXPECT_EQ(bars.bars[2].volume, 0);
  EXPECT_DOUBLE_EQ(bars.bars[3].close, 101);
  EXPECT_EQ(check_bars(bars), 0u);
  EXPECT_THROW(bars_of(split(tape, 0, 61'000'000'000), 60'000, "made"), Error);
}

TEST(TapeCheck, ComparesWhatBothFeedsShow) {
  const Tape deep = TapeMaker(6, 1).make(4000), shallow = TapeMaker(2, 2).make(4000);
  const TapeCheck check = check_against(deep, &shallow, {.replicates = 20});
  EXPECT_EQ(check.levels, 2u);
  EXPECT_EQ(check.tape_levels, 6u);
  EXPECT_EQ(check.violations.total(), 0u);
  ASSERT_TRUE(check.scores);
  EXPECT_LT(check.scores->clean.l1, 0.4);
  EXPECT_LT(check.scores->score[0].values, deep.size());
}

TEST(Report, SaysTheSameToPeopleAndMachines) {
  const Tape tape = TapeMaker(1, 1).make(3000), reference = TapeMaker(1, 2).make(3000);
  Validation validation;
  validation.tape = check_against(tape, &reference, {.replicates = 20});
  validation.facts = check_facts(series_of(bars_of(tape, 10'000, "tape")), {.replicates = 20});
  validation.reference = check_facts(series_of(bars_of(reference, 10'000, "reference")), {.replicates = 20});
  const std::string text = text_report(validation);
  for (const char* const words : {"0 violations in 3000 messages", "spread", "mean of these", "truncated at this depth",
                                  "signs of trades", "excess kurtosis of returns", "holds"})
    EXPECT_THAT(text, testing::HasSubstr(words));
  const nlohmann::json json = json_report(validation);
  EXPECT_EQ(json["violations"], 0);
  EXPECT_EQ(json["tape"]["scores"].size(), kScores);
  EXPECT_EQ(json["tape"]["memory"].size(), kMemories);
  EXPECT_EQ(json["tape"]["impact"]["tape"].size(), kResponseLags.size());
  EXPECT_NEAR(json["tape"]["clean"]["l1"].get<double>(), validation.tape->scores->clean.l1, 1e-12);
  EXPECT_EQ(json["facts"].size(), kFacts);
  EXPECT_EQ(nlohmann::json::parse(json.dump()), json);
}

TEST(Report, OfATapeAloneHasNoReference) {
  Validation validation;
  const Tape tape = TapeMaker(12, 1).make(2000);
  validation.tape = check_against(tape, nullptr, {.replicates = 20});
  validation.facts = check_facts(series_of(bars_of(tape, 10'000, "tape")), {.replicates = 20});
  EXPECT_THAT(text_report(validation), testing::HasSubstr("no reference"));
  EXPECT_TRUE(json_report(validation)["tape"]["reference"].is_null());
}

}  // namespace
}  // namespace marketmimic
