#include "host/decomposition/strategy_file.hpp"

#include <sys/stat.h>

#include <cstdio>
#include <functional>
#include <limits>
#include <string>

#include "demonstrations.hpp"
#include "host/decomposition/strategy_bytes.hpp"
#include "strategies.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {
namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST(StrategyFile, GivesBackWhatWasWritten) {
  const Decomposition example = decomposed_example({.detectors = {}, .rotations = 0});
  for (const Strategy& strategy : {small_strategy(), example.strategy}) {
    const TestFile file(".h5");
    write_strategy_file(strategy, file.path());
    EXPECT_TRUE(strategy_bytes(read_strategy_file(file.path())) == strategy_bytes(strategy));
  }
}

/// Else no mutation of it gets beyond its version. It is any small log, decomposed.
TEST(StrategyFile, OfTheFuzzerIsOneOfThisFormat) {
  const Strategy sample = read_strategy_file(MARKETMIMIC_SOURCE_DIR "/tests/fuzz/strategy/sample.h5");
  EXPECT_GT(sample.forcing.size(), kForcingEntries);
  EXPECT_GT(sample.trades.size(), 0u);
}

TEST(StrategyFile, KeepsTheKindsOfTheUser) {
  Strategy strategy = small_strategy();
  strategy.kind_names.push_back("dip_2");
  strategy.kind_definitions = "dip_2: long and fall >= 3 [crash]";
  strategy.primitives[1].kind = kPrimitiveKinds;
  const TestFile file(".h5");
  write_strategy_file(strategy, file.path());
  const Strategy read = read_strategy_file(file.path());
  EXPECT_EQ(read.kind_names, strategy.kind_names);
  EXPECT_EQ(read.kind_definitions, strategy.kind_definitions);
  EXPECT_EQ(read.primitives[1].kind, kPrimitiveKinds);
}

TEST(StrategyFile, TheSameStrategyIsTheSameBytes) {
  const TestFile a("a.h5"), b("b.h5");
  write_strategy_file(small_strategy(), a.path());
  write_strategy_file(small_strategy(), b.path());
  EXPECT_TRUE(bytes_of(a.path()) == bytes_of(b.path()));
  EXPECT_GT(bytes_of(a.path()).size(), 1000u);
}

TEST(StrategyFile, IsReadByH5py) {
  if (std::system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") != 0) GTEST_SKIP() << "no python3 with h5py here";
  const TestFile file(".h5");
  write_strategy_file(small_strategy(), file.path());
  const std::string command =
      "/usr/bin/python3 -c \"import h5py, sys; f = h5py.File(sys.argv[1]); "
      "print(f.attrs['format'].decode(), f.attrs['step_seconds'], f.attrs['kind_names'].decode().split()[1], "
      "f['primitives/goal'][:].tolist(), f['cycles/peak'][:].tolist(), f['trades/price'][:].tolist(), "
      "round(float(f['forcing'][:].sum()), 1))\" '" +
      file.path().string() + "'";
  FILE* const pipe = popen(command.c_str(), "r");
  std::string text;
  for (char part[256]; std::fgets(part, sizeof part, pipe) != nullptr;) text += part;
  EXPECT_EQ(pclose(pipe), 0);
  EXPECT_THAT(text, testing::StartsWith("marketmimic strategy 60 bull_market_entry [1.0, 0.0, -1.0, 0.0] [2.5, 4.0] "
                                        "[100.5, 101.25] 326.4"));
}

TEST(StrategyFile, ReplacesAFileAndLeavesNothingElse) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("strategies-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  write_strategy_file(small_strategy(), folder / "s.h5");
  Strategy other = small_strategy();
  other.symbol = "OTHER";
  write_strategy_file(other, folder / "s.h5");
  EXPECT_EQ(read_strategy_file(folder / "s.h5").symbol, "OTHER");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  std::filesystem::remove_all(folder);
}

TEST(StrategyFile, SaysWhyItCannotBeWritten) {
  expect_refused([] { write_strategy_file(small_strategy(), "/nowhere/at/all/s.h5"); }, ExitCode::io,
                 {"/nowhere/at/all/s.h5", "No such file"});
  expect_refused([] { write_strategy_file(small_strategy(), "/dev/full"); }, ExitCode::io, {"/dev/full", "regular"});
}

TEST(StrategyFile, SaysWhyItCannotBeRead) {
  expect_refused([] { read_strategy_file("/nowhere/s.h5"); }, ExitCode::io, {"/nowhere/s.h5", "No such file"});
  expect_refused([] { read_strategy_file(testing::TempDir()); }, ExitCode::io, {"no regular file"});
  expect_refused([] { read_strategy_file("/dev/zero"); }, ExitCode::io, {"no regular file"});
  const TestFile pipe(".fifo");
  std::filesystem::remove(pipe.path());
  ASSERT_EQ(mkfifo(pipe.path().c_str(), 0600), 0);
  expect_refused([&] { read_strategy_file(pipe.path()); }, ExitCode::io, {"no regular file"});
  const TestFile text(".h5", "time,price\n1,2\n");
  expect_refused([&] { read_strategy_file(text.path()); }, ExitCode::input_data, {"not a valid strategy", "HDF5"});
  const TestFile empty(".h5");
  expect_refused([&] { read_strategy_file(empty.path()); }, ExitCode::input_data, {"not a valid strategy"});
}

struct Wrong {
  std::string part;  ///< of the message
  std::function<void(Strategy&)> change;
};

TEST(CheckStrategy, NamesWhatIsWrong) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Wrong> wrongs = {
      {"no cycle", [](Strategy& s) { s.cycles.clear(); }},
      {"cycles/first[1]", [](Strategy& s) { s.cycles[1].first = 1; }},
      {"cycles/first[0]", [](Strategy& s) { s.cycles[0].count = 0; }},
      {"cycles/count in sum", [](Strategy& s) { s.cycles[1].count = 3; }},
      {"cycles/count in sum", [](Strategy& s) { s.cycles[1].count = 0xffffffffu; }},
      {"cycles/duration[0]", [nan](Strategy& s) { s.cycles[0].duration = nan; }},
      {"cycles/ends_flat[1]", [](Strategy& s) { s.cycles[1].ends_flat = 2; }},
      {"cycles/peak[0]", [](Strategy& s) { s.cycle_peak[0] = 0; }},
      {"cycles/peak", [](Strategy& s) { s.cycle_peak.pop_back(); }},
      {"cycles/exposure_first", [](Strategy& s) { s.exposure_first[2] = 6; }},
      {"cycles/exposure_first[0]", [](Strategy& s) { s.exposure_first[1] = 0; }},
      {"primitives/kind[2]", [](Strategy& s) { s.primitives[2].kind = kPrimitiveKinds; }},
      {"kind_names must be", [](Strategy& s) { s.kind_names[3] = "other"; }},
      {"kind_names must be", [](Strategy& s) { s.kind_names.pop_back(); }},
      {"kind_names must be", [](Strategy& s) { s.kind_names.resize(kMostKinds + 1, "x"); }},
      {"kind_names[13]", [](Strategy& s) { s.kind_names.push_back(""); }},
      {"kind_names[13]", [](Strategy& s) { s.kind_names.push_back("Dip"); }},
      {"kind_names[11]", [](Strategy& s) { s.kind_names.push_back("hold"); }},
      {"primitives/confidence[1]", [](Strategy& s) { s.confidence[1] = 1.5f; }},
      {"primitives/price", [](Strategy& s) { s.frames.pop_back(); }},
      {"primitives/volatility[3]", [nan](Strategy& s) { s.frames[3].volatility = nan; }},
      {"primitives/trigger[0]", [](Strategy& s) { s.primitives[0].trigger = 1u << kMarketEvents; }},
      {"primitives/condition[0]", [](Strategy& s) { s.primitives[0].condition = 1u << kMarketEvents; }},
      {"primitives/end[2]", [](Strategy& s) { s.primitives[2].end = 1u << kMarketEvents; }},
      {"primitives/duration[1]", [](Strategy& s) { s.primitives[1].duration = 0; }},
      {"primitives/tau[1]", [](Strategy& s) { s.primitives[1].tau = -1; }},
      {"primitives/period[1]", [](Strategy& s) { s.primitives[1].period = 1.01f * s.primitives[1].duration; }},
      {"primitives/period[0]", [nan](Strategy& s) { s.primitives[0].period = nan; }},
      {"primitives/start[3]", [nan](Strategy& s) { s.primitives[3].start = nan; }},
      {"primitives/goal[0]", [](Strategy& s) { s.primitives[0].goal = 11; }},
      {"primitives/burst[0]", [](Strategy& s) { s.primitives[0].burst = 0; }},
      {"primitives/aggressiveness[3]", [](Strategy& s) { s.primitives[3].aggressiveness = 1.5f; }},
      {"primitives/aggressiveness_start has 3 rows", [](Strategy& s) { s.aggressiveness.pop_back(); }},
      {"primitives/aggressiveness_start[0]", [nan](Strategy& s) { s.aggressiveness[0].start = nan; }},
      {"primitives/aggressiveness_goal[1]", [](Strategy& s) { s.aggressiveness[1].goal = 1.6f; }},
      {"primitives/aggressiveness_tau[1]", [](Strategy& s) { s.aggressiveness[1].tau = -1; }},
      {"primitives/aggressiveness_tau[2]", [nan](Strategy& s) { s.aggressiveness[2].tau = nan; }},
      {"primitives/aggressiveness_forcing[1]", [](Strategy& s) { s.aggressiveness[1].forcing = 2 * kForcingEntries; }},
      {"primitives/aggressiveness_error[3]", [](Strategy& s) { s.aggressiveness_error[3] = 1.1f; }},
      {"primitives/forcing[0]", [](Strategy& s) { s.primitives[0].forcing = 7; }},
      {"primitives/forcing[0]", [](Strategy& s) { s.primitives[0].forcing = 2 * kForcingEntries; }},
      {"primitives/start_ms", [](Strategy& s) { s.start_ms.pop_back(); }},
      {"primitives/start_ms[1]", [](Strategy& s) { s.start_ms[1] = std::numeric_limits<std::int64_t>::min(); }},
      {"primitives/start_ms[3]", [](Strategy& s) { s.start_ms[3] = 253'402'300'800'000; }},
      {"primitives/start_ms[1] must be later", [](Strategy& s) { s.start_ms[1] = s.start_ms[0]; }},
      {"trades/time_ms[1]", [](Strategy& s) { s.trades[1].time_ms = std::numeric_limits<std::int64_t>::max(); }},
      {"unobserved/time_ms[0]", [](Strategy& s) { s.unobserved[0].time_ms = -62'135'596'800'001; }},
      {"entry_family[0]", [](Strategy& s) { s.rules.entry.family = kSignalFamilies; }},
      {"entry_slow[0]", [](Strategy& s) { s.rules.entry.slow = kHistoryBars; }},
      {"exits_on_short[0]", [](Strategy& s) { s.rules.exits_on[1] = 1u << kMarketEvents; }},
      {"turns_on must be among exits_on", [](Strategy& s) { s.rules.turns_on[0] = event_bit(MarketEvent::crash); }},
      {"stop_distance[0]", [nan](Strategy& s) { s.rules.stop.distance = nan; }},
      {"stop_unit[0]", [](Strategy& s) { s.rules.stop.unit = kExitUnits; }},
      {"stop_memory[0]", [](Strategy& s) { s.rules.stop.memory = kLongestWindow + 1; }},
      {"stop_memory[0]", [nan](Strategy& s) { s.rules.stop.memory = nan; }},
      {"a window must be a whole number", [](Strategy& s) { s.rules.stop.memory = 12.5f; }},
      {"target_memory[0]", [](Strategy& s) { s.rules.target.unit = static_cast<std::uint32_t>(ExitUnit::true_range); }},
      {"primitives/fit_error[0]", [nan](Strategy& s) { s.fit_error[0] = nan; }},
      {"primitives/orders", [](Strategy& s) { s.orders.push_back(1); }},
      {"primitives/events[1]", [](Strategy& s) { s.events[1] = 1u << 30; }},
      {"primitives/evidence[1]", [](Strategy& s) { s.evidence[1] = 1u << kEvidence; }},
      {"primitives/weights[1]", [](Strategy& s) { s.weights[1] = 1'000'000; }},
      {"forcing must hold whole tables", [](Strategy& s) { s.forcing.pop_back(); }},
      {"forcing must hold whole tables", [](Strategy& s) { s.forcing.clear(); }},
      {"forcing[3]", [](Strategy& s) { s.forcing[3] = 0.1f; }},
      {"forcing[300]", [nan](Strategy& s) { s.forcing[300] = nan; }},
      {"exposure[2]", [](Strategy& s) { s.exposure[2] = std::numeric_limits<float>::infinity(); }},
      {"trades/lots[0]", [](Strategy& s) { s.trades[0].lots = 1e300; }},
      {"trades/price[1]", [](Strategy& s) { s.trades[1].price = -1; }},
      {"trades/taker[1]", [](Strategy& s) { s.trades[1].taker = 2; }},
      {"unobserved/lots[0]", [](Strategy& s) { s.unobserved[0].lots = std::numeric_limits<double>::quiet_NaN(); }},
      {"step_seconds", [](Strategy& s) { s.step_seconds = 0; }},
      {"step_seconds must divide", [](Strategy& s) { s.step_seconds = 7; }},
      {"symbol", [](Strategy& s) { s.symbol = "A\nB"; }},
      {"symbol must be one line of UTF-8", [](Strategy& s) { s.symbol = "BTC\xe9"; }},
      {"provenance", [](Strategy& s) { s.provenance.assign(5000, 'x'); }},
  };
  EXPECT_NO_THROW(check_strategy(small_strategy(), "s.h5"));
  for (const Wrong& wrong : wrongs) {
    Strategy strategy = small_strategy();
    wrong.change(strategy);
    expect_refused([&] { check_strategy(strategy, "s.h5"); }, ExitCode::input_data,
                   {"s.h5: not a valid strategy: ", wrong.part});
  }
}

TEST(CheckStrategy, GuardsTheReader) {
  Strategy strategy = small_strategy();
  strategy.primitives[0].forcing = 12345;
  const TestFile file(".h5");
  write_strategy_file(strategy, file.path());
  expect_refused([&] { read_strategy_file(file.path()); }, ExitCode::input_data,
                 {file.path().string(), "primitives/forcing[0]"});
}

TEST(StrategyBytes, AreNotTrusted) {
  const std::string bytes = strategy_bytes(small_strategy());
  EXPECT_TRUE(strategy_bytes(strategy_of_bytes(bytes, "pipe")) == bytes);
  for (std::size_t length = 0; length < bytes.size(); length += 7)
    expect_refused([&] { strategy_of_bytes(bytes.substr(0, length), "pipe"); }, ExitCode::input_data, {"pipe"});
  expect_refused([&] { strategy_of_bytes(bytes + "x", "pipe"); }, ExitCode::input_data, {"pipe"});
  std::string huge = bytes;
  huge.replace(24, 8, std::string(8, '\xff'));  // a count of 2^64 - 1
  expect_refused([&] { strategy_of_bytes(huge, "pipe"); }, ExitCode::input_data, {"pipe"});
}

}  // namespace
}  // namespace marketmimic
