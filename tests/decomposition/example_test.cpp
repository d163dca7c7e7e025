// The invented example of tools/example: it must show what the program can do, and fit into a scenario.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "demonstrations.hpp"
#include "host/input/bars.hpp"

namespace marketmimic {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(MARKETMIMIC_SOURCE_DIR) / "tools/example";

TEST(Example, HasPrimitivesOfManyKinds) {
  std::size_t kinds = 0;
  for (const std::size_t count : example_demonstration().metrics.kinds) kinds += count > 0 ? 1 : 0;
  EXPECT_GE(kinds, 10u);
  EXPECT_GT(example_demonstration().metrics.classified, 0.8 * example_demonstration().metrics.turnover);
}

TEST(Example, IsReproduced) {
  const DecompositionMetrics& m = example_demonstration().metrics;
  EXPECT_EQ(m.accurate_cycles, m.cycles);
  EXPECT_EQ(m.order_parts_timed, m.order_parts);
  EXPECT_LE(m.segments, m.orders + m.cycles);
  EXPECT_LT(3 * m.parameters, m.baseline_parameters) << "smooth build-ups are what primitives are good at";
}

TEST(Example, ItsCyclesFitIntoAScenario) {
  std::size_t fitting = 0;
  for (const Cycle& cycle : example_demonstration().strategy.cycles) fitting += cycle.duration <= 4 * 3600 ? 1 : 0;
  EXPECT_GT(10 * fitting, 9 * example_demonstration().strategy.cycles.size());
}

TEST(Example, IsSmall) {
  EXPECT_LT(std::filesystem::file_size(kFolder / "bars.csv.gz") + std::filesystem::file_size(kFolder / "fills.csv"),
            300'000u);
}

TEST(Example, IsWhatItsScriptMakes) {
  if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) GTEST_SKIP() << "no python3 with numpy here";
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "marketmimic-example";
  std::filesystem::create_directories(folder);
  const std::string command =
      "/usr/bin/python3 '" + (kFolder / "make_example.py").string() + "' '" + folder.string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto bytes = [](const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_TRUE(bytes(folder / "fills.csv") == bytes(kFolder / "fills.csv"));
  const Bars made = read_bars(folder / "bars.csv.gz"), kept = read_bars(kFolder / "bars.csv.gz");
  ASSERT_EQ(made.bars.size(), kept.bars.size());
  for (std::size_t i = 0; i < made.bars.size(); ++i) {
    EXPECT_EQ(made.bars[i].close, kept.bars[i].close);
    EXPECT_EQ(made.bars[i].volume, kept.bars[i].volume);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace marketmimic
