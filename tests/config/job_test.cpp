#include "host/config/job.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "support.hpp"

namespace marketmimic {
namespace {

struct BadText {
  std::string text, message;
};

TEST(Job, EmptyTextGivesTheDefaults) {
  EXPECT_EQ(Bits(parse_job("", "job.toml")), Bits(Job{}));
  EXPECT_EQ(Bits(parse_job("\xEF\xBB\xBF# only this\r\n", "job.toml")), Bits(Job{}));
}

TEST(Job, SetsWhatTheFileNames) {
  const Job job = parse_job(R"(
    scenarios = 10_000
    step_seconds = 300
    seed = 0x7fff_ffff_ffff_ffff
    market = { model = "order_book", levels = 5, random_clock = false, clock = 34_200 }
    [strategy]
    peak = 3           # a whole number is a real one too
    taker_fee = 1e-4
    override_events = ["crash", "drawdown_stop"]
    fill_tolerance = 0.05
    [detectors]
    trend_start = 3.5
    [success]
    loss_limit = 0.1
    [output]
    shard_mebibytes = 64
    record = ["market", "labels"]
  )",
                            "job.toml");
  EXPECT_EQ(job.scenarios, 10'000u);
  EXPECT_EQ(job.steps, 288u);
  EXPECT_EQ(job.step_seconds, 300u);
  EXPECT_EQ(job.seed, std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  EXPECT_EQ(job.levels, 5u);
  EXPECT_EQ(job.model, MarketModel::order_book);
  EXPECT_FALSE(job.random_clock);
  EXPECT_EQ(job.clock, 34'200u);
  EXPECT_EQ(job.peak, 3.0);
  EXPECT_EQ(job.taker_fee, 1e-4);
  EXPECT_EQ(job.adaptation.override_events, event_bit(MarketEvent::crash) | event_bit(MarketEvent::drawdown_stop));
  EXPECT_EQ(job.adaptation.fill_tolerance, 0.05f);
  EXPECT_EQ(job.detectors.trend_start, 3.5f);
  EXPECT_EQ(job.success.loss_limit, 0.1f);
  EXPECT_EQ(job.shard_mebibytes, 64u);
  EXPECT_TRUE(job.record.market && job.record.labels);
  EXPECT_FALSE(job.record.observations || job.record.actions || job.record.book || job.record.strategy ||
               job.record.orders);
}

TEST(Job, NamesLineColumnKeyRangeAndValueOfWhatIsWrong) {
  const std::vector<BadText> cases = {
      {"[market]\nlevels=0", "2:8: market.levels must be 1 to 50 (got 0)"},
      {"[market]\nlevels = 51", "2:10: market.levels must be 1 to 50 (got 51)"},
      {"[market]\nlevels = 1.5", "2:10: market.levels must be a whole number, 1 to 50 (got 1.5)"},
      {"[market]\nclock = 86_400", "2:9: market.clock must be 0 to 86399 (got 86400)"},
      {"[market]\nmodel = 'orderbook'",
       "2:9: market.model must be one of file, diffusion, order_book (got 'orderbook'); did you mean 'order_book'?"},
      {"[strategy]\nlatency = 61", "2:11: strategy.latency must be 0 to 60 (got 61)"},
      {"[strategy]\nlatency = -1", "2:11: strategy.latency must be 0 to 60 (got -1)"},
      {"[market]\nrandom_clock = 1", "2:16: market.random_clock must be true or false (got 1)"},
      {"scenarios = 0", "1:13: scenarios must be 1 to 1000000000000 (got 0)"},
      {"scenarios = -3", "1:13: scenarios must be 1 to 1000000000000 (got -3)"},
      {"scenarios = 1_000_000_000_001", "1:13: scenarios must be 1 to 1000000000000 (got 1000000000001)"},
      {"steps = 0", "1:9: steps must be 1 to 1000000 (got 0)"},
      {"steps = \"many\"", "1:9: steps must be a whole number, 1 to 1000000 (got 'many')"},
      {"steps = [1, 2]", "1:9: steps must be a whole number, 1 to 1000000 (got an array of 2)"},
      {"steps = 2026-11-22", "1:9: steps must be a whole number, 1 to 1000000 (got a date or time)"},
      {"step_seconds = 86401", "1:16: step_seconds must be 1 to 86400 (got 86401)"},
      {"seed = -1", "1:8: seed must be 0 to 9223372036854775807 (got -1)"},
      {"scenarios = 1_000_000_000_000\nsteps = 1001", "1:13: scenarios x steps must be at most 1e15"},
      {"market = 3", "1:10: market must be a table (got 3)"},
      {"[strategy]\npeak = nan", "2:8: strategy.peak must be 0 to 1000000000000 (got nan)"},
      {"[strategy]\npeak = -inf", "2:8: strategy.peak must be 0 to 1000000000000 (got -inf)"},
      {"[strategy]\ntaker_fee = 0.0040", "2:13: strategy.taker_fee must be 0 to 0.0039 (got 0.004)"},
      {"[strategy]\npassive_share = 1e300", "2:17: strategy.passive_share must be 0 to 1 (got 1e+300)"},
      {"[strategy]\neagerness = true", "2:13: strategy.eagerness must be a number, 0 to 1 (got true)"},
      {"[strategy]\noverride_events = 'crash'",
       "2:19: strategy.override_events must be an array of names, of trend_up, trend_down, crash, range, "
       "volatility_break, drawdown_stop, recovery, gain, loss (got 'crash')"},
      {"[strategy]\noverride_events = ['crsh']",
       "2:20: strategy.override_events must be one of trend_up, trend_down, crash, range, volatility_break, "
       "drawdown_stop, recovery, gain, loss (got 'crsh'); did you mean 'crash'?"},
      {"[detectors]\nusual_half_life = 5", "2:19: detectors.usual_half_life must be above detectors.recent_half_life"},
      {"[detectors]\nrecent_half_life = 300",
       "1:1: detectors.usual_half_life must be above detectors.recent_half_life"},
      {"[detectors]\ntrend_end = 2.6", "2:13: detectors.trend_end must not be above detectors.trend_start"},
      {"[detectors]\ncrash_end = 5", "2:13: detectors.crash_end must not be above detectors.crash_start"},
      {"[detectors]\nbreak_end = 5", "2:13: detectors.break_end must not be above detectors.break_start"},
      {"[output]\nrecord = ['books']",
       "2:11: output.record must be one of observations, actions, market, book, strategy, labels, orders (got "
       "'books'); did you mean 'book'?"},
      {"[output]\nrecord = [7]",
       "2:11: output.record must be one of observations, actions, market, book, strategy, labels, orders (got 7)"},
      {"[output]\nstride = 0", "2:10: output.stride must be 1 to 1000000 (got 0)"},
      {"steps = 100\n[output]\nstride = 7", "3:10: output.stride must divide steps (100; got 7)"},
      {"[stop]\nsuccesses = -1", "2:13: stop.successes must be 0 to 1000000000000 (got -1)"},
      {"[stop]\nsuccess = 1", "2:1: unknown key 'stop.success'; did you mean stop.successes?"},
      {"[assets]\nnumber = 1", "1:1: assets.correlation must be given: a row for each asset"},
      {"[assets]\nnumber = 0", "1:1: assets.correlation must be given: a row for each asset"},
      {"[assets]\ncorrelation = 0.5", "2:15: assets.correlation must be an array of 2 to 64 rows (got 0.5)"},
      {"[assets]\ncorrelation = [[1]]",
       "2:15: assets.correlation must be an array of 2 to 64 rows (got an array of 1)"},
      {"[assets]\ncorrelation = [[1, 0], [0]]",
       "2:24: assets.correlation must be an array of 2 numbers (got an array of 1)"},
      {"[assets]\ncorrelation = [[1, 2], [2, 1]]", "2:20: assets.correlation must be -1 to 1 (got 2)"},
      {"[assets]\ncorrelation = [[1, 0], [0, 1]]\nnumber = 2", "3:10: assets.number must be 0 to 1 (got 2)"},
      {"[assets]\ncorrelation = [[1, 0], [0, 1]]\ncontagion = { share = 2 }",
       "3:23: assets.contagion.share must be 0 to 1 (got 2)"},
      {"[assets]\ncorrelation = [[1, 0], [0, 1]]\n[[perturbation]]\nkind = 'news'\nasset = 2",
       "5:9: perturbation.asset must be 0 to 1 (got 2)"},
      {"[strategy]\nplan = 'hold'",
       "2:8: strategy.plan must be an array of 0 to 32 texts of 1 to 64 printable ASCII characters (got 'hold')"},
      {"[strategy]\nplan = ['hold', 3]",
       "2:17: strategy.plan must be an array of 0 to 32 texts of 1 to 64 printable ASCII characters (got 3)"},
      {"[strategy]\noverride_action = 'panic'",
       "2:19: strategy.override_action must be one of leave, abort, replace, replan (got 'panic')"},
      {"[strategy.repulsion]\nloss = 2", "2:8: strategy.repulsion.loss must be 0 to 1 (got 2)"},
      {"[[strategy.variation_share]]\nkind = 'hold'\nshare = 11",
       "3:9: strategy.variation_share.share must be 0 to 10 (got 11)"},
      {"[strategy]\norders = 'urgent'",
       "2:10: strategy.orders must be one of demonstrated, passive, aggressive, urgency (got 'urgent'); did you mean "
       "'urgency'?"},
      {"[[success.primitive]]\nkind = 'hold'\nfill_tolerance = -1",
       "3:18: success.primitive.fill_tolerance must be 0 to 10 (got -1)"},
      {"[[success.primitive]]\nkind = 'hold'\ncost_limit = 'low'",
       "3:14: success.primitive.cost_limit must be a number, 0 to 100 (got 'low')"},
      {"severity = 5", "1:12: severity must be 0 to 4 (got 5)"},
      {"[output]\nshard_mebibytes = 5000", "2:19: output.shard_mebibytes must be 1 to 4096 (got 5000)"},
  };
  for (const BadText& bad : cases)
    EXPECT_EQ(refusal([&] { parse_job(bad.text, "job.toml"); }), "2 job.toml:" + bad.message) << bad.text;
}

TEST(Job, SuggestsAKnownKeyForAnUnknownOne) {
  const std::vector<BadText> cases = {
      {"scenario = 3", "1:1: unknown key 'scenario'; did you mean scenarios?"},
      {"\n  sede = 3", "2:3: unknown key 'sede'; did you mean seed?"},
      {"[market]\nlevel = 3", "2:1: unknown key 'market.level'; did you mean market.levels?"},
      {"[asset]\nnumber = 1", "1:2: unknown key 'asset'; did you mean assets?"},
      {"[stratgy]\npeak = 3", "1:2: unknown key 'stratgy'; did you mean strategy?"},
      {"levels = 3", "1:1: unknown key 'levels'; did you mean market.levels?"},
      {"[market]\npeak = 3", "2:1: unknown key 'market.peak'; did you mean strategy.peak?"},
      {"[market]\nbanana = 3", "2:1: unknown key 'market.banana'; known here: model, levels, random_clock, clock"},
      {"[success]\n\"two\\nlines\" = 3",
       "2:1: unknown key 'success.two\\x0alines'; known here: loss_limit, shortfall_limit, flat_tolerance, "
       "primitive"},
      {"[success]\nbanana = 3\n[market]\nbanana = 3",
       "2:1: unknown key 'success.banana'; known here: loss_limit, shortfall_limit, flat_tolerance, "
       "primitive"},
      // The wrong key comes first, since it may be why a rule between keys is broken.
      {"[detectors]\nrecent_half_life = 300\nusual_halflife = 400",
       "3:1: unknown key 'detectors.usual_halflife'; did you mean detectors.usual_half_life?"},
  };
  for (const BadText& bad : cases)
    EXPECT_EQ(refusal([&] { parse_job(bad.text, "job.toml"); }), "2 job.toml:" + bad.message) << bad.text;
}

TEST(Job, NamesLineAndColumnOfBrokenSyntax) {
  const std::vector<BadText> cases = {
      {"steps = ", "1:9: "},
      {"steps = 3\nsteps = 4", "2:9: "},
      {"[market\nlevels = 3", "1:8: "},
      {"seed = 9223372036854775808", "1:"},
      {std::string("a = 1\0", 6), "1:"},
      {"a = \"no end", "1:"},
      {"a = " + std::string(300, '['), "1:"},
  };
  for (const BadText& bad : cases) {
    const std::string line = refusal([&] { parse_job(bad.text, "job.toml"); });
    EXPECT_THAT(line, testing::StartsWith("2 job.toml:" + bad.message)) << bad.text;
    for (const char c : line) EXPECT_TRUE(c >= ' ' && c <= '~') << line;
  }
}

TEST(Job, TakesCommentsInAnyLanguageAndCountsTheirCharacters) {
  EXPECT_EQ(parse_job("# Größe ≥ 1 — 数\nsteps = 7  # \xFF\xFE no UTF-8", "job.toml").steps, 7u);
  EXPECT_EQ(refusal([] { parse_job("[market]\n'größe' = 1", "job.toml"); }),
            "2 job.toml:2:1: unknown key 'market.gr??e'; known here: model, levels, random_clock, clock");
  EXPECT_EQ(refusal([] { parse_job("market = { 'größe' = 1, levels = 0 }", "job.toml"); }),
            "2 job.toml:1:34: market.levels must be 1 to 50 (got 0)");
}

TEST(Job, SurvivesTextMadeToOverflowTheStack) {
  std::string nested;
  for (int i = 0; i < 500'000; ++i) nested += "a.";
  EXPECT_EQ(refusal([&] { parse_job(nested + "a = 1", "job.toml"); }),
            "2 job.toml: over 6144 dots; this is no configuration file");
  EXPECT_THAT(refusal([&] { parse_job(nested.substr(0, 2 * 6144) + "a = 1", "job.toml"); }),
              testing::StartsWith("2 job.toml:1:1: unknown key 'a'"));
  std::string keys;
  for (int i = 0; i < 50'000; ++i) keys += "k" + std::to_string(i) + " = 1\n";
  EXPECT_THAT(refusal([&] { parse_job(keys, "job.toml"); }), testing::StartsWith("2 job.toml:1:1: unknown key 'k0'"));
}

TEST(Job, IsCheckedAfterFlagsChangedIt) {
  const auto refused = [](const auto& change) {
    Job job;
    job.perturbations.push_back(default_perturbation(PerturbationKind::flash_crash));
    change(job);
    return refusal([&] { check_job(job); });
  };
  EXPECT_EQ(refused([](Job&) {}), "");
  EXPECT_EQ(refused([](Job& j) { j.scenarios = 0; }), "2 scenarios must be 1 to 1000000000000 (got 0)");
  EXPECT_EQ(refused([](Job& j) { j.levels = 0; }), "2 market.levels must be 1 to 50 (got 0)");
  EXPECT_EQ(refused([](Job& j) { j.seed = ~0ull; }),
            "2 seed must be 0 to 9223372036854775807 (got 18446744073709551615)");
  EXPECT_EQ(refused([](Job& j) { j.peak = std::numeric_limits<double>::quiet_NaN(); }),
            "2 strategy.peak must be 0 to 1000000000000 (got nan)");
  EXPECT_EQ(refused([](Job& j) { j.scenarios = 1'000'000'000'000, j.steps = 1001; }),
            "2 scenarios x steps must be at most 1e15");
  EXPECT_EQ(refused([](Job& j) { j.adaptation.eagerness = 1.5f; }), "2 strategy.eagerness must be 0 to 1 (got 1.5)");
  EXPECT_EQ(refused([](Job& j) { j.adaptation.override_events = 512; }),
            "2 strategy.override_events must hold only trend_up, trend_down, crash, range, volatility_break, "
            "drawdown_stop, recovery, gain, loss");
  EXPECT_EQ(refused([](Job& j) { j.perturbations[0].rule.kind = 7; }),
            "2 perturbation[0].kind must be one of volatility_spike, flash_crash, liquidity_gap, news, halt, "
            "liquidation_cascade, climate");
  EXPECT_EQ(refused([](Job& j) { j.assets.correlation = {1, 0, 1}; }), "2 assets.correlation must be 2 to 64 rows");
  EXPECT_EQ(refused([](Job& j) {
              j.assets.correlation = {1, 0, 0, 1};
              j.assets.number = 2;
            }),
            "2 assets.number must be 0 to 1 (got 2)");
  EXPECT_EQ(refused([](Job& j) { j.perturbations[0].count = 17; }), "2 perturbation[0].count must be 1 to 16 (got 17)");
  EXPECT_EQ(refused([](Job& j) {
              j.perturbations[0].rule.spread = {9, 8};
            }),
            "2 perturbation[0].spread must be [low, high]");
  EXPECT_EQ(refused([](Job& j) { j.perturbations.resize(17, j.perturbations[0]); }),
            "2 perturbation must be 0 to 16 tables (got 17)");
  EXPECT_EQ(refused([](Job& j) {
              j.perturbations[0].count = 9;
              j.perturbations.resize(2, j.perturbations[0]);
            }),
            "2 perturbation must make at most 16 injections in a scenario, counts added up (got 18)");
}

/// The canonical text is part of a run's identity: a change here makes every older run another one.
TEST(Job, TextHasEveryKeyInAFixedForm) {
  Job job;
  job.perturbations.push_back(default_perturbation(PerturbationKind::news));
  EXPECT_EQ(job_text(job), R"(scenarios = 1000
steps = 288
step_seconds = 60
seed = 1
preset = []
severity = 1.0

[market]
model = "file"
levels = 10
random_clock = true
clock = 0

[strategy]
peak = 0.0
taker_fee = 0.00045
maker_fee = 0.00015
passive_share = 0.2
latency = 0.0
mode = "full"
noise = 0.1
eagerness = 0.25
patience = 1.5
start_patience = 3600.0
horizon_share = 0.8
longest_compression = 8.0
size_exponent = 0.25
smallest_size = 0.5
largest_size = 1.25
amplitude = "kept"
largest_amplitude = 2.0
mirror = false
slowest_pace = 0.5
fastest_pace = 2.0
phase_stopping = 25.0
override_events = ["crash"]
override_action = "leave"
orders = "demonstrated"
participation = 0.2
inventory_limit = 1.5
fill_tolerance = 0.1
positions = 1
warm_up = 0.0
sequence = "demonstration"
profit_target = 0.0
loss_stop = 0.0
variation = 0.0
boundary_deviation = 0.0
hold_steps = 0
plan = []

[strategy.repulsion]
loss = 0.0
inventory = 0.0
price = 0.0
participation = 0.0
price_limit = 0.02

[detectors]
usual_half_life = 288.0
recent_half_life = 6.0
trend_half_life = 12.0
trend_start = 2.5
trend_end = 1.0
crash_start = 4.0
crash_end = 2.0
extreme_half_life = 6.0
recovery_share = 0.5
range_limit = 0.8
range_bars = 12.0
break_start = 3.0
break_end = 1.5
drawdown_start = 3.0
gain_start = 1.0

[success]
loss_limit = 0.2
shortfall_limit = 0.01
flat_tolerance = 0.02

[output]
shard_mebibytes = 256
record = ["observations", "actions", "market", "book", "strategy", "labels", "orders"]
store = "plain"

[[perturbation]]
kind = "news"
count = 1
probability = 1.0
at_share = [0.25, 0.75]
trigger = "time"
events = []
exposure = 0.0
before = 180.0
depth_before = 0.2
jump = [0.0, 2.0]
up_probability = 0.5
rise = 0.0
plateau = 0.0
recovery = 0.0
half_life = 1200.0
volatility = 3.0
excitation = 0.7
depth = 1.0
side = "both"
spread = 2.0
volume = 4.0
)");
}

/// The part of the text that a job without a stop rule does not have, so that the rule changes no other identity.
TEST(Job, TextHasStopRulesWhereThereAreAny) {
  Job job;
  EXPECT_THAT(job_text(job), testing::Not(testing::HasSubstr("stop]")));
  job.stop.successes = 250;
  EXPECT_THAT(job_text(job), testing::HasSubstr("\n[stop]\nsuccesses = 250\n"));
  EXPECT_EQ(Bits(parse_job(job_text(job), "job.toml")), Bits(job));
  EXPECT_EQ(parse_job("[stop]\nsuccesses = 3", "job.toml").stop.successes, 3u);
}

/// So that the key changes no identity of runs that store every step.
TEST(Job, TextHasAStrideWhereRowsSpanSeveralSteps) {
  Job job;
  EXPECT_THAT(job_text(job), testing::Not(testing::HasSubstr("stride")));
  EXPECT_EQ(Bits(parse_job("[output]\nstride = 1", "job.toml")), Bits(job));
  job.stride = 12;
  EXPECT_THAT(scenarios_text(job), testing::HasSubstr("\nstride = 12\n"));
  EXPECT_EQ(Bits(parse_job(job_text(job), "job.toml")), Bits(job));
}

/// The part of the text that a job about one asset does not have.
TEST(Job, TextHasAssetsWhereThereAreSeveral) {
  Job job;
  job.assets = {{1, 0.6, 0.6, 1}, 1, Contagion{}};
  job.perturbations.push_back(default_perturbation(PerturbationKind::news));
  job.perturbations[0].asset = 1;
  EXPECT_THAT(job_text(job), testing::HasSubstr(R"(
[assets]
correlation = [
  [1.0, 0.6],
  [0.6, 1.0]]
number = 1

[assets.contagion]
share = [0.01, 0.2]
lag = [1.0, 60.0]

[[perturbation]]
kind = "news"
asset = 1
count = 1
)"));
}

TEST(Job, CommentsExplainEveryKeyAndChangeNothing) {
  Job job;
  job.perturbations.push_back(default_perturbation(PerturbationKind::flash_crash));
  const std::string text = job_text(job, Comments::with);
  EXPECT_THAT(text, testing::HasSubstr("levels = 10  # of the book on each side (1 to 50)\n"));
  EXPECT_EQ(Bits(parse_job(text, "job.toml")), Bits(job));
  std::istringstream lines(text);
  std::string line, before;
  for (; std::getline(lines, line); before = line) {
    const bool is_setting = line.find(" = ") != std::string::npos && line[0] != '#';
    EXPECT_TRUE(!is_setting || line.find("  # ") != std::string::npos || before.starts_with("# ")) << line;
  }
}

/// The example says the truth about the defaults and leaves no key out.
TEST(Job, ExampleShowsEveryKeyWithItsDefault) {
  const std::string path = MARKETMIMIC_SOURCE_DIR "/tools/job.example.toml";
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  Job example = read_job_file(path);
  for (const char* key : {"correlation", "number", "share", "lag", "  asset"})  // of several assets: comments
    EXPECT_THAT(text, testing::HasSubstr(fmt::format("\n# {} = ", key)));
  ASSERT_EQ(example.perturbations.size(), kPerturbationKinds);
  std::istringstream lines(job_text(example));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t end = line.find(" = ");
    if (end == std::string::npos) continue;
    EXPECT_THAT(text, testing::HasSubstr('\n' + line.substr(0, end + 3)));
  }
  example.perturbations.clear();
  EXPECT_EQ(Bits(example), Bits(Job{}));
}

}  // namespace
}  // namespace marketmimic
