#include "host/run/columns.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <set>

#include "host/run/rows.hpp"
#include "host/run/transpose.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

std::set<std::string> paths_of(const Schema& schema) {
  std::set<std::string> paths;
  for (const Column& c : schema.columns) paths.insert(c.quantity.path);
  for (const auto& f : schema.scenario) paths.insert(f.quantity.path);
  for (const auto& f : schema.perturbations) paths.insert(f.quantity.path);
  for (const auto& f : schema.orders) paths.insert(f.quantity.path);
  return paths;
}

TEST(Columns, HoldThePathsOfTheDesign) {
  const std::set<std::string> paths = paths_of(schema_of(sample_simulation()));
  for (const char* path : {"/observations",
                           "/actions",
                           "/rewards",
                           "/terminals",
                           "/timeouts",
                           "/market/open_half_ticks",
                           "/market/high_half_ticks",
                           "/market/low_half_ticks",
                           "/market/close_half_ticks",
                           "/market/bid_price_ticks",
                           "/market/ask_price_ticks",
                           "/market/bid_size_lots",
                           "/market/ask_size_lots",
                           "/market/volume_lots",
                           "/market/trades",
                           "/strategy/primitive",
                           "/strategy/phase",
                           "/strategy/target",
                           "/strategy/exposure_lots",
                           "/strategy/cash",
                           "/strategy/standing",
                           "/strategy/goal",
                           "/labels/market_event",
                           "/labels/perturbation",
                           "/labels/regime",
                           "/scenario/id",
                           "/scenario/success",
                           "/scenario/failure",
                           "/scenario/failed_segment",
                           "/perturbations/kind",
                           "/perturbations/start",
                           "/perturbations/drift",
                           "/perturbations/participation",
                           "/perturbations/halts",
                           "/perturbations/trigger",
                           "/perturbations/threshold",
                           "/orders/step",
                           "/orders/fee"})
    EXPECT_EQ(paths.count(path), 1u) << path;
}

TEST(Columns, LeaveOutWhatAMarketAloneDoesNotHave) {
  const std::set<std::string> paths = paths_of(schema_of(sample_market()));
  for (const char* path :
       {"/actions", "/rewards", "/terminals", "/strategy/target", "/orders/step", "/scenario/success"})
    EXPECT_EQ(paths.count(path), 0u) << path;
  for (const char* path : {"/observations", "/market/trades", "/scenario/id", "/perturbations/kind"})
    EXPECT_EQ(paths.count(path), 1u) << path;
}

TEST(Columns, FollowTheGroupsOfTheJob) {
  Job job = sample_job();
  job.record = {};
  job.record.book = job.record.observations = job.record.orders = false;
  const Simulation simulation = sample_simulation(job);
  const std::set<std::string> paths = paths_of(schema_of(simulation));
  EXPECT_EQ(paths.count("/market/bid_price_ticks") + paths.count("/observations") + paths.count("/orders/step"), 0u);
  EXPECT_EQ(paths.count("/market/trades"), 1u);
  const std::vector<RecordColumn> columns = engine_columns(schema_of(simulation), job.steps);
  std::vector<std::byte> memory(record_bytes(columns, 16));
  const Record record = record_in(memory.data(), columns, 16);
  EXPECT_EQ(record.observations, nullptr);
  EXPECT_EQ(record.order_lots, nullptr);
  EXPECT_NE(record.trades, nullptr);
}

TEST(Columns, NameTheKindsOfTheUser) {
  Strategy strategy = sample_strategy();
  strategy.kind_names.push_back("mine");
  const Schema schema = schema_of(prepare(sample_job(), MarketFile{}, strategy));
  std::size_t labelled = 0;
  const auto look = [&](const Quantity& quantity) {
    if (quantity.path != "/strategy/primitive" && quantity.path != "/scenario/failed_primitive" &&
        quantity.path != "/scenario/attempted")
      return;
    EXPECT_EQ(quantity.labels, strategy.kind_names) << quantity.path;
    ++labelled;
  };
  for (const Column& c : schema.columns) look(c.quantity);
  for (const auto& f : schema.scenario) look(f.quantity);
  EXPECT_EQ(labelled, 3u);
}

TEST(Columns, FillsCantPassForData) {
  const Schema schema = schema_of(sample_simulation());
  for (const Column& c : schema.columns) {
    const std::vector<std::byte> fill = c.quantity.fill();
    ASSERT_EQ(fill.size(), element_bytes(c.quantity.element));
    if (c.quantity.element == Element::f32) {
      float value = 0;
      std::memcpy(&value, fill.data(), sizeof value);
      EXPECT_TRUE(std::isnan(value)) << c.quantity.path;
    }
    if (c.quantity.path == "/strategy/primitive") {
      EXPECT_NE(fill[0], std::byte{kNoPrimitive});
      EXPECT_GE(std::to_integer<unsigned>(fill[0]), kMostKinds);
    }
  }
}

TEST(Columns, LieOneAfterTheOtherInOnePieceOfMemory) {
  const std::vector<RecordColumn> columns = {{&Record::regime, 3, 1}, {&Record::cash, 3, 1}, {&Record::actions, 3, 2}};
  EXPECT_EQ(record_bytes(columns, 32), 256u + 768u + 768u);
  std::vector<std::byte> memory(record_bytes(columns, 32));
  const Record record = record_in(memory.data(), columns, 32);
  EXPECT_EQ(record.stride, 32u);
  EXPECT_EQ(static_cast<void*>(record.regime), memory.data());
  EXPECT_EQ(static_cast<void*>(record.cash), memory.data() + 256);
  EXPECT_EQ(static_cast<void*>(record.actions), memory.data() + 1024);
  EXPECT_EQ(record.goal, nullptr);
}

TEST(Columns, AreTransposedForFiles) {
  constexpr std::size_t stride = 40, rows = 37, first = 3, count = 21;  // neither a multiple of the tile
  std::vector<int> source(stride * rows);
  std::iota(source.begin(), source.end(), 0);
  std::vector<int> target(count * rows, -1);
  transpose(source.data(), stride, first, count, rows, target.data());
  for (std::size_t s = 0; s < count; ++s) {
    for (std::size_t r = 0; r < rows; ++r) ASSERT_EQ(target[s * rows + r], source[r * stride + first + s]);
  }
}

TEST(Columns, SumsOfRowsStopAtWhatTheirTypeHolds) {
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  const Column volume{{"/market/volume_lots", Element::i32, "lots", {}, {}}, &Record::volume, 2, 0, Fold::sum, 3, 6};
  const std::vector<std::int32_t> steps = {most - 3, 1, 2, most, most, 1};
  const std::vector<std::byte> bytes = folded(volume, std::as_bytes(std::span(steps)));
  std::vector<std::int32_t> rows(2);
  ASSERT_EQ(bytes.size(), 2 * sizeof most);
  std::memcpy(rows.data(), bytes.data(), bytes.size());
  EXPECT_EQ(rows, (std::vector<std::int32_t>{most, most}));
}

}  // namespace
}  // namespace marketmimic
