#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/run/columns.hpp"
#include "host/run/cpu_engine.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/simulation.hpp"
#include "tests/simulator/support.hpp"

namespace marketmimic {
namespace {

/// A run about one asset of several, which simulates it alone.
class LoneAsset : public testing::TestWithParam<MarketModel> {};

PerturbationEntry shock(PerturbationKind kind, std::uint32_t asset, float start) {
  PerturbationEntry entry = default_perturbation(kind);
  entry.asset = asset;
  entry.start_is_share = false;
  entry.rule.start = {start, start + 60};
  return entry;
}

Job job_of(MarketModel model) {
  Job job;
  job.steps = 40;
  job.step_seconds = 10;
  job.levels = 3;
  job.seed = 5;
  job.model = model;
  job.assets.correlation = {1, 0.5, -0.3, 0.5, 1, 0, -0.3, 0, 1};
  job.assets.contagion = Contagion{.share = {0.2f, 0.6f}, .lag = {5, 80}};
  job.perturbations = {shock(PerturbationKind::flash_crash, 1, 50), shock(PerturbationKind::news, 0, 200),
                       shock(PerturbationKind::volatility_spike, 2, 10), shock(PerturbationKind::halt, 1, 120)};
  job.perturbations[0].rule.probability = 0.5f;
  job.perturbations[1].count = 2;
  job.perturbations[1].rule.probability = 0.7f;
  return job;
}

/// Order books of one kind, since each other kind takes its tide; diffusions that differ.
std::vector<MarketFile> three_markets(MarketModel model) {
  std::vector<MarketFile> markets(3, both_models());
  if (model == MarketModel::order_book) return markets;
  markets[1].diffusion.volatility *= 2;
  markets[2].diffusion.fast_sd *= 0.5f;
  return markets;
}

MarketSimulator simulator_of(const Job& job, const std::vector<MarketFile>& markets) {
  SimulatorOptions o;
  o.scenarios = kLanes;
  o.seed = job.seed;
  o.step_seconds = job.step_seconds;
  o.levels = job.levels;
  o.clock.reset();
  o.model = job.model;
  o.correlation = job.assets.correlation;
  o.contagion = job.assets.contagion;
  MarketSimulator simulator(markets, o);
  const auto horizon = static_cast<float>(job.steps * job.step_seconds);
  for (const PerturbationEntry& entry : job.perturbations) {
    const MarketFile& hit = markets[entry.asset];
    const bool book = job.model == MarketModel::order_book;
    const float volatility = book ? hit.order_book->volatility : hit.diffusion.volatility;
    for (std::uint32_t i = 0; i < entry.count; ++i)
      simulator.inject(resolved_rule(entry, horizon, volatility), {}, entry.asset);
  }
  return simulator;
}

TEST_P(LoneAsset, IsToTheBitWhatASimulatorOfAllOfThemShows) {
  Job job = job_of(GetParam());
  const std::vector<MarketFile> markets = three_markets(GetParam());
  MarketSimulator simulator = simulator_of(job, markets);
  std::deque<Simulation> runs;
  std::deque<CpuEngine> engines;
  std::vector<Record> records;
  for (job.assets.number = 0; job.assets.number < 3; ++job.assets.number) {
    runs.push_back(prepare(job, markets, std::nullopt));
    engines.emplace_back(runs.back().context, engine_columns(schema_of(runs.back()), job.steps),
                         best_instruction_set());
  }
  for (CpuEngine& engine : engines) records.push_back(engine.run(0, kLanes).record);
  std::uint32_t acted[3] = {};
  for (std::uint32_t t = 0; t < job.steps; ++t) {
    simulator.advance();
    for (std::uint32_t asset = 0; asset < 3; ++asset) {
      const Record& r = records[asset];
      for (std::uint32_t i = 0; i < kLanes; ++i) {
        const std::size_t at = t * r.stride + i;
        ASSERT_EQ(simulator.mid(asset)[i], r.close[at]) << asset << ' ' << t << ' ' << i;
        ASSERT_EQ(simulator.low(asset)[i], r.low[at]);
        ASSERT_EQ(simulator.volume(asset)[i], r.volume[at]);
        ASSERT_EQ(simulator.perturbations(asset)[i], r.perturbation[at]);
        ASSERT_EQ(simulator.events(asset)[i], r.market_event[at]);
        for (std::size_t level = 0; level < 3; ++level)
          ASSERT_EQ(simulator.ask_size(asset)[level * kLanes + i], r.ask_size[(t * 3 + level) * r.stride + i]);
        acted[asset] |= r.perturbation[at];
      }
    }
  }
  // A run folder brings back the asset with its peers, and its tide without another search.
  for (const Simulation& simulation : runs) {
    const auto folder = std::filesystem::path(testing::TempDir()) / ("lone_asset_" + simulation.identity);
    std::filesystem::remove_all(folder);
    enter_run_folder(folder, simulation, Entry::fresh);
    const Simulation back = open_run(folder);
    EXPECT_EQ(back.identity, simulation.identity);
    EXPECT_EQ(back.peers.size(), 2u);
    if (std::optional<Tide> tide = tide_of(simulation)) {
      EXPECT_GT(tide->noise, 0);
      tide->noise *= 1.01f;
      EXPECT_NE(prepare(simulation.job, markets, std::nullopt, "", tide).identity, simulation.identity);
    }
    std::filesystem::remove_all(folder);
  }
  const auto bit = [](PerturbationKind kind) { return 1u << static_cast<std::uint32_t>(kind); };
  const std::uint32_t crash_and_halt = bit(PerturbationKind::flash_crash) | bit(PerturbationKind::halt),
                      news = bit(PerturbationKind::news), spike = bit(PerturbationKind::volatility_spike);
  EXPECT_EQ(acted[0], bit(PerturbationKind::flash_crash) | news | spike) << "the halt stays in asset 1";
  EXPECT_EQ(acted[1], crash_and_halt | news) << "asset 2 does not correlate with it";
  EXPECT_EQ(acted[2], news | spike);
}

TEST_P(LoneAsset, IsAsEverWhereNothingCorrelates) {
  Job job = job_of(GetParam());
  job.assets = {{1, 0, 0, 1}, 0, std::nullopt};
  job.perturbations = {shock(PerturbationKind::news, 1, 10), shock(PerturbationKind::flash_crash, 0, 50)};
  Job alone = job;
  alone.assets = {};
  alone.perturbations.erase(alone.perturbations.begin());
  const std::vector<MarketFile> two(2, both_models());
  const Simulation a = prepare(job, two, std::nullopt), b = prepare(alone, two[0], std::nullopt);
  CpuEngine of_two(a.context, engine_columns(schema_of(a), job.steps), best_instruction_set());
  CpuEngine of_one(b.context, engine_columns(schema_of(b), job.steps), best_instruction_set());
  const Record r = of_two.run(0, kLanes).record, s = of_one.run(0, kLanes).record;
  for (std::size_t at = 0; at < job.steps * r.stride; ++at) ASSERT_EQ(r.close[at], s.close[at]) << at;
}

INSTANTIATE_TEST_SUITE_P(Models, LoneAsset, testing::Values(MarketModel::diffusion, MarketModel::order_book),
                         [](const auto& test) {
                           return std::string(test.param == MarketModel::diffusion ? "Diffusion" : "OrderBook");
                         });

TEST(LoneAssets, IdentityCoversThePeers) {
  Job job = job_of(MarketModel::diffusion);
  std::vector<MarketFile> markets = three_markets(job.model);
  const std::string identity = prepare(job, markets, std::nullopt).identity;
  EXPECT_EQ(prepare(job, markets, std::nullopt).identity, identity);
  std::set<std::string> identities = {identity};
  markets[1].provenance = "elsewhere";
  EXPECT_EQ(prepare(job, markets, std::nullopt).identity, identity) << "where values come from changes none";
  markets[1].diffusion.impact *= 2;
  identities.insert(prepare(job, markets, std::nullopt).identity);
  job.assets.correlation[1] = job.assets.correlation[3] = 0.4;
  identities.insert(prepare(job, markets, std::nullopt).identity);
  job.assets.number = 1;
  identities.insert(prepare(job, markets, std::nullopt).identity);
  job.assets.contagion->lag = {5, 81};
  identities.insert(prepare(job, markets, std::nullopt).identity);
  EXPECT_EQ(identities.size(), 5u);
}

TEST(LoneAssets, AreRefusedInOneLine) {
  Job job = job_of(MarketModel::diffusion);
  std::vector<MarketFile> markets = three_markets(job.model);
  const auto refused = [&] { return refusal([&] { prepare(job, markets, std::nullopt); }); };
  markets.pop_back();
  EXPECT_EQ(refused(),
            "2 a market for each asset is needed: assets.correlation of the job is about 3 assets, and there are 2 "
            "market files");
  markets.push_back(both_models());
  markets[2].has_diffusion = false;
  EXPECT_EQ(refused().substr(0, 66), "2 market.model asks for the diffusion, which the market file of as");
  job.model = MarketModel::file;
  for (MarketFile& market : markets) market.order_book.reset();
  markets[2].order_book = plain_order_book();
  EXPECT_EQ(refused(),
            "2 all assets must be of one model: choose order_book or diffusion, which each of them must have");
  markets[2] = both_models();
  job.model = MarketModel::diffusion;

  job.perturbations[0].rule.trigger = static_cast<std::uint32_t>(Trigger::market_event);
  job.perturbations[0].rule.events = 1;
  EXPECT_EQ(
      refused(),
      "2 perturbation[0].trigger must be \"time\" where it spreads to the asset of this run: when a flash_crash of "
      "asset 1 begins can't be known without it; set assets.number = 1, or leave out assets.contagion");
  std::swap(job.perturbations[0], job.perturbations[3]);
  job.perturbations[0].rule.trigger = static_cast<std::uint32_t>(Trigger::market_event);
  job.perturbations[0].rule.events = 1;
  job.perturbations.resize(3);
  EXPECT_EQ(refused(), "") << "a halt does not spread";
  job = job_of(MarketModel::diffusion);
  job.perturbations[0].rule.trigger = static_cast<std::uint32_t>(Trigger::market_event);
  job.perturbations[0].rule.events = 1;
  job.assets.number = 1;
  EXPECT_EQ(refused(), "") << "its own";
  job.assets.number = 2;
  EXPECT_EQ(refused(), "") << "not correlated with it";
  job.assets.number = 0;
  job.assets.contagion.reset();
  EXPECT_EQ(refused(), "") << "stays where it is";

  job.assets.correlation[1] = 0.2;
  EXPECT_EQ(refused(), "2 the correlation of assets 0 and 1 must be one number from -1 to 1 (got 0.2 and 0.5)");
  job.assets.correlation = {1, 0.7, 0.7, 0.7, 1, -0.7, 0.7, -0.7, 1};
  EXPECT_EQ(refused().substr(0, 50), "2 the correlation must be positive semidefinite: n");
  job.assets.correlation = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  job.assets.contagion.emplace();
  EXPECT_EQ(refused(), "2 contagion spreads along the correlation: give one, with an element other than 0");
}

}  // namespace
}  // namespace marketmimic
