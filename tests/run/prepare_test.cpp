#include <cmath>
#include <set>

#include "host/run/simulation.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

TEST(Prepare, TakesTheLargestPositionFromTheDemonstration) {
  Strategy strategy = sample_strategy();
  MarketFile market;
  market.lot = 0.001;
  EXPECT_EQ(prepare(sample_job(), market, strategy).settings().adaptation.peak_lots, 500);
  strategy.primitives.resize(8, strategy.primitives.front());
  for (auto* column : {&strategy.orders, &strategy.events, &strategy.evidence, &strategy.weights}) column->resize(8);
  strategy.start_ms = {0, 1, 2, 3, 4, 5, 6, 7};
  strategy.aggressiveness.resize(8);
  strategy.aggressiveness_error.resize(8);
  strategy.fit_error.resize(8);
  strategy.confidence.resize(8);
  strategy.frames.resize(8);
  strategy.cycles = {{0, 4, 2400, 1}, {4, 2, 600, 1}, {6, 2, 600, 1}};
  strategy.cycle_peak = {9.0, 0.2, 0.7};
  strategy.demonstrations.front().cycles = 3;
  strategy.exposure_first = {0, 1, 2, 4};
  EXPECT_EQ(prepare(sample_job(), market, strategy).settings().adaptation.peak_lots, 700) << "the median";
  Job job = sample_job();
  job.peak = 0.0501;
  EXPECT_EQ(prepare(job, market, strategy).settings().adaptation.peak_lots, 50) << "the job's, in whole lots";
  job.peak = 1e-9;
  EXPECT_EQ(prepare(job, market, strategy).settings().adaptation.peak_lots, 1) << "one lot at least";
}

TEST(Prepare, StatesFeesInUnitsOfTheNotional) {
  Job job = sample_job();
  job.taker_fee = 4.5e-4;
  job.maker_fee = 0;
  const ExecutionParameters execution = sample_simulation(job).settings().execution;
  EXPECT_EQ(execution.taker_fee, 7550);  // 4.5e-4 x 2^24 = 7549.7
  EXPECT_EQ(execution.maker_fee, 0);
}

TEST(Prepare, RunsDetectorsOnBars) {
  Job job = sample_job();
  job.step_seconds = 60;
  EXPECT_EQ(sample_simulation(job).settings().bar_steps, 5u);
  job.step_seconds = 300;
  EXPECT_EQ(sample_simulation(job).settings().bar_steps, 1u);
  job.step_seconds = 3600;
  EXPECT_EQ(sample_simulation(job).settings().bar_steps, 1u) << "steps longer than bars are the bars";
  job.step_seconds = 70;
  expect_refused([&] { sample_simulation(job); }, ExitCode::usage, "300 s is no whole number of steps of 70 s");
  MarketFile market;
  market.bar_seconds = 900;
  job.step_seconds = 60;
  EXPECT_EQ(prepare(job, market, std::nullopt).settings().bar_steps, 15u) << "the market's, without a strategy";
}

TEST(Prepare, UnfoldsPerturbationsIntoSlots) {
  const Simulation simulation = sample_simulation();
  ASSERT_EQ(simulation.settings().injections, kPerturbationKinds + 1);
  EXPECT_EQ(simulation.settings().perturbations[2].kind, 2u);
  EXPECT_EQ(simulation.settings().perturbations[3].kind, 2u);
  EXPECT_EQ(simulation.settings().perturbations[4].kind, 3u);
  EXPECT_FLOAT_EQ(simulation.settings().perturbations[0].start.low, 0.25f * 60 * 60)
      << "seconds, not shares of the horizon";
}

TEST(Prepare, RefusesPositionsWhoseMoneyWouldNotBeExact) {
  Job job = sample_job();
  MarketFile market;
  market.lot = 1;
  market.diffusion.initial_mid_half_ticks = 20'000'000;
  job.peak = 10'000;
  EXPECT_NO_THROW(prepare(job, market, sample_strategy()));
  job.peak = 20'000'000;
  expect_refused([&] { prepare(job, market, sample_strategy()); }, ExitCode::usage, "too large for exact accounting");
  job.peak = 10'000;
  job.steps = 1'000'000;
  expect_refused([&] { prepare(job, market, sample_strategy()); }, ExitCode::usage, "over 1000000 steps");
  job.peak = 1e12;
  expect_refused([&] { prepare(job, market, sample_strategy()); }, ExitCode::usage, "at most 100000000 are possible");
}

TEST(Prepare, RefusesValuesOutOfRange) {
  Job job = sample_job();
  job.scenarios = 0;
  expect_refused([&] { sample_simulation(job); }, ExitCode::usage, "scenarios must be 1 to");
  Strategy strategy = sample_strategy();
  strategy.primitives[0].forcing = 1;
  expect_refused([&] { prepare(sample_job(), MarketFile{}, strategy); }, ExitCode::input_data, "forcing");
}

TEST(Prepare, IdentityFollowsFromJobAndInputsAlone) {
  const std::string identity = sample_simulation().identity;
  EXPECT_EQ(identity.size(), 32u);
  EXPECT_EQ(sample_simulation().identity, identity);
  std::set<std::string> identities = {identity, sample_market().identity};
  Job job = sample_job();
  job.seed = 8;
  identities.insert(sample_simulation(job).identity);
  job = sample_job();
  job.shard_mebibytes = 2;
  identities.insert(sample_simulation(job).identity);
  job = sample_job();
  job.record.book = false;
  identities.insert(sample_simulation(job).identity);
  MarketFile market;
  market.diffusion.volatility = std::nextafter(market.diffusion.volatility, 1.0f);
  identities.insert(prepare(sample_job(), market, sample_strategy()).identity);
  Strategy strategy = sample_strategy();
  strategy.primitives[2].goal = -0.61f;
  identities.insert(prepare(sample_job(), MarketFile{}, strategy).identity);
  strategy = sample_strategy();
  strategy.aggressiveness[2].goal = 0.5f;
  identities.insert(prepare(sample_job(), MarketFile{}, strategy).identity);
  strategy = sample_strategy();
  strategy.rules.exits_on[1] = strategy.rules.turns_on[1] = 1;
  identities.insert(prepare(sample_job(), MarketFile{}, strategy).identity);
  strategy = sample_strategy();
  strategy.kind_names.push_back("mine");  // stands in the datasets
  identities.insert(prepare(sample_job(), MarketFile{}, strategy).identity);
  EXPECT_EQ(identities.size(), 10u) << "all differ";
}

TEST(Prepare, SharesVariationByKind) {
  Job job = sample_job();
  job.adaptation.variation = 0.5f;
  const std::string kind = sample_strategy().kind_names[sample_strategy().primitives[0].kind];
  job.variation_shares = {{kind, 0.25f}};
  const Simulation s = sample_simulation(job);
  for (std::size_t i = 0; i < s.strategy->variations.size(); ++i)
    EXPECT_EQ(s.strategy->variations[i].width, i / 4 == sample_strategy().primitives[0].kind ? 0.25f : 1.0f) << i;
  job.variation_shares.push_back({"hold_on", 1});
  expect_refused([&] { sample_simulation(job); }, ExitCode::usage,
                 "strategy.variation_share.kind: there is no primitive 'hold_on'");
  job.variation_shares = {{"hold", 1}, {"hold", 2}};
  expect_refused([&] { sample_simulation(job); }, ExitCode::usage, "names hold twice");
  expect_refused([&] { sample_market(job); }, ExitCode::usage, "markets alone have none");
}

TEST(Prepare, SetsWhatPrimitivesOfAKindKeepTo) {
  Job job = sample_job();
  const Strategy strategy = sample_strategy();
  const std::uint32_t kind = strategy.primitives[0].kind;
  EXPECT_FALSE(sample_simulation(job).strategy->view().costs);
  job.primitive_success = {{strategy.kind_names[kind], 0.25f, {}}};
  const Simulation filled = sample_simulation(job);
  EXPECT_FALSE(filled.strategy->view().costs);
  for (const Primitive& p : filled.strategy->primitives) {
    EXPECT_EQ(p.fill_tolerance, p.kind == kind ? 0.25f : Primitive{}.fill_tolerance);
    EXPECT_EQ(p.cost_limit, kAnyCost);
  }
  job.primitive_success = {{strategy.kind_names[kind], {}, 0.001f}};
  const Simulation cheap = sample_simulation(job);
  EXPECT_TRUE(cheap.strategy->view().costs);
  for (const Primitive& p : cheap.strategy->primitives) {
    EXPECT_LT(p.fill_tolerance, 0.0f);
    EXPECT_EQ(p.cost_limit, p.kind == kind ? 0.001f : kAnyCost);
  }
  EXPECT_NE(cheap.identity, filled.identity);
  job.primitive_success = {{"holt", {}, 1}};
  expect_refused([&] { sample_simulation(job); }, ExitCode::usage,
                 "success.primitive.kind: there is no primitive 'holt'; did you mean 'hold'?");
  job.primitive_success = {{"hold", 1, {}}, {"hold", 2, {}}};
  expect_refused([&] { sample_simulation(job); }, ExitCode::usage, "success.primitive.kind names hold twice");
  expect_refused([&] { sample_market(job); }, ExitCode::usage, "success.primitive is about primitives");
}

TEST(Prepare, CopiesShareTheStrategyTheContextPointsTo) {
  const Simulation copy = [] {
    const Simulation original = sample_simulation();
    return Simulation(original);
  }();
  EXPECT_EQ(copy.settings().strategy.primitives, copy.strategy->primitives.data());
}

}  // namespace
}  // namespace marketmimic
