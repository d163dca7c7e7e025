#include "marketmimic/scenario.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/cpu/scenario_launcher.hpp"

namespace marketmimic {
namespace {

constexpr std::uint32_t kSteps = 120, kLevels = 10;

/// The columns of 16 scenarios, in memory.
struct Table {
  std::vector<float> observations = std::vector<float>((kSteps + 1) * kObservations * kLanes, NAN);
  std::vector<float> actions = std::vector<float>(kSteps * kActions * kLanes, NAN);
  std::vector<float> rewards = std::vector<float>(kSteps * kLanes, NAN);
  std::vector<std::int32_t> close = std::vector<std::int32_t>(kSteps * kLanes);
  std::vector<std::int32_t> volume = close;
  std::vector<std::int64_t> cash = std::vector<std::int64_t>(kSteps * kLanes);
  std::vector<std::int64_t> inventory = cash;
  std::vector<std::int32_t> bids = std::vector<std::int32_t>(kSteps * kLevels * kLanes);
  std::vector<std::int32_t> asks = bids;
  std::vector<std::int32_t> fills = std::vector<std::int32_t>(kSteps * 2 * kLanes);
  std::vector<std::int64_t> notionals = std::vector<std::int64_t>(kSteps * 2 * kLanes);
  std::vector<std::int64_t> fees = notionals;
  std::vector<std::uint32_t> shocks = std::vector<std::uint32_t>(kSteps * kLanes);
  std::array<Summary, kLanes> summaries;
  std::array<Injection, kLanes * kMaxInjections> injections;

  Record record() {
    Record r;
    r.stride = kLanes;
    r.observations = observations.data();
    r.actions = actions.data();
    r.rewards = rewards.data();
    r.close = close.data();
    r.volume = volume.data();
    r.cash = cash.data();
    r.exposure_lots = inventory.data();
    r.bid_price = bids.data();
    r.ask_price = asks.data();
    r.fill_lots = fills.data();
    r.fill_notional = notionals.data();
    r.fill_fee = fees.data();
    r.perturbation = shocks.data();
    return r;
  }
  void run(const ScenarioContext<Diffusion>& c, std::uint64_t first, InstructionSet set = best_instruction_set()) {
    run_scenarios(c, first, record(), summaries.data(), injections.data(), set);
  }
};

struct Fixture {
  std::array<Primitive, 3> primitives = {
      Primitive{1, 0, 1200, 150, 0, 1, 1, 0.6f, 0},
      Primitive{5, event_bit(MarketEvent::range), 2400, 2400, 1, 0.4f, 1, 0.2f, 256},
      Primitive{9, event_bit(MarketEvent::drawdown_stop), 300, 150, 0.4f, 0, 1, 1, 0}};
  std::array<Cycle, 1> cycles = {Cycle{0, 3, 3900, 1}};
  std::vector<float> forcing = std::vector<float>(2 * kForcingEntries, 0.0f);
  ScenarioContext<Diffusion> context{};

  Fixture() {
    for (std::size_t i = 0; i < kForcingEntries; ++i)
      forcing[kForcingEntries + i] = 0.1f * std::sin(0.02f * static_cast<float>(i));
    DiffusionParameters market;
    market.leverage = -0.2f;
    market.memory = 0.05f;
    context.market = DiffusionStep::of(market, 60, kLevels);
    context.execution = {7550, 2517, 0.2f};
    context.detectors = DetectorStep::of({});
    context.strategy = {primitives.data(), cycles.data(), forcing.data(), 1, {}, nullptr, 0, {}, nullptr, nullptr, 0};
    context.steps = kSteps;
    context.levels = kLevels;
    context.bar_steps = 5;
    context.money_per_half = 0.005f;
    context.seed = 77;
    context.injections = 2;
    context.perturbations[0].kind = 1;
    context.perturbations[0].start = {1800, 3600};
    context.perturbations[0].rise = {240, 300};
    context.perturbations[0].half_life = {600, 600};
    context.perturbations[0].displacement = {0.02f, 0.06f};
    context.perturbations[0].recovery = {0.5f, 0.9f};
    context.perturbations[1].kind = 2;
    context.perturbations[1].probability = 0.5f;
    context.perturbations[1].start = {600, 6000};
    context.perturbations[1].plateau = {300, 600};
    context.perturbations[1].depth = {0.02f, 0.2f};
  }
};

TEST(Scenario, GivesTheSameBitsInEveryInstructionSet) {
  const Fixture f;
  Table reference;
  reference.run(f.context, 100, InstructionSet::x86_64);
  for (const InstructionSet set : {InstructionSet::x86_64_v3, InstructionSet::x86_64_v4}) {
    if (!supported(set)) continue;
    Table t;
    t.run(f.context, 100, set);
    EXPECT_EQ(std::memcmp(t.observations.data(), reference.observations.data(), 4 * t.observations.size()), 0)
        << name(set);
    EXPECT_EQ(t.close, reference.close);
    EXPECT_EQ(t.volume, reference.volume);
    EXPECT_EQ(t.cash, reference.cash);
    EXPECT_EQ(t.notionals, reference.notionals);
    EXPECT_EQ(t.asks, reference.asks);
    EXPECT_EQ(std::memcmp(t.summaries.data(), reference.summaries.data(), sizeof(t.summaries)), 0);
  }
}

TEST(Scenario, DependsOnItsIdAndNotOnItsLane) {
  const Fixture f;
  Table block, shifted;
  block.run(f.context, 32);
  shifted.run(f.context, 37);
  for (std::size_t row = 0; row < kSteps; ++row)
    for (std::size_t lane = 5; lane < kLanes; ++lane) {
      ASSERT_EQ(block.close[row * kLanes + lane], shifted.close[row * kLanes + lane - 5]);
      ASSERT_EQ(block.cash[row * kLanes + lane], shifted.cash[row * kLanes + lane - 5]);
    }
  EXPECT_NE(block.close[5 * kLanes], block.close[5 * kLanes + 1]);
}

TEST(Scenario, OfWidthOneIsTheSame) {
  // What a GPU thread runs, on the host.
  const Fixture f;
  Table wide, narrow;
  wide.run(f.context, 16);
  using One = Scenario<Diffusion, 1>;
  for (std::uint64_t id = 16; id < 20; ++id) {
    One::Block block;
    One::Tables tables;
    Record r = narrow.record();
    r.stride = 1;
    One::start(f.context, block, tables, r, id);
    for (std::uint32_t t = 0; t < kSteps; ++t) One::step(f.context, block, tables, r, t);
    const Summary s = One::finish(f.context, block, 0);
    const std::size_t lane = id - 16;
    EXPECT_EQ(std::memcmp(&s, &wide.summaries[lane], sizeof s), 0);
    for (std::size_t row = 0; row < kSteps; ++row) ASSERT_EQ(narrow.cash[row], wide.cash[row * kLanes + lane]);
    for (std::size_t i = 0; i < (kSteps + 1) * kObservations; ++i)
      ASSERT_EQ(narrow.observations[i], wide.observations[i * kLanes + lane]) << i;
  }
}

TEST(Scenario, BalancesExactly) {
  const Fixture f;
  std::int64_t traded_in_all = 0;
  for (std::uint64_t first = 0; first < 160; first += kLanes) {
    Table t;
    t.run(f.context, first);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      std::int64_t cash = 0, inventory = 0, traded = 0, fees = 0;
      for (std::size_t row = 0; row < kSteps; ++row) {
        std::int64_t step = 0;
        for (std::size_t kind = 0; kind < 2; ++kind) {
          const std::size_t at = (row * 2 + kind) * kLanes + lane;
          const std::int64_t lots = t.fills[at];
          cash += (lots > 0 ? -t.notionals[at] : t.notionals[at]) - t.fees[at];
          inventory += lots;
          step += std::abs(lots);
          fees += t.fees[at];
          ASSERT_EQ(t.fees[at], t.notionals[at] * (kind == 0 ? 7550 : 2517) >> 24);
        }
        traded += step;
        ASSERT_EQ(t.cash[row * kLanes + lane], cash);
        ASSERT_EQ(t.inventory[row * kLanes + lane], inventory);
        ASSERT_GE(t.volume[row * kLanes + lane], std::abs(t.fills[row * 2 * kLanes + lane])) << "own trades are volume";
      }
      EXPECT_EQ(t.summaries[lane].cash, cash);
      EXPECT_EQ(t.summaries[lane].inventory, inventory);
      EXPECT_EQ(t.summaries[lane].traded_lots, traded);
      EXPECT_EQ(t.summaries[lane].fees, fees);
      traded_in_all += traded;
    }
  }
  EXPECT_GT(traded_in_all, 0);
}

TEST(Scenario, RewardsAddUpToTheProfit) {
  const Fixture f;
  Table t;
  t.run(f.context, 0);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    double sum = 0;
    for (std::size_t row = 0; row < kSteps; ++row) sum += t.rewards[row * kLanes + lane];
    const std::size_t last = (kSteps - 1) * kLanes + lane;
    const double value =
        2.0 * static_cast<double>(t.cash[last]) + static_cast<double>(t.inventory[last]) * t.close[last];
    EXPECT_NEAR(sum, value * 0.005, 1e-3 + 1e-5 * std::abs(value));
  }
}

TEST(Scenario, ObservationsAreFiniteAndActionsInRange) {
  const Fixture f;
  Table t;
  t.run(f.context, 0);
  for (const float x : t.observations) ASSERT_TRUE(std::isfinite(x));
  for (const float a : t.actions) ASSERT_TRUE(a >= -1.0f && a <= 1.0f);
}

TEST(Scenario, SeesNothingOfTheFuture) {
  // Two runs that differ only in a shock at 3,000 s see the same until the step in which it acts.
  Fixture f, shocked;
  f.context.injections = shocked.context.injections = 1;
  f.context.perturbations[0].start = {1e9f, 1e9f};
  shocked.context.perturbations[0].start = {3000, 3000};
  shocked.context.perturbations[0].probability = 1;
  Table a, b;
  a.run(f.context, 0);
  b.run(shocked.context, 0);
  const std::size_t same =
      51 * kObservations * kLanes;  // observation t is made before step t; step 50 begins at 3,000 s
  EXPECT_EQ(std::memcmp(a.observations.data(), b.observations.data(), 4 * same), 0);
  EXPECT_NE(std::memcmp(a.observations.data() + same, b.observations.data() + same, 4 * kObservations * kLanes), 0);
  EXPECT_EQ(std::memcmp(a.actions.data(), b.actions.data(), 4 * 51 * kActions * kLanes), 0);
}

TEST(Scenario, WithoutAStrategyTradesNothing) {
  Fixture f;
  f.context.strategy = {};
  Table t;
  t.run(f.context, 0);
  for (const Summary& s : t.summaries) {
    EXPECT_EQ(s.traded_lots, 0);
    EXPECT_EQ(s.success, 1u);
  }
}

TEST(Scenario, FlashCrashesDropByWhatWasAsked) {
  Fixture f;
  f.context.strategy = {};
  f.context.injections = 1;
  f.context.perturbations[0].displacement = {0.06f, 0.06f};
  f.context.perturbations[0].recovery = {0, 0};
  double drop = 0;
  for (std::uint64_t first = 0; first < 320; first += kLanes) {
    Table t;
    t.run(f.context, first);
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      drop += t.observations[(kSteps * kObservations + 1) * kLanes + lane];
  }
  // Log price after it all, 320 paths; sd about 5e-5 sqrt(7200) e^0.3 = 0.006.
  EXPECT_NEAR(drop / 320, -0.06, 5 * 0.006 / std::sqrt(320.0));
}

TEST(Scenario, BeginsWithBarsOfTheUsualVolatilityBehindIt) {
  Fixture f;
  f.context.strategy.rules.entry = {static_cast<std::uint32_t>(SignalFamily::breakout), 1, kHistoryBars - 1, 1};
  using One = Scenario<Diffusion, 1>;
  double squares = 0;
  std::size_t count = 0;
  float usual = 0;
  for (std::uint64_t id = 0; id < 40; ++id) {
    One::Block block;
    One::Tables tables;
    Table table;
    Record r = table.record();
    r.stride = 1;
    One::start(f.context, block, tables, r, id);
    EXPECT_EQ(tables.closes[0].load(0), 0.0f);
    usual += block.yardsticks.load(0).stop / 40;
    for (std::uint32_t k = 1; k < kHistoryBars; ++k, ++count)
      squares += std::pow(tables.closes[(kHistoryBars - k + 1) % kHistoryBars].load(0) -
                              tables.closes[kHistoryBars - k].load(0),
                          2) /
                 block.yardsticks.load(0).stop;
  }
  const auto n = static_cast<double>(count);
  EXPECT_NEAR(squares / n, 1, 5 * std::sqrt(2 / n));
  EXPECT_GT(usual, 0);
}

}  // namespace
}  // namespace marketmimic
