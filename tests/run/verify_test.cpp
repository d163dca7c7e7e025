#include "host/run/verify.hpp"

#include <atomic>
#include <chrono>
#include <fstream>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "host/run/checksums.hpp"
#include "host/run/journal.hpp"
#include "host/run/run_folder.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

namespace fs = std::filesystem;

void flip(const fs::path& file, std::uint64_t at, int bit) {
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekg(static_cast<std::streamoff>(at));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(at));
  stream.put(static_cast<char>(byte ^ (1 << bit)));
}

/// A run of the sample job, and every byte of it.
class Verify : public testing::Test {
 protected:
  Verify() : run_(folder_.path() / "run") {
    identity_ = generate(sample_simulation(verify_job()), run_, options()).identity;
    before_ = files_below(run_);
  }
  /// Three shards of two blocks.
  static Job verify_job() {
    Job job = sample_job();
    job.scenarios = 400;
    job.shard_mebibytes = 2;
    return job;
  }
  static GenerateOptions options() {
    GenerateOptions options;
    options.device = Device::cpu;
    options.threads = 2;
    return options;
  }
  Verification look(bool quick = false) const {
    VerifyOptions options;
    options.quick = quick;
    return verify(open_damaged_run(run_), run_, options);
  }
  /// Files that are found damaged.
  std::set<std::string> damaged(bool quick = false) const {
    std::set<std::string> files;
    for (const Damage& damage : look(quick).damage) files.insert(damage.file);
    return files;
  }
  void mend() const {
    const CheckedRun run = open_damaged_run(run_);
    repair(run, run_, verify(run, run_, {}), options());
  }
  std::string shard(std::uint64_t i) const { return shard_name(identity_, i); }

  TestFolder folder_;
  fs::path run_;
  std::string identity_;
  std::map<std::string, std::string> before_;
};

TEST_F(Verify, FindsNothingInARunThatIsWhole) {
  double last = 0;
  std::mutex mutex;
  VerifyOptions options;
  options.progress = [&](double done) {
    const std::lock_guard lock(mutex);
    last = std::max(last, done);
  };
  const Verification found = verify(open_damaged_run(run_), run_, options);
  EXPECT_TRUE(found.damage.empty());
  EXPECT_TRUE(found.complete);
  EXPECT_EQ(found.published, found.plan.shards());
  EXPECT_EQ(last, 1.0);
  std::uint64_t bytes = 0;
  for (const auto& [name, text] : before_)
    bytes += name.ends_with(".h5") && name.starts_with("shards") ? text.size() : 0;
  EXPECT_EQ(found.bytes, bytes);
}

TEST_F(Verify, FindsAFlippedBitAnywhereAndMakesTheBytesAgain) {
  std::mt19937_64 random(5);
  for (const auto& [name, text] : before_) {
    if (name.starts_with("inputs/") && name != "inputs/job.toml") continue;  // see below
    for (int trial = 0; trial < 3; ++trial) {
      const std::uint64_t at = trial == 0 ? 0 : random() % text.size();
      flip(run_ / name, at, static_cast<int>(random() % 8));
      EXPECT_EQ(damaged(), std::set<std::string>{name}) << "byte " << at;
      mend();
      auto after = files_below(run_);
      if (name == "journal.jsonl") after[name] = text;  // a line that is lost stays lost
      EXPECT_EQ(after, before_) << name << ", byte " << at;
      publish_text(run_ / name, text);
    }
  }
}

TEST_F(Verify, NamesTheBlockAndWhatIsInIt) {
  const ShardInfo info = read_shard_info(run_ / shard_info_file(shard(1)));
  ASSERT_GE(info.blocks.size(), 3u);
  const std::uint64_t at = kChecksumBlock + 5;
  flip(run_ / shard(1), at, 2);
  const Verification found = look();
  ASSERT_EQ(found.damage.size(), 1u);
  EXPECT_EQ(found.damage[0].shard, 1u);
  const std::string place = "block 1 of " + std::to_string(info.blocks.size()) + " (bytes 1048576 to 2097151)";
  EXPECT_TRUE(found.damage[0].what.starts_with(place)) << found.damage[0].what;
  std::string holder;
  std::uint64_t nearest = 0;
  for (const auto& [path, offset] : info.offsets) {
    if (offset <= at && offset >= nearest) {
      nearest = offset;
      holder = path;
    }
  }
  EXPECT_NE(found.damage[0].what.find(holder), std::string::npos) << found.damage[0].what;
}

TEST_F(Verify, FindsMissingSwappedAndCutFiles) {
  fs::rename(run_ / shard(0), run_ / "x");
  fs::rename(run_ / shard(1), run_ / shard(0));
  fs::rename(run_ / "x", run_ / shard(1));
  fs::remove(run_ / "dataset.h5");
  EXPECT_EQ(damaged(), (std::set<std::string>{shard(0), shard(1), "dataset.h5"}));
  mend();
  EXPECT_EQ(files_below(run_), before_);
  const std::string info = shard_info_file(shard(2)).string();
  fs::remove(run_ / info);
  fs::resize_file(run_ / shard(1), before_.at(shard(1)).size() - 1);
  fs::remove(run_ / shard(0));
  fs::remove(run_ / "inputs/job.toml");
  fs::resize_file(run_ / "run.json", 100);
  publish_text(run_ / "inputs/job.toml", before_.at("inputs/job.toml"));
  EXPECT_EQ(damaged(), (std::set<std::string>{shard(0), shard(1), "run.json"})) << "of shards alone, run.json is gone";
  mend();
  generate(open_run(run_), run_, [] {
    GenerateOptions on = options();
    on.entry = Entry::join;
    return on;
  }());
  EXPECT_TRUE(damaged().empty());
  for (const auto& [name, text] : before_) {
    if (name != "run.json" && name != "journal.jsonl") {
      EXPECT_EQ(read_text(run_ / name), text) << name;
    }
  }
}

TEST_F(Verify, DamageIsNotTakenForTheTruthWhereRunJsonIsLost) {
  flip(run_ / "dataset.h5", 5000, 1);
  flip(run_ / "run.json", 40, 1);
  mend();
  EXPECT_EQ(files_below(run_), before_);
}

TEST_F(Verify, QuickLooksAtSizesAndHeaders) {
  flip(run_ / shard(0), 40, 1);
  fs::resize_file(run_ / shard(1), 5000);
  flip(run_ / shard(2), kChecksumBlock + 9, 1);
  EXPECT_EQ(damaged(true), (std::set<std::string>{shard(0), shard(1)}));
  EXPECT_EQ(damaged(false), (std::set<std::string>{shard(0), shard(1), shard(2)}));
}

TEST_F(Verify, AnUnfinishedRunMayLackShardsButNotHaveDamagedOnes) {
  const fs::path unfinished = folder_.path() / "unfinished";
  GenerateOptions first = options();
  first.part = ShardPart{{0, 2}};
  generate(sample_simulation(verify_job()), unfinished, first);
  const auto found = verify(open_damaged_run(unfinished), unfinished, {});
  EXPECT_FALSE(found.complete);
  EXPECT_EQ(found.published, 2u);
  EXPECT_TRUE(found.damage.empty());
  const auto before = files_below(unfinished);
  flip(unfinished / shard(1), 77'777, 3);
  flip(unfinished / "run.json", 5, 0);
  const CheckedRun run = open_damaged_run(unfinished);
  const auto damage = verify(run, unfinished, {});
  ASSERT_EQ(damage.damage.size(), 2u);
  repair(run, unfinished, damage, options());
  EXPECT_EQ(files_below(unfinished), before);
}

TEST_F(Verify, SaysSoWhereAnInputIsLost) {
  const auto refused = [&](const std::string& part) {
    expect_refused([&] { open_damaged_run(run_); }, ExitCode::verification_failed, part);
  };
  for (const std::string name : {"inputs/market.toml", "inputs/strategy.h5"}) {
    flip(run_ / name, 30, 1);
    refused(name + " is not what the run was made from");
    flip(run_ / "run.json", 30, 1);
    refused("restore one of them");
    publish_text(run_ / name, before_.at(name));
    publish_text(run_ / "run.json", before_.at("run.json"));
  }
  flip(run_ / "run.json", 30, 1);
  const std::string job = before_.at("inputs/job.toml");
  publish_text(run_ / "inputs/job.toml",
               job.substr(0, job.find("seed")) + "seed = 8" + job.substr(job.find("seed") + 8));
  refused("restore one of them");
  expect_refused([&] { open_damaged_run(folder_.path()); }, ExitCode::io, "is no run folder");
}

TEST_F(Verify, WaitsForWhoeverFinalises) {
  fs::remove(run_ / "dataset.h5");
  std::optional<RangeLock> files = Journal(run_).hold_folder();
  std::atomic<bool> mended = false;
  std::jthread mending([&] {
    mend();
    mended = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_FALSE(mended);
  EXPECT_FALSE(fs::exists(run_ / "dataset.h5"));
  files.reset();
  mending.join();
  EXPECT_EQ(files_below(run_), before_);
}

TEST_F(Verify, LeavesARunAloneThatSomebodyWorksOn) {
  flip(run_ / shard(0), 77'777, 3);
  const Journal journal(run_);
  const RangeLock held = journal.hold({2, 1});
  expect_refused([&] { mend(); }, ExitCode::exists, "in use");
}

}  // namespace
}  // namespace marketmimic
