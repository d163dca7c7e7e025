#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "host/run/generate.hpp"
#include "host/run/replay.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/stored_shard.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kMost = 600;

Job stopping_job(std::uint64_t successes) {
  Job job = sample_job();
  job.scenarios = kMost;
  job.stop.successes = successes;
  return job;
}

GenerateResult run_in(const std::filesystem::path& folder, const Simulation& simulation, unsigned threads) {
  GenerateOptions options;
  options.device = Device::cpu;
  options.threads = threads;
  return generate(simulation, folder, options);
}

/// Successes in each shard of a finished run, as stored.
std::vector<std::uint64_t> successes_by_shard(const std::filesystem::path& folder) {
  const Simulation simulation = open_run(folder);
  std::vector<std::uint64_t> successes;
  for (std::uint64_t i = 0; i < plan_of(simulation).shards(); ++i) {
    const StoredShard shard(simulation, folder, i);
    const auto stored = shard.read<std::uint8_t>("/scenario/success", 0, shard.scenarios().count);
    successes.push_back(static_cast<std::uint64_t>(std::count(stored.begin(), stored.end(), 1)));
  }
  return successes;
}

std::uint64_t sum(const std::vector<std::uint64_t>& values) {
  return std::accumulate(values.begin(), values.end(), std::uint64_t{0});
}

class Stop : public testing::Test {
 protected:
  std::filesystem::path run(const std::string& name) const { return folder_.path() / name; }
  TestFolder folder_;
};

TEST_F(Stop, EndsWithTheFirstShardThatReachesTheSuccesses) {
  run_in(run("all"), sample_simulation(stopping_job(0)), 2);
  const std::vector<std::uint64_t> all = successes_by_shard(run("all"));
  ASSERT_GE(all.size(), 5u);
  ASSERT_GT(all[0], 1u);
  for (const std::uint64_t beyond : {0u, 1u}) {  // just what two shards hold, and one more
    const std::uint64_t wanted = all[0] + all[1] + beyond;
    const std::string name = std::to_string(wanted);
    const GenerateResult result = run_in(run(name), sample_simulation(stopping_job(wanted)), 3);
    const std::size_t shards = 2 + beyond;
    EXPECT_EQ(successes_by_shard(run(name)), std::vector<std::uint64_t>(all.begin(), all.begin() + shards));
    EXPECT_EQ(result.shards, shards);
    EXPECT_EQ(result.summary.all.successes, sum(successes_by_shard(run(name))));
    const auto told = nlohmann::json::parse(read_text(run(name) / "run.json"));
    EXPECT_TRUE(told["complete"]);
    EXPECT_EQ(told["scenarios"], result.summary.all.scenarios);
    EXPECT_EQ(told["successes"], result.summary.all.successes);
    EXPECT_EQ(told["shards"].size(), shards);
  }
}

TEST_F(Stop, GivesTheSameBytesForAnyNumberOfThreads) {
  const Simulation simulation = sample_simulation(stopping_job(50));
  const GenerateResult one = run_in(run("1"), simulation, 1);
  EXPECT_LT(one.summary.all.scenarios, kMost);
  for (const unsigned threads : {2u, 5u}) {
    const std::string name = std::to_string(threads);
    const GenerateResult more = run_in(run(name), simulation, threads);
    EXPECT_EQ(more.summary, one.summary);
    EXPECT_EQ(files_below(run(name) / "shards"), files_below(run("1") / "shards"));
    EXPECT_EQ(read_text(run(name) / "dataset.h5"), read_text(run("1") / "dataset.h5"));
  }
}

TEST_F(Stop, MakesAllScenariosWhereTheSuccessesDoNotCome) {
  const GenerateResult result = run_in(run("run"), sample_simulation(stopping_job(kMost + 1)), 2);
  EXPECT_EQ(result.summary.all.scenarios, kMost);
  EXPECT_EQ(open_run(run("run")).scenarios, kMost);
}

TEST_F(Stop, LeavesARunThatIsReplayedLikeAnyOther) {
  const GenerateResult result = run_in(run("run"), sample_simulation(stopping_job(50)), 2);
  const Simulation simulation = open_run(run("run"));
  const std::uint64_t made = result.summary.all.scenarios;
  EXPECT_EQ(simulation.scenarios, made);
  EXPECT_NO_THROW(check_stored(simulation, replay(simulation, made - 1), run("run")));
  expect_refused([&] { replay(simulation, made); }, ExitCode::usage, "there is no scenario");
}

TEST_F(Stop, RefusesARunJsonOfAnotherLength) {
  run_in(run("run"), sample_simulation(stopping_job(50)), 2);
  auto told = nlohmann::ordered_json::parse(read_text(run("run") / "run.json"));
  for (const std::uint64_t wrong : {std::uint64_t{0}, std::uint64_t{17}, kMost + 16, ~std::uint64_t{0}}) {
    told["scenarios"] = wrong;
    publish_text(run("run") / "run.json", told.dump());
    expect_refused([&] { open_run(run("run")); }, ExitCode::verification_failed, "can't end after");
  }
}

TEST_F(Stop, RefusesToCountSuccessesOfMarketsAlone) {
  expect_refused([&] { sample_market(stopping_job(5)); }, ExitCode::usage, "stop.successes");
}

TEST_F(Stop, KeepsCompleteShardsWhenTheTimeIsUp) {
  Job job = stopping_job(0);
  job.scenarios = 1'000'000;
  job.record = {false, false, true, false, false, false, false};
  GenerateOptions options;
  options.device = Device::cpu;
  options.threads = 2;
  options.time_limit = 0.3;
  expect_refused([&] { generate(sample_simulation(job), run("run"), options); }, ExitCode::interrupted,
                 "shards are complete");
  EXPECT_FALSE(nlohmann::json::parse(read_text(run("run") / "run.json"))["complete"]);
  for (const auto& [name, text] : files_below(run("run") / "shards")) EXPECT_EQ(name.find(".part"), std::string::npos);
}

}  // namespace
}  // namespace marketmimic
