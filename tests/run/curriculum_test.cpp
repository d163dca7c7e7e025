#include "host/run/curriculum.hpp"

#include <nlohmann/json.hpp>

#include "host/file/folder_lock.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

TEST(NextLevel, GoesUpWithSuccessAndDownWithout) {
  const CurriculumRules rules{.levels = {0.5, 1, 2}, .promote = 0.8, .demote = 0.5};
  EXPECT_EQ(next_level(rules, 0, 0.8), 1u);
  EXPECT_EQ(next_level(rules, 0, 0.79), 0u);
  EXPECT_EQ(next_level(rules, 0, 0.1), 0u) << "there is none below";
  EXPECT_EQ(next_level(rules, 1, 0.5), 0u);
  EXPECT_EQ(next_level(rules, 1, 0.51), 1u);
  EXPECT_EQ(next_level(rules, 2, 1.0), 3u) << "mastered";
}

class CurriculumTest : public testing::Test {
 protected:
  Curriculum made(const Job& job, const CurriculumRules& rules) {
    GenerateOptions options;
    options.device = Device::cpu;
    options.stop = &stop_;
    there_.clear();
    return run_curriculum(job, {MarketFile{}}, sample_strategy(), "market", rules, folder_.path() / "c", options,
                          [&](const CurriculumRound&, bool was_there) {
                            there_.push_back(was_there);
                            if (there_.size() == stop_after_) stop_ = true;
                          });
  }

  TestFolder folder_;
  std::vector<bool> there_;
  std::atomic<bool> stop_{false};
  std::size_t stop_after_ = 0;
};

CurriculumRules any_success(std::uint32_t rounds) {
  return {.levels = {0, 0.5, 1}, .promote = 1e-9, .demote = 0, .rounds = rounds};
}

TEST_F(CurriculumTest, EveryRoundIsTheRunThatItsJobMakes) {
  const CurriculumRules rules{.levels = {0, 0.5, 1, 2}, .promote = 0.3, .demote = 0.1, .rounds = 4};
  const Curriculum c = made(sample_job(), rules);
  ASSERT_FALSE(c.rounds.empty());
  std::size_t level = 0;
  for (std::size_t i = 0; i < c.rounds.size(); ++i) {
    const CurriculumRound& round = c.rounds[i];
    EXPECT_EQ(round.level, level);
    Job job = sample_job();
    job.severity = static_cast<float>(rules.levels[level]);
    job.seed += i;
    const Simulation simulation = sample_simulation(job);
    EXPECT_EQ(round.identity, simulation.identity);
    GenerateOptions options;
    options.device = Device::cpu;
    const std::filesystem::path alone = folder_.path() / ("alone" + std::to_string(i));
    const RunSummary summary = generate(simulation, alone, options).summary;
    EXPECT_EQ(round.successes, summary.all.successes);
    EXPECT_EQ(round.scenarios, summary.all.scenarios);
    const auto ours = files_below(folder_.path() / "c" / round.folder), theirs = files_below(alone);
    for (const auto& [name, bytes] : theirs) {
      if (name.starts_with("shards/")) {
        EXPECT_TRUE(ours.at(name) == bytes) << name;
      }
    }
    level = next_level(rules, level, round.success());
  }
  const auto index = nlohmann::json::parse(read_text(folder_.path() / "c/curriculum.json"));
  EXPECT_EQ(index["rounds"].size(), c.rounds.size());
  EXPECT_EQ(index["rounds"][0]["run"], "round-000");
}

TEST_F(CurriculumTest, EndsWhenTheLastLevelIsMastered) {
  const Curriculum c = made(sample_job(), any_success(10));
  EXPECT_TRUE(c.mastered);
  EXPECT_EQ(c.rounds.size(), 3u);
}

TEST_F(CurriculumTest, GoesOnWhereItWasEnded) {
  stop_after_ = 1;
  expect_refused([&] { made(sample_job(), any_success(10)); }, ExitCode::interrupted, "round-001");
  stop_ = false;
  stop_after_ = 0;
  const Curriculum c = made(sample_job(), any_success(10));
  EXPECT_EQ(there_, (std::vector<bool>{true, false, false}));
  const std::string index = read_text(folder_.path() / "c/curriculum.json");
  EXPECT_EQ(curriculum_json(made(sample_job(), any_success(10))), curriculum_json(c));
  EXPECT_EQ(there_, (std::vector<bool>{true, true, true}));
  EXPECT_EQ(read_text(folder_.path() / "c/curriculum.json"), index);
}

TEST_F(CurriculumTest, IsMadeByOneProcess) {
  const FolderLock other(folder_.path() / "c");
  expect_refused([&] { made(sample_job(), any_success(1)); }, ExitCode::exists, "in use by another process");
}

TEST_F(CurriculumTest, RefusesRoundsOfAnotherJobAndRulesThatCannotBe) {
  made(sample_job(), any_success(1));
  Job other = sample_job();
  other.seed = 99;
  expect_refused([&] { made(other, any_success(1)); }, ExitCode::resume_mismatch, "round-000");
  expect_refused([&] { made(sample_job(), {.levels = {}}); }, ExitCode::usage, "levels");
  expect_refused([&] { made(sample_job(), {.levels = {1, 0.5}}); }, ExitCode::usage, "levels");
  expect_refused([&] { made(sample_job(), {.promote = 0.5, .demote = 0.5}); }, ExitCode::usage, "demote");
  expect_refused([&] { made(sample_job(), {.rounds = 0}); }, ExitCode::usage, "rounds");
  Job calm = sample_job();
  calm.perturbations.clear();
  expect_refused([&] { made(calm, {}); }, ExitCode::usage, "nothing perturbs");
}

TEST_F(CurriculumTest, MakesNoFolderForWhatItRefuses) {
  expect_refused([&] { made(sample_job(), {.levels = {1, 5}}); }, ExitCode::usage, "severity must be 0 to 4 (got 5)");
  Job job = sample_job();
  job.plan = {"nothing_like_it"};
  expect_refused([&] { made(job, {}); }, ExitCode::usage, "there is no primitive");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "c"));
}

}  // namespace
}  // namespace marketmimic
