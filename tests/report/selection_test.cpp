#include "host/report/selection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "host/report/run_report.hpp"
#include "host/run/generate.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

std::map<CoverageBin, Tally> random_cells(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::map<CoverageBin, Tally> cells;
  for (std::size_t i = 0; i < 12; ++i) {
    const std::uint64_t scenarios = 1 + random() % 50;
    cells[{i, 0, 0}] = {scenarios, random() % (scenarios + 1)};
  }
  return cells;
}

std::uint64_t sum(const std::map<CoverageBin, std::uint64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t all, const auto& entry) { return all + entry.second; });
}

/// No cell has two more than another that could have given one.
TEST(Quotas, EvenFillsTheCellsAlike) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto cells = random_cells(seed);
    std::uint64_t successes = 0;
    for (const auto& [bin, cell] : cells) successes += cell.successes;
    for (const std::uint64_t most : {std::uint64_t{1}, successes / 3, successes, successes + 10}) {
      const auto accepted = quotas(cells, Balance::even, most);
      EXPECT_EQ(sum(accepted), std::min(most, successes)) << seed;
      for (const auto& [bin, count] : accepted) {
        EXPECT_LE(count, cells.at(bin).successes);
        for (const auto& [other, more] : accepted)
          if (count < cells.at(bin).successes) {
            EXPECT_LE(more, count + 1) << seed;
          }
      }
    }
  }
}

TEST(Quotas, AttemptsAreAskedForInProportion) {
  const std::map<CoverageBin, Tally> cells = {
      {{0, 0, 0}, {100, 80}}, {{1, 0, 0}, {50, 5}}, {{2, 0, 0}, {10, 0}}, {{3, 0, 0}, {50, 50}}};
  const auto accepted = quotas(cells, Balance::attempts, 40);
  EXPECT_EQ(accepted.at({0, 0, 0}), 20u);
  EXPECT_EQ(accepted.at({1, 0, 0}), 5u) << "of 10 asked for";
  EXPECT_EQ(accepted.at({2, 0, 0}), 0u);
  EXPECT_EQ(accepted.at({3, 0, 0}), 10u);
}

class SelectionOfARun : public testing::Test {
 protected:
  SelectionOfARun() {
    GenerateOptions options;
    options.device = Device::cpu;
    Job job = sample_job();
    job.scenarios = 300;
    simulation_ = sample_simulation(job);
    generate(simulation_, run(), options);
  }
  std::filesystem::path run() const { return folder_.path() / "run"; }

  TestFolder folder_;
  Simulation simulation_;
};

TEST_F(SelectionOfARun, TakesSuccessesAndWeightsMeetTheBalance) {
  const RunReport report = report_run(simulation_, run());
  for (const Balance balance : {Balance::none, Balance::even, Balance::attempts}) {
    const std::uint64_t most = report.summary.all.successes / 2;
    ASSERT_GT(most, 10u);
    const Selection s = select_successes(simulation_, run(), balance, most);
    EXPECT_LE(s.id.size(), most);
    EXPECT_TRUE(std::is_sorted(s.id.begin(), s.id.end()));
    EXPECT_EQ(s.bins.size(), report.coverage->cells().size());
    std::vector<std::uint64_t> counts(s.bins.size(), 0);
    for (const std::uint32_t bin : s.bin_of) ++counts[bin];
    double asked = 0, weighted = 0;
    for (std::size_t i = 0; i < s.bins.size(); ++i) {
      EXPECT_EQ(s.bins[i].attempts, report.coverage->cells().at(s.bins[i].bin));
      EXPECT_EQ(s.bins[i].accepted, counts[i]);
      if (counts[i] == 0) continue;
      asked += balance == Balance::even ? 1 : static_cast<double>(s.bins[i].attempts.scenarios);
      weighted += static_cast<double>(counts[i]) * static_cast<double>(s.bins[i].weight);
    }
    if (balance == Balance::none) continue;
    for (std::size_t i = 0; i < s.bins.size(); ++i) {
      if (counts[i] == 0) continue;
      const double wanted = balance == Balance::even ? 1 : static_cast<double>(s.bins[i].attempts.scenarios);
      EXPECT_NEAR(static_cast<double>(counts[i]) * static_cast<double>(s.bins[i].weight) / weighted, wanted / asked,
                  1e-5);
    }
    EXPECT_LE(s.apart, s.apart_unbalanced + 1e-12);
  }
}

TEST_F(SelectionOfARun, IsWrittenWhole) {
  const Selection s = select_successes(simulation_, run(), Balance::even, 20);
  write_selection(s, simulation_, folder_.path() / "a.h5");
  write_selection(s, simulation_, folder_.path() / "b.h5");
  EXPECT_TRUE(read_text(folder_.path() / "a.h5") == read_text(folder_.path() / "b.h5"));
  expect_refused([&] { write_selection(s, simulation_, "/nowhere/a.h5"); }, ExitCode::io, "/nowhere");
}

TEST_F(SelectionOfARun, NeedsSuccessesAndTheMarket) {
  expect_refused([&] { select_successes(sample_market(), run(), Balance::even, 5); }, ExitCode::usage, "no successes");
  Job job = simulation_.job;
  job.record.market = false;
  expect_refused([&] { select_successes(sample_simulation(job), run(), Balance::even, 5); }, ExitCode::usage,
                 "did not record");
}

}  // namespace
}  // namespace marketmimic
