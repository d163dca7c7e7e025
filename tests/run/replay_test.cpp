#include "host/run/replay.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <random>
#include <sstream>

#include "host/run/generate.hpp"
#include "host/run/plan.hpp"
#include "host/run/run_folder.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

TEST(Severity, NoneLeavesTheMarketAsItIsWithoutShocksAndMoreMovesItFurther) {
  Job job = sample_job(), calm = job;
  calm.perturbations.clear();
  std::array<double, 3> range = {};
  for (std::uint64_t id = 0; id < 20; ++id) {
    const auto lows = [&](const Job& j) {
      const ReplayedScenario scenario = replay(sample_market(j), id);
      return scenario.column("/market/low_half_ticks").values<std::int32_t>();
    };
    const auto expected = lows(calm);
    for (std::size_t k = 0; k < range.size(); ++k) {
      job.severity = static_cast<float>(k);
      const auto found = lows(job);
      if (k == 0) {
        EXPECT_EQ(found, expected) << id;
      }
      range[k] += static_cast<double>(expected.front()) - *std::min_element(found.begin(), found.end());
    }
  }
  EXPECT_LT(range[0], range[1]);
  EXPECT_LT(range[1], range[2]);
}

/// A run of the sample job in a folder of the test.
class Replay : public testing::Test {
 protected:
  Replay() : run_(folder_.path() / "run") {
    GenerateOptions options;
    options.device = Device::cpu;
    options.threads = 2;
    generate(sample_simulation(), run_, options);
  }
  /// Shard that holds scenario `id`.
  std::filesystem::path shard(std::uint64_t id) const {
    const Simulation simulation = sample_simulation();
    return run_ / shard_name(simulation.identity, plan_of(simulation).shard_of(id));
  }
  static void flip(const std::filesystem::path& file, std::uint64_t at) {
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekg(static_cast<std::streamoff>(at));
    const int byte = stream.get();
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(static_cast<char>(byte ^ 1));
  }

  TestFolder folder_;
  std::filesystem::path run_;
};

TEST_F(Replay, AgreesWithEveryStoredByte) {
  const Simulation simulation = open_run(run_);
  EXPECT_EQ(simulation.identity, sample_simulation().identity);
  for (std::uint64_t id = 0; id < simulation.job.scenarios; ++id)
    ASSERT_NO_THROW(check_stored(simulation, replay(simulation, id), run_)) << "scenario " << id;
}

TEST_F(Replay, FindsAFlippedBitInAnyDataset) {
  const Simulation simulation = open_run(run_);
  const std::uint64_t id = 21;
  const ShardInfo info = read_shard_info(shard_info_file(shard(id)));
  const ReplayedScenario scenario = replay(simulation, id);
  ASSERT_FALSE(scenario.orders.empty());
  ASSERT_FALSE(scenario.perturbations.empty());
  const Schema schema = schema_of(simulation);
  std::uint32_t seen = 0;
  for (const Column& column : schema.columns) {
    const std::uint64_t step = column.rows / 2, row = column.scenario_bytes() / column.rows;
    const std::uint64_t entry = id - info.scenarios.first;
    const std::uint64_t at = info.offsets.at(column.quantity.path) + entry * column.scenario_bytes() + step * row;
    flip(shard(id), at);
    expect_refused([&] { check_stored(simulation, scenario, run_); }, ExitCode::verification_failed,
                   "scenario 21: " + column.quantity.path + " differs at step " + std::to_string(step));
    EXPECT_NO_THROW(check_stored(simulation, replay(simulation, id - 1), run_)) << "the neighbour is as it was";
    flip(shard(id), at);
    ++seen;
  }
  EXPECT_GT(seen, 20u);
  EXPECT_NO_THROW(check_stored(simulation, scenario, run_));
}

TEST_F(Replay, FindsAFlippedBitInTables) {
  const Simulation simulation = open_run(run_);
  const std::uint64_t id = 0;  // its rows are the first
  const ShardInfo info = read_shard_info(shard_info_file(shard(id)));
  const ReplayedScenario scenario = replay(simulation, id);
  for (const std::string path : {"/orders/notional", "/perturbations/start", "/scenario/profit", "/orders/offsets"}) {
    flip(shard(id), info.offsets.at(path) + (path == "/orders/offsets" ? 8 : 0));
    expect_refused([&] { check_stored(simulation, scenario, run_); }, ExitCode::verification_failed, path);
    flip(shard(id), info.offsets.at(path) + (path == "/orders/offsets" ? 8 : 0));
  }
}

TEST_F(Replay, NoticesADamagedFolder) {
  const Simulation simulation = open_run(run_);
  const ReplayedScenario scenario = replay(simulation, 5);
  std::filesystem::resize_file(shard(5), std::filesystem::file_size(shard(5)) - 1);
  expect_refused([&] { check_stored(simulation, scenario, run_); }, ExitCode::verification_failed,
                 "was published with");
  std::filesystem::remove(shard(5));
  expect_refused([&] { check_stored(simulation, scenario, run_); }, ExitCode::io, "No such file");
  publish_text(shard_info_file(shard(5)), "{}");
  expect_refused([&] { check_stored(simulation, scenario, run_); }, ExitCode::io, "does not describe a shard");
}

TEST_F(Replay, NoticesChangedInputs) {
  const std::string market = read_text(run_ / "inputs/market.toml");
  publish_text(run_ / "inputs/market.toml", market + "\n");
  expect_refused([&] { open_run(run_); }, ExitCode::verification_failed,
                 "market.toml is not what the run was made from");
  publish_text(run_ / "inputs/market.toml", market);
  std::string run = read_text(run_ / "run.json");
  run.replace(run.find("seed = 7"), 8, "seed = 9");
  publish_text(run_ / "run.json", run);
  expect_refused([&] { open_run(run_); }, ExitCode::verification_failed, "identity");
  publish_text(run_ / "run.json", "{\"job\": 1");
  expect_refused([&] { open_run(run_); }, ExitCode::io, "does not describe a run");
  expect_refused([&] { open_run(folder_.path() / "none"); }, ExitCode::io, "No such file");
}

TEST_F(Replay, RefusesAScenarioThatIsNotThere) {
  expect_refused([&] { replay(open_run(run_), 100); }, ExitCode::usage, "there is no scenario 100");
}

TEST_F(Replay, ShowsColumnsThatTheRunDidNotStore) {
  Job job = sample_job();
  const ReplayedScenario with = replay(sample_simulation(job), 3);
  job.record = {};
  job.record.book = job.record.strategy = job.record.orders = false;
  const ReplayedScenario without = replay(sample_simulation(job), 3);
  ASSERT_EQ(without.columns.size(), with.columns.size());
  EXPECT_EQ(without.column("/strategy/cash").bytes, with.column("/strategy/cash").bytes);
  EXPECT_EQ(without.column("/market/bid_size_lots").bytes, with.column("/market/bid_size_lots").bytes);
  EXPECT_EQ(without.orders.size(), with.orders.size());
}

TEST_F(Replay, WritesCsv) {
  const ReplayedScenario scenario = replay(open_run(run_), 3);
  write_csv(scenario, folder_.path() / "scenario.csv");
  std::istringstream csv(read_text(folder_.path() / "scenario.csv"));
  std::string line;
  std::vector<std::vector<std::string>> cells;
  while (std::getline(csv, line)) {
    cells.emplace_back(1);
    for (const char c : line) {
      if (c == ',')
        cells.back().emplace_back();
      else
        cells.back().back() += c;
    }
  }
  const std::size_t steps = sample_job().steps;
  ASSERT_EQ(cells.size(), 1 + steps + 1) << "header, steps, and what is seen at the end";
  for (const auto& row : cells) EXPECT_EQ(row.size(), cells[0].size());
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(cells[0].begin(), cells[0].end(), name) - cells[0].begin());
  };
  const std::size_t close = column("market.close_half_ticks"), exposure = column("observations.exposure");
  ASSERT_LT(close, cells[0].size());
  ASSERT_LT(exposure, cells[0].size());
  ASSERT_LT(column("market.bid_price_ticks.4"), cells[0].size());
  const auto closes = scenario.column("/market/close_half_ticks").values<std::int32_t>();
  const auto seen = scenario.column("/observations").values<float>();
  for (std::size_t t = 0; t < steps; ++t) {
    EXPECT_EQ(cells[1 + t][close], std::to_string(closes[t]));
    EXPECT_EQ(std::stof(cells[1 + t][exposure]),
              seen[t * kObservations + static_cast<std::size_t>(Observation::exposure)]);
  }
  EXPECT_EQ(cells[1 + steps][close], "") << "nothing happens after the last step";
  expect_refused([&] { write_csv(scenario, "/dev/full"); }, ExitCode::io, "no regular file");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

}  // namespace
}  // namespace marketmimic
