#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "host/config/job.hpp"
#include "host/config/names.hpp"
#include "support.hpp"

namespace marketmimic {
namespace {

Job with(const std::string& kind, const std::string& keys) {
  return parse_job("[[perturbation]]\nkind = '" + kind + "'\n" + keys, "job.toml");
}
PerturbationEntry one(const std::string& kind, const std::string& keys) {
  const Job job = with(kind, keys);
  EXPECT_EQ(job.perturbations.size(), 1u);
  return job.perturbations.at(0);
}
void expect_range(const Range& range, float low, float high) {
  EXPECT_EQ(range.low, low);
  EXPECT_EQ(range.high, high);
}

TEST(Perturbation, NamingTheKindIsEnough) {
  for (std::uint32_t kind = 0; kind < kPerturbationKinds; ++kind) {
    const PerturbationEntry entry = one(std::string(kPerturbationNames[kind]), "");
    EXPECT_EQ(entry.rule.kind, kind);
    EXPECT_EQ(Bits(entry), Bits(default_perturbation(static_cast<PerturbationKind>(kind))));
    Job job;
    job.perturbations.push_back(entry);
    EXPECT_EQ(refusal([&] { check_job(job); }), "");
  }
}

/// Sizes of the crises they are named after.
TEST(Perturbation, DefaultsAreThoseOfRecord) {
  const PerturbationRule spike = default_perturbation(PerturbationKind::volatility_spike).rule;
  expect_range(spike.volatility, 4, 4);
  expect_range(spike.half_life, 600, 600);
  const PerturbationRule crash = default_perturbation(PerturbationKind::flash_crash).rule;
  EXPECT_NEAR(1 - std::exp(-crash.displacement.low), 0.06, 1e-8);
  expect_range(crash.rise, 270, 270);
  expect_range(crash.recovery, 0.8f, 0.8f);
  expect_range(crash.half_life, 600, 600);
  expect_range(crash.depth, 0.01f, 0.05f);
  EXPECT_EQ(crash.up_probability, 0.0f);
  const PerturbationRule gap = default_perturbation(PerturbationKind::liquidity_gap).rule;
  expect_range(gap.depth, 0.05f, 0.05f);
  EXPECT_EQ(gap.side, ShockSide::both);
  const PerturbationRule news = default_perturbation(PerturbationKind::news).rule;
  expect_range(news.depth_before, 0.2f, 0.2f);
  EXPECT_EQ(news.up_probability, 0.5f);
}

TEST(Perturbation, TakesANumberOrARangeToDrawFrom) {
  const PerturbationEntry crash = one("flash_crash",
                                      "at = [600, 14400]\ndrop = [0.05, 0.5]\nduration = 13\nrecovery = [0, 1]\n"
                                      "probability = 0.5\ncount = 2\nup_probability = 0.25\nside = 'random'");
  EXPECT_FALSE(crash.start_is_share);
  expect_range(crash.rule.start, 600, 14400);
  EXPECT_NEAR(crash.rule.displacement.low, -std::log(0.95), 1e-8);
  EXPECT_NEAR(crash.rule.displacement.high, -std::log(0.5), 1e-7);
  expect_range(crash.rule.rise, 13, 13);
  expect_range(crash.rule.recovery, 0, 1);
  EXPECT_EQ(crash.rule.probability, 0.5f);
  EXPECT_EQ(crash.rule.up_probability, 0.25f);
  EXPECT_EQ(crash.rule.side, ShockSide::random);
  EXPECT_EQ(crash.count, 2u);
  EXPECT_TRUE(one("news", "at_share = 0.5").start_is_share);
}

/// A crash really takes the price down by its drop, and the recovery brings its share back.
TEST(Perturbation, DropIsTheShareOfThePriceThatGoes) {
  const PerturbationRule rule = one("flash_crash", "drop = 0.3\nrecovery = 0.5\nat = 100\nduration = 60").rule;
  const Injection crash = resolved_rule({rule, false, 1}, 1000, 1e-4f).draw(Stream::of(1, 0), 0);
  EXPECT_NEAR(std::exp(crash.moved(160)), 0.7, 1e-6);
  EXPECT_NEAR(std::exp(crash.moved(1e6)), std::sqrt(0.7), 1e-6);
}

TEST(Perturbation, SharesAndDailySigmasAreResolvedByHorizonAndMarket) {
  const PerturbationEntry news = one("news", "at_share = [0.25, 0.5]\njump = [1, 2]");
  const PerturbationRule rule = resolved_rule(news, 1000.0f, 1e-4f);
  expect_range(rule.start, 250, 500);
  EXPECT_NEAR(rule.displacement.low, 1e-4 * std::sqrt(86400.0), 1e-8);
  EXPECT_NEAR(rule.displacement.high, 2e-4 * std::sqrt(86400.0), 1e-8);
  PerturbationEntry crash = one("flash_crash", "at = 7");
  EXPECT_EQ(Bits(resolved_rule(crash, 1000.0f, 1e-4f)), Bits(crash.rule));
}

TEST(Perturbation, SeverityOneIsTheRuleItself) {
  for (std::uint32_t kind = 0; kind < kPerturbationKinds; ++kind) {
    const PerturbationRule rule = default_perturbation(static_cast<PerturbationKind>(kind)).rule;
    EXPECT_EQ(Bits(at_severity(rule, 1)), Bits(rule)) << kind;
  }
}

TEST(Perturbation, SeverityZeroHasNoEffect) {
  for (std::uint32_t kind = 0; kind < kPerturbationKinds; ++kind) {
    const PerturbationRule rule = at_severity(default_perturbation(static_cast<PerturbationKind>(kind)).rule, 0);
    for (const Range& factor : {rule.volatility, rule.depth, rule.depth_before, rule.spread, rule.volume})
      expect_range(factor, 1, 1);
    for (const Range& size :
         {rule.displacement, rule.excitation, rule.participation, rule.sweep, rule.drift, rule.density})
      expect_range(size, 0, 0);
    EXPECT_EQ(rule.probability, 0.0f);
    EXPECT_EQ(rule.hold, 0.0f);
  }
}

TEST(Perturbation, SeverityRaisesFactorsAndScalesSizesWithinTheirLimits) {
  const PerturbationRule rule =
      one("flash_crash", "drop = 0.3\ndepth = [0.01, 0.5]\nvolatility = 4\nduration = 60").rule;
  const PerturbationRule twice = at_severity(rule, 2), most = at_severity(rule, 4);
  EXPECT_NEAR(twice.displacement.low, -2 * std::log(0.7), 1e-6);
  EXPECT_NEAR(twice.depth.low, 0.002, 1e-8) << "0.0001 is less than a book keeps";
  EXPECT_NEAR(twice.depth.high, 0.25, 1e-6);
  EXPECT_NEAR(twice.volatility.low, 16, 1e-4);
  EXPECT_NEAR(most.volatility.low, 20, 1e-6);
  expect_range(most.rise, rule.rise.low, rule.rise.high);
  const Range drift = at_severity(one("climate", "drift = [-0.1, 0.5]").rule, 4).drift;
  EXPECT_NEAR(drift.low * 86'400, -0.4, 1e-5);
  EXPECT_NEAR(drift.high * 86'400, 1, 1e-5);
  EXPECT_NEAR(at_severity(one("flash_crash", "drop = 0.8").rule, 4).displacement.low, -std::log(0.1), 1e-5);
  EXPECT_NEAR(at_severity(default_perturbation(PerturbationKind::halt).rule, 2).plateau.low, 600, 1e-3);
}

TEST(Perturbation, RefusesWhatNoCrisisSupports) {
  struct Case {
    std::string kind, keys, message;
  };
  const std::vector<Case> cases = {
      {"volatility_spike", "intensity = 1.4", "3:13: perturbation.intensity must be 1.5 to 20 (got 1.4)"},
      {"volatility_spike", "rise = 61", "3:8: perturbation.rise must be 0 to 60 (got 61)"},
      {"volatility_spike", "half_life = 29", "3:13: perturbation.half_life must be 30 to 7200 (got 29)"},
      {"flash_crash", "drop = 0", "3:8: perturbation.drop must be 0.01 to 0.9 (got 0)"},
      {"flash_crash", "drop = [0.5, 0.95]", "3:14: perturbation.drop must be 0.01 to 0.9 (got 0.95)"},
      {"flash_crash", "drop = [0.5, 0.4]",
       "3:14: perturbation.drop must be [low, high] with high at least 0.5 (got 0.4)"},
      {"flash_crash", "drop = [0.5]", "3:8: perturbation.drop must be a number or [low, high] (got an array of 1)"},
      {"flash_crash", "drop = 'big'", "3:8: perturbation.drop must be a number, 0.01 to 0.9 (got 'big')"},
      {"flash_crash", "duration = 7.9", "3:12: perturbation.duration must be 8 to 900 (got 7.9)"},
      {"flash_crash", "recovery = 1.1", "3:12: perturbation.recovery must be 0 to 1 (got 1.1)"},
      {"flash_crash", "half_life = nan", "3:13: perturbation.half_life must be 10 to 1800 (got nan)"},
      {"liquidity_gap", "depth = 0.001", "3:9: perturbation.depth must be 0.002 to 0.5 (got 0.001)"},
      {"liquidity_gap", "spread = 51", "3:10: perturbation.spread must be 2 to 50 (got 51)"},
      {"liquidity_gap", "side = 'bit'",
       "3:8: perturbation.side must be one of both, bid, ask, random (got 'bit'); did you mean 'bid'?"},
      {"liquidity_gap", "duration = 4", "3:12: perturbation.duration must be 5 to 3600 (got 4)"},
      {"news", "before = 30", "3:10: perturbation.before must be 60 to 300 (got 30)"},
      {"news", "jump = 6", "3:8: perturbation.jump must be 0 to 5 (got 6)"},
      {"news", "excitation = 0.96", "3:14: perturbation.excitation must be 0.5 to 0.95 (got 0.96)"},
      {"news", "up_probability = 2", "3:18: perturbation.up_probability must be 0 to 1 (got 2)"},
      {"news", "count = 0", "3:9: perturbation.count must be 1 to 16 (got 0)"},
      {"news", "probability = -0.1", "3:15: perturbation.probability must be 0 to 1 (got -0.1)"},
      {"news", "at = 1\nat_share = 0.5",
       "4:12: perturbation.at and perturbation.at_share exclude each other; keep one"},
      {"news", "at_share = 1.5", "3:12: perturbation.at_share must be 0 to 1 (got 1.5)"},
      {"news", "at = -1", "3:6: perturbation.at must be 0 to 100000000000 (got -1)"},
      {"news", "drop = 0.5",
       "3:1: unknown key 'perturbation.drop'; known here: kind, count, probability, at, at_share, trigger, events, "
       "exposure, before, depth_before, jump, up_probability, rise, plateau, recovery, half_life, volatility, "
       "excitation, depth, side, "
       "spread, volume"},
      {"news", "halflife = 60", "3:1: unknown key 'perturbation.halflife'; did you mean perturbation.half_life?"},
      {"flash_crash", "participation = 0.3", "3:17: perturbation.participation must be 0 to 0.2 (got 0.3)"},
      {"flash_crash", "sweep = 1001", "3:9: perturbation.sweep must be 0 to 1000 (got 1001)"},
      {"halt", "duration = 0", "3:12: perturbation.duration must be 1 to 3600 (got 0)"},
      {"halt", "drop = 0.1",
       "3:1: unknown key 'perturbation.drop'; known here: kind, count, probability, at, at_share, "
       "trigger, events, exposure, duration, half_life, volatility, excitation, depth, side, spread, volume"},
      {"liquidation_cascade", "density = -1", "3:11: perturbation.density must be 0 to 3600 (got -1)"},
      {"liquidation_cascade", "excitation = 1", "3:14: perturbation.excitation must be 0 to 0.95 (got 1)"},
      {"climate", "drift = 2", "3:9: perturbation.drift must be -1 to 1 (got 2)"},
      {"climate", "hold = nan", "3:8: perturbation.hold must be 0 to 1 (got nan)"},
      {"news", "trigger = 'never'",
       "3:11: perturbation.trigger must be one of time, market_event, exposure, peak (got 'never')"},
      {"news", "trigger = 'market_event'",
       "1:1: perturbation.events must name what trigger = \"market_event\" waits for"},
      {"news", "trigger = 'exposure'\nexposure = 11", "4:12: perturbation.exposure must be 0 to 10 (got 11)"},
      {"flash_crsh", "",
       "2:8: perturbation.kind must be one of volatility_spike, flash_crash, liquidity_gap, news, halt, "
       "liquidation_cascade, climate (got 'flash_crsh'); "
       "did you mean 'flash_crash'?"},
  };
  for (const Case& bad : cases)
    EXPECT_EQ(refusal([&] { with(bad.kind, bad.keys); }), "2 job.toml:" + bad.message) << bad.kind << ": " << bad.keys;
}

TEST(Perturbation, NeedsAKindAndTables) {
  EXPECT_EQ(
      refusal([] { parse_job("\n[[perturbation]]\ndrop = 0.5", "job.toml"); }),
      "2 job.toml:2:1: perturbation.kind is missing: one of volatility_spike, flash_crash, liquidity_gap, news, halt, "
      "liquidation_cascade, climate");
  EXPECT_EQ(refusal([] { parse_job("perturbation = 3", "job.toml"); }),
            "2 job.toml:1:16: perturbation must be tables [[perturbation]] (got 3)");
  EXPECT_EQ(refusal([] { parse_job("perturbation = [3]", "job.toml"); }),
            "2 job.toml:1:16: perturbation must be tables [[perturbation]] (got an array of 1)");
  EXPECT_EQ(refusal([] { parse_job("[perturbation]\nkind = 'news'", "job.toml"); }),
            "2 job.toml:1:1: perturbation must be tables [[perturbation]] (got a table)");
  EXPECT_EQ(parse_job("perturbation = [{ kind = 'news' }, { kind = 'news' }]", "job.toml").perturbations.size(), 2u);
}

TEST(Perturbation, WaitsForWhatItsTriggerNames) {
  const PerturbationRule rule = one("news", "at = 60\ntrigger = 'market_event'\nevents = ['crash', 'recovery']").rule;
  Injection i = rule.draw(Stream::of(1, 2), 0);
  EXPECT_EQ(i.start, Injection::never);
  i.wait(0, event_bit(MarketEvent::crash), 0, 0);
  EXPECT_EQ(i.start, Injection::never);  // too early
  i.wait(120, event_bit(MarketEvent::range), 0, 0);
  EXPECT_EQ(i.start, Injection::never);
  i.wait(180, event_bit(MarketEvent::recovery), 0, 0);
  EXPECT_EQ(i.start, 180);
  i.wait(240, event_bit(MarketEvent::crash), 0, 0);
  EXPECT_EQ(i.start, 180);

  Injection held = one("news", "at = 0\ntrigger = 'exposure'\nexposure = 0.5").rule.draw(Stream::of(1, 2), 0);
  held.wait(60, 127, 0.49f, 0.49f);
  EXPECT_EQ(held.start, Injection::never);
  held.wait(120, 0, 0.5f, 0.5f);
  EXPECT_EQ(held.start, 120);

  Injection peak = one("news", "at = 0\ntrigger = 'peak'\nexposure = 0.5").rule.draw(Stream::of(1, 2), 0);
  peak.wait(60, 0, 0.3f, 0.4f);
  peak.wait(120, 0, 0.8f, 0.8f);
  EXPECT_EQ(peak.start, Injection::never);
  peak.wait(180, 0, 0.7f, 0.8f);
  EXPECT_EQ(peak.start, 180);
}

TEST(Preset, NamesAddTheirTables) {
  for (std::size_t k = 0; k < kPresetNames.size(); ++k) {
    const Job job = parse_job("preset = ['" + std::string(kPresetNames[k]) + "']", "job.toml");
    EXPECT_EQ(Bits(job.perturbations), Bits(preset(k)));
    EXPECT_EQ(Bits(parse_job(job_text(job), "job.toml")), Bits(job)) << kPresetNames[k];  // resolved
  }
  const Job both = parse_job("preset = ['news', 'calm']\n[[perturbation]]\nkind = 'halt'", "job.toml");
  EXPECT_EQ(both.perturbations.size(), 3u);
  EXPECT_EQ(both.perturbations[0].rule.halts, 1u);
}

TEST(Preset, RefusesNamesThereAreNot) {
  EXPECT_EQ(refusal([] { parse_job("preset = ['bul']", "job.toml"); }).substr(0, 27), "2 job.toml:1:11: preset mus");
  EXPECT_EQ(refusal([] { parse_job("preset = 3", "job.toml"); }).substr(0, 26), "2 job.toml:1:10: preset mu");
}

TEST(Perturbation, FillsAtMostTheSlotsOfAScenario) {
  std::string most, over;
  for (int i = 0; i < 4; ++i) most += "[[perturbation]]\nkind = 'news'\ncount = 4\n";
  EXPECT_EQ(parse_job(most, "job.toml").perturbations.size(), 4u);
  EXPECT_EQ(refusal([&] { parse_job(most + "[[perturbation]]\nkind = 'news'", "job.toml"); }),
            "2 job.toml:1:1: perturbation must make at most 16 injections in a scenario, counts added up (got 17)");
  for (int i = 0; i < 17; ++i) over += "[[perturbation]]\nkind = 'news'\n";
  EXPECT_EQ(refusal([&] { parse_job(over, "job.toml"); }),
            "2 job.toml:1:1: perturbation must be 0 to 16 tables (got an array of 17)");
}

}  // namespace
}  // namespace marketmimic
