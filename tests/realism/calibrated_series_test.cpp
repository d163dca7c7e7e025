#include "host/realism/calibrated_series.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "host/realism/run_series.hpp"
#include "host/run/generate.hpp"
#include "host/run/run_folder.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

TEST(CalibratedSeries, IsThatOfARunOfTheMarketAlone) {
  const TestFolder folder;
  Job calm = sample_job();
  calm.perturbations.clear();
  calm.scenarios = 64;
  GenerateOptions options;
  options.device = Device::cpu;
  options.threads = 1;
  generate(sample_market(calm), folder.path() / "run", options);
  const PriceSeries stored = read_run_series(folder.path() / "run", std::nullopt).series;

  const PriceSeries found = calibrated_series(sample_simulation(), 64 * calm.steps, 2);
  ASSERT_EQ(found.returns.value.size(), stored.returns.value.size());
  EXPECT_TRUE((found.returns.value == stored.returns.value).all());
  EXPECT_TRUE((found.returns.valid == stored.returns.valid).all());
  EXPECT_TRUE((found.returns.volume == stored.returns.volume).all());
  EXPECT_GT((found.returns.value != 0).count(), 1000);
  EXPECT_EQ(found.unbroken, stored.unbroken);
}

TEST(RunSeries, OfAnInterruptedRunIsThatOfItsShards) {
  const TestFolder folder;
  Job job = sample_job();
  job.scenarios = 200;
  GenerateOptions options;
  options.device = Device::cpu;
  options.threads = 1;
  const Simulation simulation = sample_market(job);
  const std::filesystem::path run = folder.path() / "run";
  ASSERT_GT(generate(simulation, run, options).shards, 1u);
  const RunSeries whole = read_run_series(run, std::nullopt);
  const std::filesystem::path first = run / shard_name(simulation.identity, 0);
  const Scenarios gone = plan_of(simulation).shard(0);
  std::filesystem::remove(first);
  std::filesystem::remove(shard_info_file(first));

  const RunSeries rest = read_run_series(run, std::nullopt);
  EXPECT_EQ(rest.scenarios_read, whole.scenarios_read - gone.count);
  EXPECT_EQ(rest.candles, rest.scenarios_read * job.steps);
  const auto length = rest.series.returns.value.size();
  EXPECT_TRUE((rest.series.returns.value == whole.series.returns.value.tail(length)).all());
}

}  // namespace
}  // namespace marketmimic
