#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/run/finalize.hpp"
#include "host/run/generate.hpp"
#include "host/run/journal.hpp"
#include "host/run/merge.hpp"
#include "host/run/run_folder.hpp"
#include "host/run/sealed_json.hpp"
#include "host/run/stored_outcomes.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

namespace fs = std::filesystem;

Job job_of(std::uint64_t scenarios) {
  Job job = sample_job();
  job.scenarios = scenarios;
  return job;
}

GenerateOptions part(std::uint64_t number, std::uint64_t parts, unsigned threads = 1) {
  GenerateOptions options = on_cpu(threads, Entry::fresh);
  options.part = ShardPart{{}, number, parts};
  return options;
}

/// What must not depend on how a run was made.
std::map<std::string, std::string> data_of(const fs::path& run) {
  std::map<std::string, std::string> files = files_below(run);
  files.erase("journal.jsonl");
  auto told = nlohmann::ordered_json::parse(files.at("run.json"));
  for (const char* key : {"sessions", "seconds", "seal"}) told.erase(key);
  files["run.json"] = told.dump();
  return files;
}

class Resume : public testing::Test {
 protected:
  fs::path run(const std::string& name) const { return folder_.path() / name; }
  /// A run made at one go.
  std::map<std::string, std::string> whole(const Simulation& simulation) const {
    generate(simulation, run("whole"), on_cpu(2, Entry::fresh));
    return data_of(run("whole"));
  }
  TestFolder folder_;
};

TEST_F(Resume, MakesWhatIsMissingAndNothingElse) {
  const Simulation simulation = sample_simulation(job_of(300));
  const auto expected = whole(simulation);
  const fs::path made = run("made");
  generate(simulation, made, on_cpu(2, Entry::fresh));
  const std::uint64_t shards = plan_of(simulation).shards();
  ASSERT_GE(shards, 4u);
  const auto shard = [&](std::uint64_t i) { return made / shard_name(simulation.identity, i); };
  fs::remove(shard(0));
  fs::remove(shard_info_file(shard(1)));
  fs::resize_file(shard(2), 4096);
  fs::remove(made / "dataset.h5");
  const auto kept = fs::last_write_time(shard(3));
  const GenerateResult result = generate(simulation, made, on_cpu(2, Entry::join));
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.made, 3 * plan_of(simulation).shard_scenarios);
  EXPECT_EQ(result.summary.all.scenarios, 300u);
  EXPECT_EQ(data_of(made), expected);
  EXPECT_EQ(fs::last_write_time(shard(3)), kept);
  EXPECT_EQ(generate(simulation, made, on_cpu(2, Entry::join)).made, 0u) << "nothing was left";
  EXPECT_EQ(data_of(made), expected);
}

TEST_F(Resume, GoesOnWhereARunWasStoppedAndTellsItsSessions) {
  const Simulation simulation = sample_simulation(job_of(2'000));
  const auto expected = whole(simulation);
  std::size_t interruptions = 0;
  for (bool complete = false; !complete;) {
    std::atomic<bool> stop = false;
    GenerateOptions options = on_cpu(2, Entry::join);
    options.stop = &stop;
    options.progress = [&](const Progress& progress) {
      EXPECT_GE(progress.scenarios, progress.before);
      EXPECT_EQ(progress.total, 2'000u);
      if (progress.scenarios > progress.before + 300) stop = true;
    };
    try {
      complete = generate(simulation, run("made"), options).complete;
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ExitCode::interrupted) << error.what();
      ++interruptions;
    }
  }
  EXPECT_EQ(data_of(run("made")), expected);
  const auto told = nlohmann::json::parse(read_text(run("made") / "run.json"));
  ASSERT_EQ(told["sessions"].size(), interruptions + 1);
  std::uint64_t made = 0;
  for (std::size_t i = 0; i <= interruptions; ++i) {
    EXPECT_EQ(told["sessions"][i]["outcome"], i < interruptions ? "interrupted" : "complete");
    made += told["sessions"][i]["shards_made"].get<std::uint64_t>();
  }
  EXPECT_EQ(made, plan_of(simulation).shards());
}

TEST_F(Resume, PartsMadeInAnyOrderAreTheRun) {  // at a time: resume_check.py
  const Simulation simulation = sample_simulation(job_of(500));
  const auto expected = whole(simulation);
  constexpr std::uint64_t parts = 5;
  for (const std::uint64_t i : {3u, 0u, 4u, 1u, 2u})
    EXPECT_EQ(generate(simulation, run("made"), part(i, parts)).complete, i == 2) << "the last one finalises";
  EXPECT_EQ(data_of(run("made")), expected);
  EXPECT_EQ(Journal(run("made")).sessions().size(), parts);
}

TEST_F(Resume, APartLeavesTheRunUnfinishedAndFinalizeSaysWhatIsMissing) {
  const Simulation simulation = sample_simulation(job_of(200));
  const auto expected = whole(simulation);
  const GenerateResult first = generate(simulation, run("made"), part(0, 2));
  EXPECT_FALSE(first.complete);
  EXPECT_EQ(first.summary.all.scenarios, first.made);
  expect_refused([&] { finalize(simulation, run("made")); }, ExitCode::interrupted, "not there yet");
  EXPECT_FALSE(nlohmann::json::parse(read_text(run("made") / "run.json"))["complete"]);
  EXPECT_TRUE(generate(simulation, run("made"), part(1, 2)).complete);
  EXPECT_EQ(data_of(run("made")), expected);
  const auto before = files_below(run("made"));
  finalize(simulation, run("made"));
  EXPECT_EQ(files_below(run("made")), before) << "every byte, run.json too";
}

TEST_F(Resume, PartsAreDisjointAndCoverEveryShard) {
  for (const std::uint64_t shards : {0u, 1u, 7u, 16u, 1000u}) {
    for (const std::uint64_t parts : {1u, 2u, 3u, 16u, 23u}) {
      std::uint64_t next = 0;
      for (std::uint64_t i = 0; i < parts; ++i) {
        const Scenarios range = ShardPart{{}, i, parts}.of(shards);
        EXPECT_EQ(range.first, next);
        EXPECT_LE(range.count, shards / parts + 1);
        next = range.end();
      }
      EXPECT_EQ(next, shards);
    }
  }
}

TEST_F(Resume, KeepsASecondProcessOut) {
  const Simulation simulation = sample_simulation(job_of(200));
  enter_run_folder(run("made"), simulation, Entry::fresh);
  const Journal journal(run("made"));
  Session other = session_of_this_process({1, 2}, "CPU", 1);
  journal.begin(other);
  const RangeLock held = journal.hold({1, 2});
  expect_refused([&] { generate(simulation, run("made"), on_cpu(2, Entry::join)); }, ExitCode::exists,
                 {"in use by process " + std::to_string(getpid()), other.host});
  GenerateOptions beside = on_cpu(2, Entry::fresh);
  beside.part = ShardPart{{0, 1}};
  EXPECT_EQ(generate(simulation, run("made"), beside).shards, 1u) << "siblings don't shut each other out";
}

TEST_F(Resume, RefusesAnotherJobAndTellsTheDifference) {
  const Simulation simulation = sample_simulation(job_of(200));
  generate(simulation, run("made"), on_cpu(2, Entry::fresh));
  const auto before = files_below(run("made"));
  Job job = job_of(200);
  job.seed = 8;
  job.adaptation.patience = 3;
  const auto refused = [&](const Simulation& other, const std::vector<std::string>& parts, Entry entry = Entry::join) {
    expect_refused([&] { generate(other, run("made"), on_cpu(2, entry)); }, ExitCode::resume_mismatch, parts);
  };
  refused(sample_simulation(job), {"seed: 7 there, 8 here", "strategy.patience: 1.5 there, 3.0 here"});
  refused(sample_market(job_of(200)), {"the strategy"});
  MarketFile market;
  market.diffusion.volatility *= 2;
  refused(prepare(job_of(200), market, sample_strategy()), {"the market is another"});
  refused(sample_simulation(job_of(300)), {"scenarios: 200 there, 300 here", "--extend"});
  refused(sample_simulation(job_of(100)), {"can only grow"}, Entry::extend);
  refused(sample_simulation(job), {"seed"}, Entry::extend);
  EXPECT_EQ(files_below(run("made")), before);
}

TEST_F(Resume, RefusesWhatIsNoRun) {
  publish_text(folder_.path() / "precious", "data");
  expect_refused([&] { generate(sample_market(), folder_.path(), on_cpu(2, Entry::join)); }, ExitCode::exists,
                 "is not empty");
  expect_refused([&] { generate(sample_market(), folder_.path() / "precious", on_cpu(2, Entry::join)); },
                 ExitCode::exists, "precious");
  EXPECT_EQ(files_below(folder_.path()).size(), 1u);
}

TEST_F(Resume, ExtendsARunToTheBytesOfALongerOne) {
  const auto expected = whole(sample_simulation(job_of(300)));
  generate(sample_simulation(job_of(187)), run("made"), on_cpu(2, Entry::fresh));  // the last shard is not full
  const GenerateResult result = generate(sample_simulation(job_of(300)), run("made"), on_cpu(2, Entry::extend));
  EXPECT_TRUE(result.complete);
  EXPECT_LT(result.made, 300u - 187u + plan_of(sample_simulation(job_of(300))).shard_scenarios + 1);
  EXPECT_EQ(data_of(run("made")), expected);
}

TEST_F(Resume, AnExtensionIsNotEndedAtTheOldLength) {
  const std::uint64_t few = plan_of(sample_simulation(job_of(1'500))).shard_scenarios;
  const Simulation shorter = sample_simulation(job_of(few));
  generate(shorter, run("made"), on_cpu(2, Entry::fresh));
  GenerateOptions options = on_cpu(2, Entry::extend);
  options.part = ShardPart{{2, 1}, 0, 0};
  generate(sample_simulation(job_of(1'500)), run("made"), options);
  expect_refused([&] { finalize(shorter, run("made")); }, ExitCode::resume_mismatch, "extended meanwhile");
  expect_refused([&] { generate(shorter, run("made"), on_cpu(2, Entry::join)); }, ExitCode::resume_mismatch, "grow");
}

TEST_F(Resume, AnExtensionThatWasInterruptedIsGoneOnWith) {
  const auto expected = whole(sample_simulation(job_of(1'500)));
  generate(sample_simulation(job_of(187)), run("made"), on_cpu(2, Entry::fresh));
  std::atomic<bool> stop = true;
  GenerateOptions options = on_cpu(2, Entry::extend);
  options.stop = &stop;
  expect_refused([&] { generate(sample_simulation(job_of(1'500)), run("made"), options); }, ExitCode::interrupted,
                 "--resume");
  EXPECT_FALSE(fs::exists(run("made") / "dataset.h5")) << "it would be about shards that change";
  generate(open_run(run("made")), run("made"), on_cpu(2, Entry::join));
  EXPECT_EQ(data_of(run("made")), expected);
}

TEST_F(Resume, AStopRuleEndsAResumedRunAtTheSameShard) {
  Job job = job_of(600);
  const Simulation all = sample_simulation(job);
  generate(all, run("all"), on_cpu(2, Entry::fresh));
  job.stop.successes = stored_summary(all, run("all"), {0, 3}).all.successes;
  const Simulation simulation = sample_simulation(job);
  const auto expected = whole(simulation);
  const fs::path made = run("made");
  generate(simulation, made, on_cpu(2, Entry::fresh));
  fs::remove(made / shard_name(simulation.identity, 1));
  const GenerateResult result = generate(simulation, made, on_cpu(2, Entry::join));
  EXPECT_EQ(result.made, plan_of(simulation).shard_scenarios);
  EXPECT_EQ(data_of(made), expected);
  expect_refused([&] { generate(simulation, made, part(0, 2)); }, ExitCode::usage, "stop rule");
  ++job.stop.successes;
  const Simulation longer = sample_simulation(job);
  generate(longer, made, on_cpu(2, Entry::extend));
  generate(longer, run("longer"), on_cpu(2, Entry::fresh));
  EXPECT_EQ(data_of(made), data_of(run("longer")));
}

TEST_F(Resume, TakesUpAFolderThatWasLeftAtAnyPointOfItsBeginning) {
  const Simulation simulation = sample_simulation(job_of(50));
  const auto expected = whole(simulation);
  const std::vector<std::string> made = {"shards", "journal.jsonl", "inputs", "inputs/job.toml", "inputs/market.toml"};
  for (std::size_t count = 0; count <= made.size(); ++count) {
    const fs::path folder = run("begun" + std::to_string(count));
    fs::create_directories(folder);
    for (std::size_t i = 0; i < count; ++i) {
      const fs::path from = run("whole") / made[i];
      fs::is_directory(from) ? void(fs::create_directory(folder / made[i])) : void(fs::copy(from, folder / made[i]));
    }
    publish_text(folder / ".run.json.part", "{");
    generate(simulation, folder, on_cpu(2, Entry::join));
    EXPECT_EQ(data_of(folder), expected) << count;
  }
}

TEST_F(Resume, MergesPartsThatWereMadeElsewhere) {
  const Simulation simulation = sample_simulation(job_of(500));
  const auto expected = whole(simulation);
  for (const std::uint64_t i : {0u, 1u, 2u}) generate(simulation, run("at" + std::to_string(i)), part(i, 3));
  const auto source = files_below(run("at1"));
  Merged merged = merge(run("made"), {run("at1")}, {});
  EXPECT_FALSE(merged.complete);
  EXPECT_EQ(merged.taken + merged.missing, plan_of(simulation).shards());
  merged = merge(run("made"), {run("at0"), run("at1"), run("at2")}, {});
  EXPECT_TRUE(merged.complete);
  EXPECT_EQ(merged.missing, 0u);
  EXPECT_EQ(data_of(run("made")), expected);
  EXPECT_EQ(files_below(run("at1")), source) << "sources are only read";
}

TEST_F(Resume, MergesNothingThatIsDamagedOrOfAnotherJob) {
  const Simulation simulation = sample_simulation(job_of(300));
  generate(simulation, run("a"), part(0, 2));
  generate(sample_market(job_of(300)), run("b"), part(1, 2));
  expect_refused([&] { merge(run("made"), {run("a"), run("b")}, {}); }, ExitCode::resume_mismatch, "other scenarios");
  EXPECT_FALSE(fs::exists(run("made")));
  std::fstream stream(run("a") / shard_name(simulation.identity, 0), std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(70'000);
  stream.put('x').put('y').flush();
  expect_refused([&] { merge(run("made"), {run("a")}, {}); }, ExitCode::verification_failed, "is damaged");
  for (const auto& [name, text] : files_below(run("made") / "shards")) ADD_FAILURE() << name;
}

TEST_F(Resume, MergesNoFileThatLiesElsewhere) {
  const Simulation simulation = sample_simulation(job_of(200));
  generate(simulation, run("a"), on_cpu(2, Entry::fresh));
  const fs::path info_file = run("a") / shard_info_file(shard_name(simulation.identity, 0));
  ShardInfo info = read_shard_info(info_file);
  fs::copy_file(run("a") / info.file, run("a") / "../elsewhere.h5");
  info.file = "../elsewhere.h5";  // sealed as its author would
  publish_text(info_file, shard_info_text(info));
  const auto before = files_below(folder_.path());
  expect_refused([&] { merge(run("b"), {run("a")}, {}); }, ExitCode::verification_failed, "describes another shard");
  EXPECT_FALSE(fs::exists(run("b") / "../elsewhere.json"));
  EXPECT_EQ(files_below(run("b") / "shards"), (std::map<std::string, std::string>{}));
}

TEST_F(Resume, PassesOverALineThatWasCutShort) {
  const Simulation simulation = sample_simulation(job_of(100));
  generate(simulation, run("made"), on_cpu(2, Entry::fresh));
  const fs::path journal = run("made") / "journal.jsonl";
  const std::string text = read_text(journal);
  publish_text(journal, text.substr(0, text.size() - 20));
  ASSERT_TRUE(Journal(run("made")).damaged_line());
  generate(simulation, run("made"), on_cpu(2, Entry::join));
  const std::vector<Session> sessions = Journal(run("made")).sessions();
  ASSERT_EQ(sessions.size(), 2u);
  EXPECT_EQ(sessions.back().outcome, "complete");
}

TEST(SealedJson, TellsEveryChangeOfACharacter) {
  const std::string text = sealed({{"b", 1.5}, {"a", {1, 2, 3}}, {"c", "text"}});
  EXPECT_TRUE(is_sealed(text));
  EXPECT_TRUE(is_sealed(text + "\n"));
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int bit : {0, 3, 5, 7}) {
      std::string other = text;
      other[i] = static_cast<char>(other[i] ^ (1 << bit));
      EXPECT_FALSE(is_sealed(other)) << other;
    }
  }
  for (const char* other : {"", "{}", "[1]", "{\"seal\": 1}", "null"}) EXPECT_FALSE(is_sealed(other)) << other;
}

}  // namespace
}  // namespace marketmimic
