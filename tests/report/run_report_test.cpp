#include "host/report/run_report.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "host/run/generate.hpp"
#include "host/run/journal.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

/// As skewed as MimicGen is known to be: 850 of 1,000 from three sources, here with the rest spread evenly.
TEST(SourceUse, TellsSkewFromEvenUse) {
  const SourceUse even = source_use(std::vector<std::uint64_t>(18, 50));
  EXPECT_NEAR(even.effective, 18, 1e-9);
  EXPECT_NEAR(even.three_most, 3.0 / 18, 1e-12);
  std::vector<std::uint64_t> uses(18, 10);
  uses[4] = uses[7] = 280;
  uses[11] = 290;
  const SourceUse skewed = source_use(uses);
  EXPECT_EQ(skewed.used, 18u);
  EXPECT_NEAR(skewed.three_most, 0.85, 1e-12);
  EXPECT_LT(skewed.effective, 6.5);
}

TEST(SourceUse, LeavesOutWhatWasNotUsed) {
  const SourceUse use = source_use({0, 4, 0, 4});
  EXPECT_EQ(use.used, 2u);
  EXPECT_NEAR(use.effective, 2, 1e-12);
  EXPECT_NEAR(use.three_most, 1, 1e-12);
  EXPECT_EQ(source_use({0, 0}).effective, 0);
}

TEST(RunReport, AddsUpToTheRunsOwnSummary) {
  const TestFolder folder;
  const Simulation simulation = sample_simulation();
  GenerateOptions options;
  options.device = Device::cpu;
  const GenerateResult made = generate(simulation, folder.path() / "run", options);
  const RunReport report = report_run(simulation, folder.path() / "run");
  EXPECT_EQ(report.summary, made.summary);
  EXPECT_EQ(report.part.shards, made.shards);
  ASSERT_EQ(report.cycles.size(), 1u);
  EXPECT_EQ(report.cycles[0], made.summary.all);
  EXPECT_TRUE(report.notices.empty());
}

TEST(RunReport, DoesWithoutAJournalThatCannotBeRead) {
  const TestFolder folder;
  const Simulation simulation = sample_simulation();
  GenerateOptions options;
  options.device = Device::cpu;
  const std::filesystem::path run = folder.path() / "run";
  const GenerateResult made = generate(simulation, run, options);
  std::filesystem::remove(run / kJournal);
  std::filesystem::create_directory(run / kJournal);
  const RunReport report = report_run(simulation, run);
  EXPECT_EQ(report.summary, made.summary);
  EXPECT_TRUE(report.sessions.empty());
  ASSERT_EQ(report.notices.size(), 1u);
  EXPECT_NE(report.notices[0].find("journal.jsonl"), std::string::npos);
  EXPECT_NE(report.notices[0].find("the report lacks the processes"), std::string::npos);
}

}  // namespace
}  // namespace marketmimic
