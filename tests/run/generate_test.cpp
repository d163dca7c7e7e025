#include "host/run/generate.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <thread>
#include <vector>

#include "host/run/cpu_engine.hpp"
#include "host/run/hash.hpp"
#include "host/run/production.hpp"
#include "host/run/run_folder.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

/// Gathers batches of the CPU engine into larger ones, as a GPU's are.
class LargeBatches final : public ScenarioEngine {
 public:
  LargeBatches(const Simulation& simulation, const std::vector<RecordColumn>& columns, std::uint32_t capacity)
      : engine_(simulation.context, columns, best_instruction_set()),
        columns_(columns),
        memory_(record_bytes(columns, capacity)),
        summaries_(capacity),
        injections_(std::size_t{capacity} * simulation.settings().injections),
        slots_(simulation.settings().injections) {
    record_ = record_in(memory_.data(), columns, capacity);
  }
  std::uint32_t capacity() const override { return static_cast<std::uint32_t>(record_.stride); }
  std::size_t memory() const override { return memory_.size(); }

 private:
  void simulate(std::uint64_t first, std::uint32_t count) override {
    for (std::uint32_t done = 0; done < count; ++done) add(engine_.run(first + done, 1), done);
  }
  Batch result() override { return {record_, summaries_.data(), injections_.data()}; }
  /// The first scenario of `batch` becomes number `place`.
  void add(const Batch& batch, std::uint32_t place) {
    for (const RecordColumn& column : columns_) {
      const auto copy = [&](auto member) {
        for (std::size_t i = 0; i < std::size_t{column.rows} * column.width; ++i)
          (record_.*member)[i * record_.stride + place] = (batch.record.*member)[i * batch.record.stride];
      };
      std::visit(copy, column.pointer);
    }
    summaries_[place] = batch.summaries[0];
    for (std::uint32_t k = 0; k < slots_; ++k)
      injections_[k * record_.stride + place] = batch.injections[k * batch.record.stride];
  }

  CpuEngine engine_;
  std::vector<RecordColumn> columns_;
  std::vector<std::byte> memory_;
  Record record_;
  std::vector<Summary> summaries_;
  std::vector<Injection> injections_;
  std::uint32_t slots_;
};

/// Files of the run's shards.
std::map<std::string, std::string> shards_of(const std::filesystem::path& run) { return files_below(run / "shards"); }

TEST(Generate, GivesTheSameBytesForAnyNumberOfThreads) {
  const TestFolder folder;
  Job job = sample_job();
  job.scenarios = 187;  // no multiple of a block
  const Simulation simulation = sample_simulation(job);
  const GenerateResult one = generate(simulation, folder.path() / "one", on_cpu(1));
  const GenerateResult two = generate(simulation, folder.path() / "two", on_cpu(2));
  const GenerateResult five = generate(simulation, folder.path() / "five", on_cpu(5));
  EXPECT_GE(one.shards, 3u);
  EXPECT_EQ(shards_of(folder.path() / "one"), shards_of(folder.path() / "two"));
  EXPECT_EQ(shards_of(folder.path() / "one"), shards_of(folder.path() / "five"));
  EXPECT_EQ(read_text(folder.path() / "one/dataset.h5"), read_text(folder.path() / "two/dataset.h5"));
  EXPECT_EQ(one.summary, two.summary);
  EXPECT_EQ(one.summary.all.scenarios, 187u);
}

TEST(Generate, GivesTheSameBytesForAnyBatch) {
  const TestFolder folder;
  const Simulation simulation = sample_simulation();
  const Schema schema = schema_of(simulation);
  const std::vector<RecordColumn> columns = engine_columns(schema, simulation.job.steps);
  generate(simulation, folder.path() / "blocks", on_cpu(1));
  for (const std::uint32_t capacity : {1u, 7u, 64u, 1000u}) {
    const std::filesystem::path run = folder.path() / std::to_string(capacity);
    enter_run_folder(run, simulation, Entry::fresh);
    std::vector<std::unique_ptr<ScenarioEngine>> engines;
    for (int i = 0; i < 2; ++i) engines.push_back(std::make_unique<LargeBatches>(simulation, columns, capacity));
    Production production(simulation, schema, run, plan_of(simulation), all_shards(simulation),
                          [](const ShardInfo&) { return true; });
    EXPECT_TRUE(production.run(engines, [](std::uint64_t) { return true; }));
    EXPECT_EQ(shards_of(run), shards_of(folder.path() / "blocks")) << "batches of " << capacity;
  }
}

TEST(Generate, RunsMarketsAlone) {
  const TestFolder folder;
  const GenerateResult result = generate(sample_market(), folder.path() / "run", on_cpu(2));
  EXPECT_EQ(result.summary.all.scenarios, 100u);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run/inputs/strategy.h5"));
}

TEST(Generate, LeavesARunFolderAndNothingElse) {
  const TestFolder folder;
  const GenerateResult result = generate(sample_simulation(), folder.path() / "run", on_cpu(2));
  std::set<std::string> expected = {"run.json",        "journal.jsonl",      "dataset.h5",
                                    "inputs/job.toml", "inputs/market.toml", "inputs/strategy.h5"};
  for (std::uint64_t i = 0; i < result.shards; ++i) {
    const std::string shard = shard_name(result.identity, i);
    expected.insert(shard);
    expected.insert(shard.substr(0, shard.size() - 3) + ".json");
  }
  std::set<std::string> found;
  for (const auto& [name, text] : files_below(folder.path() / "run")) found.insert(name);
  EXPECT_EQ(found, expected);
  const auto run = nlohmann::json::parse(read_text(folder.path() / "run/run.json"));
  EXPECT_TRUE(run["complete"]);
  EXPECT_EQ(run["identity"], result.identity);
  EXPECT_EQ(run["shards"].size(), result.shards);
  for (const auto& shard : run["shards"]) {
    Hash hash;
    const std::string bytes = read_text(folder.path() / "run" / shard["file"].get<std::string>());
    hash.add(std::as_bytes(std::span(bytes)));
    EXPECT_EQ(shard["xxh128"], hash.hex());
  }
  EXPECT_EQ(run["shards"][1]["bytes"],
            std::filesystem::file_size(folder.path() / "run" / shard_name(result.identity, 1)));
}

TEST(Generate, RefusesAFolderThatHoldsSomething) {
  const TestFolder folder;
  publish_text(folder.path() / "precious", "data");
  expect_refused([&] { generate(sample_market(), folder.path(), on_cpu(1)); }, ExitCode::exists, "is not empty");
  expect_refused([&] { generate(sample_market(), folder.path() / "precious", on_cpu(1)); }, ExitCode::exists,
                 "precious");
  expect_refused([&] { generate(sample_market(), folder.path() / "precious/run", on_cpu(1)); }, ExitCode::io,
                 "precious");
  EXPECT_EQ(files_below(folder.path()).size(), 1u);
  std::filesystem::create_directory(folder.path() / "empty");
  EXPECT_NO_THROW(generate(sample_market(), folder.path() / "empty", on_cpu(1)));
}

TEST(Generate, RefusesARunThatDoesNotFitOnTheDisk) {
  const TestFolder folder;
  Job job = sample_job();
  job.scenarios = 1'000'000'000'000;
  expect_refused([&] { generate(sample_market(job), folder.path() / "run", on_cpu(1)); }, ExitCode::io, "has room for");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

/// Fails at its third batch.
class Failing final : public ScenarioEngine {
 public:
  explicit Failing(std::unique_ptr<ScenarioEngine> engine) : engine_(std::move(engine)) {}
  std::uint32_t capacity() const override { return engine_->capacity(); }
  std::size_t memory() const override { return engine_->memory(); }

 private:
  void simulate(std::uint64_t first, std::uint32_t count) override {
    if (first >= 2 * kBlock) throw Error(ExitCode::gpu, "the device fell off the bus");
    batch_ = engine_->run(first, count);
  }
  Batch result() override { return batch_; }

  std::unique_ptr<ScenarioEngine> engine_;
  Batch batch_;
};

TEST(Generate, PassesOnWhatGoesWrongAndCleansUp) {
  const TestFolder folder;
  const Simulation simulation = sample_simulation();
  const Schema schema = schema_of(simulation);
  const std::vector<RecordColumn> columns = engine_columns(schema, simulation.job.steps);
  enter_run_folder(folder.path() / "run", simulation, Entry::fresh);
  std::vector<std::unique_ptr<ScenarioEngine>> engines;
  for (int i = 0; i < 3; ++i) {
    auto engine = std::make_unique<CpuEngine>(simulation.context, columns, best_instruction_set());
    engines.push_back(std::make_unique<Failing>(std::move(engine)));
  }
  const std::filesystem::path run = folder.path() / "run";
  Production production(simulation, schema, run, plan_of(simulation), all_shards(simulation),
                        [](const ShardInfo&) { return true; });
  expect_refused([&] { production.run(engines, [](std::uint64_t) { return true; }); }, ExitCode::gpu, "fell off");
  EXPECT_TRUE(shards_of(run).empty());
}

TEST(CpuEngine, EndsABatchEarlyOnceItIsStopped) {
  const Simulation simulation = sample_market();
  const std::uint32_t steps = simulation.job.steps;
  CpuEngine engine(simulation.context, engine_columns(schema_of(simulation), steps), best_instruction_set());
  const auto closes = [&](const Batch& batch) {
    return std::vector<std::int32_t>(batch.record.close, batch.record.close + std::size_t{steps} * kLanes);
  };
  const std::vector<std::int32_t> whole = closes(engine.run(0, kLanes));
  ASSERT_NE(closes(engine.run(kLanes, kLanes)), whole);
  engine.run(0, kLanes);
  engine.stop();
  EXPECT_EQ(closes(engine.run(kLanes, kLanes)), whole) << "not a step of the next batch";
}

TEST(Estimate, EndsInTheMidstOfItsTrialWhenAsked) {
  using Clock = std::chrono::steady_clock;
  Job job = sample_job();
  job.steps = 500'000;
  job.record = {false, false, false, false, false, false, false};
  const Simulation simulation = sample_market(job);
  const TestFolder folder;
  std::atomic<bool> stop = false;
  GenerateOptions options = on_cpu(1);
  options.stop = &stop;
  const auto tried = [&] { estimate(simulation, folder.path() / "run", options); };
  const Clock::time_point begin = Clock::now();
  tried();
  const Clock::time_point whole = Clock::now();
  std::jthread later([&] {
    std::this_thread::sleep_for((whole - begin) / 10);
    stop = true;
  });
  expect_refused(tried, ExitCode::interrupted, "were tried");
  EXPECT_LT(Clock::now() - whole, (whole - begin) / 2);
  stop = false;
  later.join();
  options.time_limit = 1e-3;
  expect_refused(tried, ExitCode::interrupted, "were tried");
  EXPECT_TRUE(files_below(folder.path()).empty());
}

TEST(Generate, ShardsOfWhatIsHardlyRecordedAreNoDaysOfWork) {
  Job job = sample_job();
  job.scenarios = 100'000'000;
  job.record = {false, false, false, false, false, false, false};
  job.shard_mebibytes = 1024;
  for (const std::uint32_t steps : {60u, 10'000u}) {
    job.steps = steps;
    const Plan plan = plan_of(sample_market(job));
    EXPECT_LE(plan.shard_scenarios * steps, 1u << 25);
    EXPECT_GT((plan.shard_scenarios + kBlock) * steps, 1u << 25);
  }
}

TEST(Generate, StopsWhenAskedAndKeepsWhatIsComplete) {
  const TestFolder folder;
  Job job = sample_job();
  job.scenarios = 20'000;
  std::atomic<bool> stop = false;
  GenerateOptions options = on_cpu(2);
  options.stop = &stop;
  options.progress = [&](const Progress& progress) {
    EXPECT_EQ(progress.total, 20'000u);
    if (progress.scenarios > 200) stop = true;
  };
  const std::filesystem::path run = folder.path() / "run";
  expect_refused([&] { generate(sample_simulation(job), run, options); }, ExitCode::interrupted, "shards are complete");
  EXPECT_FALSE(nlohmann::json::parse(read_text(run / "run.json"))["complete"]);
  std::size_t shards = 0;
  for (const auto& [name, text] : shards_of(run)) {
    EXPECT_EQ(name.find(".part"), std::string::npos) << name;
    if (name.ends_with(".h5")) {
      ++shards;
      const ShardInfo info = read_shard_info(shard_info_file(run / "shards" / name));
      EXPECT_EQ(info.bytes, text.size());
    }
  }
  const std::string journal = std::filesystem::exists(run / "journal.jsonl") ? read_text(run / "journal.jsonl") : "";
  const auto lines = static_cast<std::size_t>(std::count(journal.begin(), journal.end(), '\n'));
  EXPECT_EQ(lines, 1 + shards + 1) << "it begins, and ends";
}

TEST(Generate, SaysSoWhereThereIsNoGpu) {
  const TestFolder folder;
  GenerateOptions options;
  options.device = Device::cuda;
  options.devices = {4711};
  expect_refused([&] { generate(sample_market(), folder.path() / "run", options); }, ExitCode::gpu, "");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

TEST(Generate, PassesOnWhatItsCallerThrows) {
  const TestFolder folder;
  GenerateOptions options = on_cpu(2);
  options.progress = [](const Progress&) { throw Error(ExitCode::io, "stderr is gone"); };
  Job job = sample_job();
  job.scenarios = 20'000;
  expect_refused([&] { generate(sample_simulation(job), folder.path() / "run", options); }, ExitCode::io, "is gone");
}

TEST(Generate, SaysSoWhereAScenarioDoesNotFitIntoMemory) {
  const TestFolder folder;
  Job job = sample_job();
  job.scenarios = 16;
  job.steps = 1'000'000;
  job.levels = 50;
  const Simulation simulation = sample_market(job);
  const Schema schema = schema_of(simulation);
  const std::uint64_t need = record_bytes(engine_columns(schema, job.steps), kLanes);
  const auto memory =
      static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  if (need <= memory / 2) GTEST_SKIP() << "this machine has room for the largest scenarios there are";
  expect_refused([&] { generate(simulation, folder.path() / "run", on_cpu(1)); }, ExitCode::out_of_memory, "needs");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

TEST(Estimate, ForetellsSizes) {
  const TestFolder folder;
  const Simulation simulation = sample_simulation();
  const Estimate e = estimate(simulation, folder.path() / "not" / "yet", on_cpu(2));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "not"));
  EXPECT_EQ(e.scenarios, 100u);
  EXPECT_EQ(e.steps, 6000u);
  EXPECT_GT(e.free_disk, 0u);
  EXPECT_GT(e.seconds, 0);
  EXPECT_GT(e.memory, 2 * kLanes * e.scenario_bytes);
  const GenerateResult result = generate(simulation, folder.path() / "run", on_cpu(2));
  EXPECT_EQ(e.shards, result.shards);
  const auto bytes = static_cast<double>(result.bytes);
  EXPECT_NEAR(static_cast<double>(e.bytes), bytes, 0.1 * bytes) << "orders, headers and padding too";
}

}  // namespace
}  // namespace marketmimic
