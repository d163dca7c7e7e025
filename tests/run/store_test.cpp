// How shards hold their columns changes none of the values, and no more depends on how a run was made than of plain
// ones.
#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>

#include "host/file/file.hpp"
#include "host/run/chunking.hpp"
#include "host/run/deflate.hpp"
#include "host/run/finalize.hpp"
#include "host/run/generate.hpp"
#include "host/run/recipe_records.hpp"
#include "host/run/regenerator.hpp"
#include "host/run/replay.hpp"
#include "host/run/sealed_json.hpp"
#include "host/run/stored_shard.hpp"
#include "host/run/verify.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

namespace fs = std::filesystem;

Simulation stored_as(Store store) {
  Job job = sample_job();
  job.store = store;
  return sample_simulation(job);
}

Column column_of(std::uint32_t rows, std::uint32_t width, Element element) {
  return {{"/x", element, "", {}, {}}, HorizonFlag{0}, rows, width};
}

TEST(Chunking, CutsEveryColumnIntoChunksThatReadersKeep) {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 2000; ++trial) {
    const auto rows = static_cast<std::uint32_t>(1 + random() % (trial % 3 == 0 ? 400'000 : 400));
    const auto width = static_cast<std::uint32_t>(random() % 13);
    const std::uint64_t scenarios = 1 + random() % 5000;
    const Store store = trial % 5 == 0 ? Store::recipe : Store::deflate;
    const Column column = column_of(rows, width, trial % 2 == 0 ? Element::f32 : Element::u8);
    const Chunking c = chunking_of(column, scenarios, store);
    ASSERT_LE(c.chunk_bytes(), kMostChunkBytes);
    ASSERT_LE(c.chunk_scenarios, std::min(scenarios, most_chunk_scenarios(store)));
    ASSERT_TRUE(c.chunk_rows == rows || c.chunk_scenarios == 1);
    ASSERT_TRUE(c.chunk_scenarios % kBlock == 0 || kBlock % c.chunk_scenarios == 0 || c.chunk_scenarios == scenarios);
    const std::vector<std::uint64_t> last = chunk_place(column, c, c.chunks() - 1), shape = chunk_shape(column, c);
    ASSERT_TRUE(last[0] < scenarios && last[0] + shape[0] >= scenarios);
    ASSERT_TRUE(last[1] < rows && last[1] + shape[1] >= rows);
    ASSERT_EQ(last.size(), column.shape(scenarios).size());
  }
}

TEST(Deflate, GivesBackWhatItTookAndNoticesEveryFlip) {
  std::mt19937_64 random(4);
  for (const std::size_t element : {1u, 4u, 8u}) {
    for (const std::size_t count : {1u, 7u, 1000u, 65'537u}) {
      std::vector<std::byte> chunk(element * count), back(chunk.size());
      for (std::size_t i = 0; i < chunk.size(); ++i)
        chunk[i] = static_cast<std::byte>(count == 1000 ? random() : i / element / 100);
      std::vector<std::byte> stored = deflate_chunk(chunk, element);
      EXPECT_EQ(deflate_chunk(chunk, element), stored);
      ASSERT_TRUE(inflate_chunk(stored, element, back));
      EXPECT_EQ(back, chunk);
      for (int trial = 0; trial < 50; ++trial) {
        std::byte& changed = stored[random() % stored.size()];
        const std::byte bit = std::byte{1} << static_cast<int>(random() % 8);
        changed ^= bit;
        EXPECT_FALSE(inflate_chunk(stored, element, back));
        changed ^= bit;
      }
      std::vector<std::byte> longer(chunk.size() + element);
      EXPECT_FALSE(inflate_chunk(stored, element, longer));
    }
  }
}

/// Calls `use` from so many depths of the stack, 64 KiB apart.
template <class Use>
void from_depths(int depths, const Use& use) {
  std::array<volatile char, 65'536> below{};
  use();
  if (depths > 1) from_depths(depths - 1, use);
  below[0] = 1;  // it is needed until here
}

TEST(Deflate, TheSameBytesWhereverTheStackLies) {
  std::mt19937_64 random(5);
  std::vector<std::vector<std::byte>> chunks(300, std::vector<std::byte>(512)), expected;
  for (auto& chunk : chunks) {
    int level = static_cast<int>(random() % 256);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      if (i % 10 == 0) level += static_cast<int>(random() % 3) - 1;
      chunk[i] = static_cast<std::byte>(level - static_cast<int>(i % 10));
    }
    expected.push_back(deflate_chunk(chunk, 1));
  }
  int others = 0;
  from_depths(40, [&] {
    for (std::size_t i = 0; i < chunks.size(); ++i) others += deflate_chunk(chunks[i], 1) != expected[i];
  });
  EXPECT_EQ(others, 0);
}

TEST(Deflate, TakesWhatCantBeCompressed) {
  std::mt19937_64 random(6);
  for (const std::size_t bytes : {0u, 15u, 16u, 17u, 300u, 5000u, 65'536u, 1u << 20}) {
    std::vector<std::byte> chunk(bytes), back(bytes);
    for (std::byte& byte : chunk) byte = static_cast<std::byte>(random());
    const std::vector<std::byte> stored = deflate_chunk(chunk, 1);
    ASSERT_TRUE(inflate_chunk(stored, 1, back));
    EXPECT_EQ(back, chunk);
    EXPECT_LT(stored.size(), bytes + bytes / 200 + 100);
  }
}

class Stored : public testing::TestWithParam<Store> {
 protected:
  Stored() : simulation_(stored_as(GetParam())) {}
  fs::path run(const std::string& name) const { return folder_.path() / name; }

  Simulation simulation_;
  TestFolder folder_;
};

TEST_P(Stored, TheSameBytesHoweverItIsMade) {
  generate(simulation_, run("one"), on_cpu(1));
  generate(simulation_, run("five"), on_cpu(5));
  generate(simulation_, run("resumed"), on_cpu());
  const auto files = [&](const char* name) {
    std::map<std::string, std::string> held = files_below(run(name));
    held.erase("journal.jsonl");
    held.erase("run.json");
    return held;
  };
  fs::remove(run("resumed") / shard_name(simulation_.identity, 1));
  fs::remove(run("resumed") / "dataset.h5");
  generate(simulation_, run("resumed"), on_cpu(2, Entry::join));
  EXPECT_EQ(files("one"), files("five"));
  EXPECT_EQ(files("one"), files("resumed"));
}

TEST_P(Stored, EveryRangeOfEveryDatasetReadsAsFromPlainShards) {
  const Simulation plain = stored_as(Store::plain);
  generate(plain, run("plain"), on_cpu());
  generate(simulation_, run("other"), on_cpu());
  ASSERT_EQ(plan_of(plain).shards(), plan_of(simulation_).shards());
  const Schema schema = schema_of(plain);
  std::vector<std::string> paths = recipe_datasets(schema);
  for (const auto& field : schema.scenario) paths.push_back(field.quantity.path);
  paths.emplace_back("/orders/offsets");
  std::mt19937_64 random(6);
  for (std::uint64_t index = 0; index < plan_of(plain).shards(); ++index) {
    const StoredShard here(plain, run("plain"), index), there(simulation_, run("other"), index);
    const ShardInfo info = read_shard_info(shard_info_file(run("plain") / shard_name(plain.identity, index)));
    const std::uint64_t scenarios = info.scenarios.count;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const bool column = i < schema.columns.size();
      const std::uint64_t rows = paths[i].starts_with("/orders") ? info.order_rows : info.perturbation_rows;
      const std::uint64_t element = column ? element_bytes(schema.columns[i].quantity.element)
                                    : i < recipe_datasets(schema).size() ? row_bytes(schema, i)
                                                                         : 1;
      const std::uint64_t size = column                               ? scenarios * schema.columns[i].values()
                                 : i < recipe_datasets(schema).size() ? rows
                                                                      : scenarios;
      for (int trial = 0; trial < 4; ++trial) {
        const std::uint64_t first = random() % (size + 1);
        const std::uint64_t count = trial == 0 ? size - first : random() % (size - first + 1);
        const auto values = [&](const StoredShard& shard) -> std::vector<std::uint64_t> {
          if (element == 8) return shard.read<std::uint64_t>(paths[i], first, count);
          if (element == 4) {
            const auto read = shard.read<std::uint32_t>(paths[i], first, count);
            return {read.begin(), read.end()};
          }
          const auto read = shard.read<std::uint8_t>(paths[i], first, count);
          return {read.begin(), read.end()};
        };
        ASSERT_EQ(values(here), values(there)) << paths[i] << " from " << first << ", " << count;
      }
      expect_refused([&] { there.read<std::uint8_t>(paths[i], ~std::uint64_t{0} - 5, 9); }, ExitCode::io, paths[i]);
    }
    expect_refused([&] { there.read<std::uint8_t>("/none", 0, 1); }, ExitCode::io, "it has no /none");
  }
}

TEST_P(Stored, AgreesWithReplays) {
  generate(simulation_, run("run"), on_cpu());
  const Simulation opened = open_run(run("run"));
  for (std::uint64_t id = 0; id < opened.job.scenarios; id += 7)
    ASSERT_NO_THROW(check_stored(opened, replay(opened, id), run("run"))) << "scenario " << id;
}

TEST_P(Stored, DamageIsFoundNamedAndMended) {
  generate(simulation_, run("run"), on_cpu());
  const std::map<std::string, std::string> before = files_below(run("run"));
  std::vector<std::string> names = {shard_name(simulation_.identity, 0), shard_name(simulation_.identity, 1)};
  if (GetParam() == Store::recipe) names.push_back(recipe_name(simulation_.identity));
  std::mt19937_64 random(8);
  for (int trial = 0; trial < 12; ++trial) {
    const std::string& name = names[static_cast<std::size_t>(trial) % names.size()];
    std::string text = before.at(name);
    text[random() % text.size()] ^= static_cast<char>(1 << random() % 8);
    publish_text(run("run") / name, text);
    const CheckedRun checked = open_damaged_run(run("run"));
    const Verification found = verify(checked, run("run"), {});
    ASSERT_EQ(found.damage.size(), 1u);
    EXPECT_EQ(found.damage[0].file, name);
    repair(checked, run("run"), found, on_cpu());
    ASSERT_EQ(files_below(run("run")), before);
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, Stored, testing::Values(Store::deflate, Store::recipe),
                         [](const auto& info) { return info.param == Store::deflate ? "deflate" : "recipe"; });

TEST(Recipe, IsTheSameForAnyNumberOfScenariosAndGivesTheSimulationBack) {
  Job job = sample_job();
  job.store = Store::recipe;
  const std::string bytes = recipe_text(sample_simulation(job));
  job.scenarios = 123'456;
  job.stop.successes = 5;
  EXPECT_EQ(recipe_text(sample_simulation(job)), bytes);
  const Simulation back = simulation_of_recipe(bytes, "x");
  EXPECT_EQ(back.identity, sample_simulation(job).identity);
  const ReplayedScenario here = replay(sample_simulation(job), 0), there = replay(back, 0);
  for (std::size_t i = 0; i < here.columns.size(); ++i) EXPECT_EQ(here.columns[i].bytes, there.columns[i].bytes);
}

/// Else no mutation of them gets beyond their version. They are recipes of any small runs.
TEST(Recipe, OfTheFuzzerIsOneOfTheseRules) {
  for (const char* name : {"market", "strategy"}) {
    const fs::path seed = fs::path(MARKETMIMIC_SOURCE_DIR) / "tests/fuzz/recipe" / (std::string(name) + ".json");
    const Simulation simulation = simulation_of_recipe(read_text(seed), name);
    EXPECT_EQ(simulation.strategy != nullptr, seed.stem() == "strategy");
  }
}

TEST(Recipe, EveryFlipIsNoticed) {
  const std::string text = recipe_text(stored_as(Store::recipe));
  std::mt19937_64 random(9);
  for (int trial = 0; trial < 400; ++trial) {
    std::string changed = text;
    const std::size_t at = random() % (text.size() - 1);  // what follows is the end of the line
    changed[at] ^= static_cast<char>(1 << random() % 8);
    if (trial % 4 == 0) changed.resize(at);
    expect_refused([&] { simulation_of_recipe(changed, "x"); }, ExitCode::input_data, "is no recipe of a run");
  }
}

TEST(SealedJson, NestsNoDeeperThanTheStackIs) {
  constexpr std::size_t levels = 2'000'000;
  const std::string text = R"({"seal": "0", "a": )" + std::string(levels, '[') + std::string(levels, ']') + "}";
  EXPECT_FALSE(is_sealed(text));
  expect_refused([&] { simulation_of_recipe(text, "x"); }, ExitCode::input_data, "is no recipe of a run");
}

TEST(Recipe, PartsOfAnotherRunAreRefused) {
  auto recipe = nlohmann::ordered_json::parse(recipe_text(stored_as(Store::recipe)));
  const auto refuses = [&](const char* key, const nlohmann::ordered_json& value) {
    auto changed = recipe;
    changed[key] = value;
    EXPECT_THROW(simulation_of_recipe(sealed(changed), "x"), Error) << key;
  };
  EXPECT_NO_THROW(simulation_of_recipe(sealed(recipe), "x"));
  refuses("rules", kRulesVersion + 1);
  refuses("identity", "0123");
  refuses("job", "seed = 99\n");
  refuses("job", 7);
  refuses("markets", nlohmann::ordered_json::array());
  refuses("markets", {"x"});
  refuses("strategy", recipe["strategy"].get<std::string>() + "00");
  refuses("strategy", "zz");
  refuses("format", "marketmimic recipe 0");
}

TEST(Recipe, RecordsSayWhereTheyBelongAndNoticeEveryFlip) {
  RecipeRecord record;
  record.first = 77;
  record.dataset = 5;
  const std::string identity = "0123456789abcdeffedcba9876543210";
  record = seal_record(record, identity);
  EXPECT_EQ(record.identity_text(), identity);
  std::vector<std::byte> chunk(sizeof record);
  std::memcpy(chunk.data(), &record, sizeof record);
  ASSERT_TRUE(read_record(chunk));
  EXPECT_EQ(read_record(chunk)->first, 77u);
  for (std::size_t bit = 0; bit < chunk.size() * 8; ++bit) {
    chunk[bit / 8] ^= std::byte{1} << (bit % 8);
    EXPECT_FALSE(read_record(chunk)) << bit;
    chunk[bit / 8] ^= std::byte{1} << (bit % 8);
  }
  EXPECT_FALSE(read_record(std::span(chunk).first(63)));
}

TEST(Recipe, RecordsThatTheRunDoesNotHoldAreRefused) {
  const Simulation simulation = stored_as(Store::recipe);
  Regenerator regenerator(simulation, 1 << 20);
  const Schema schema = schema_of(simulation);
  const RecipeRecord good = column_records(schema.columns[0], 0, {0, 32}, simulation.identity).front();
  EXPECT_EQ(regenerator.chunk(good).size(), good.bytes);
  RecipeRecord empty = good;
  empty.rows = 0;
  EXPECT_EQ(regenerator.chunk(empty), std::vector<std::byte>(empty.bytes));
  const auto refuses = [&](auto change) {
    RecipeRecord record = good;
    change(record);
    expect_refused([&] { regenerator.chunk(record); }, ExitCode::input_data, "does not have");
  };
  refuses([](RecipeRecord& r) { r.dataset = 1000; });
  refuses([](RecipeRecord& r) { r.dataset = ~0u; });
  refuses([](RecipeRecord& r) { r.rows = ~0u; });
  refuses([](RecipeRecord& r) { r.rows += 1; });
  refuses([](RecipeRecord& r) { r.begin = 1; });
  refuses([](RecipeRecord& r) { r.begin = ~std::uint64_t{0}; });
  refuses([](RecipeRecord& r) { r.scenarios = ~0u; });
  refuses([](RecipeRecord& r) { r.bytes = ~0u; });
  refuses([](RecipeRecord& r) { r.bytes = 0; });
  refuses([](RecipeRecord& r) { r.first = ~std::uint64_t{0}; });
  refuses([&](RecipeRecord& r) {
    r.dataset = static_cast<std::uint32_t>(schema.columns.size());  // a table with fewer rows
    r.rows = 10'000;
  });
}

TEST(Recipe, NeedsScenariosThatAReaderCanHold) {
  Job job = sample_job();
  job.store = Store::recipe;
  job.steps = 1'000'000;
  expect_refused([&] { sample_market(job); }, ExitCode::usage, "use fewer steps");
}

TEST(Regenerator, ItsMemoryChangesNothing) {
  Job job = sample_job();
  job.store = Store::recipe;
  const Simulation simulation = sample_simulation(job);
  const Schema schema = schema_of(simulation);
  Regenerator little(simulation, 0), much(simulation, std::size_t{1} << 30);
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 60; ++trial) {
    const std::size_t index = random() % schema.columns.size();
    const Column& column = schema.columns[index];
    const Scenarios scenarios = {random() % 90, 1 + random() % 40};
    const std::uint64_t begin = random() % column.rows, rows = 1 + random() % (column.rows - begin);
    std::vector<std::byte> a(scenarios.count * rows * row_bytes(schema, index)), b(a.size());
    little.column(index, scenarios, begin, rows, a);
    much.column(index, scenarios, begin, rows, b);
    ASSERT_EQ(a, b);
  }
}

}  // namespace
}  // namespace marketmimic
