#include "host/simulator/market_simulator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "host/run/columns.hpp"
#include "host/run/cpu_engine.hpp"
#include "host/run/simulation.hpp"
#include "tests/simulator/support.hpp"

namespace marketmimic {
namespace {

class Simulator : public testing::TestWithParam<MarketModel> {};

TEST_P(Simulator, OnCommandIsAsIfKnownBeforehand) {
  MarketSimulator command(both_models(), small(GetParam())), known(both_models(), small(GetParam()));
  MarketSimulator calm(both_models(), small(GetParam()));
  const std::vector<std::uint64_t> some = {0, 3, 17, 19};
  Injection later = crash();
  later.start = 120;
  known.inject(later, some);
  for (int t = 0; t < 40; ++t) {
    if (t == 12) command.inject(crash(), some);
    for (MarketSimulator* s : {&command, &known, &calm}) s->advance();
    ASSERT_EQ(seen(command), seen(known)) << t;
    if (t < 12) ASSERT_EQ(seen(command), seen(calm)) << t;
  }
  for (std::uint64_t i = 0; i < 20; ++i) {
    const bool hit = i == 0 || i == 3 || i == 17 || i == 19;
    EXPECT_EQ(command.mid()[i] == calm.mid()[i], !hit) << i;
  }
}

TEST_P(Simulator, StepsAndThreadsMakeNoDifference) {
  SimulatorOptions one = small(GetParam());
  one.threads = 1;
  MarketSimulator a(both_models(), small(GetParam())), b(both_models(), one);
  a.inject(PerturbationKind::news);
  b.inject(PerturbationKind::news);
  a.advance(25);
  for (int t = 0; t < 5; ++t) b.advance(5);
  EXPECT_EQ(seen(a), seen(b));
  EXPECT_EQ(a.time(), 250);
}

/// The same as `generate` records.
TEST_P(Simulator, ShowsWhatARunRecords) {
  Job job;
  job.steps = 30;
  job.step_seconds = 10;
  job.levels = 3;
  job.seed = 5;
  job.random_clock = false;
  job.model = GetParam();
  PerturbationEntry entry = default_perturbation(PerturbationKind::flash_crash);
  entry.start_is_share = false;
  entry.rule.start = {100, 100};
  entry.rule.rise = {30, 90};
  job.perturbations = {entry};
  const Simulation simulation = prepare(job, both_models(), std::nullopt);
  const std::vector<RecordColumn> columns = engine_columns(schema_of(simulation), job.steps);
  CpuEngine engine(simulation.context, columns, best_instruction_set());
  const Batch batch = engine.run(0, kLanes);
  const Record& r = batch.record;

  SimulatorOptions options = small(GetParam());
  options.seed = 5;
  options.scenarios = kLanes;
  MarketSimulator simulator(both_models(), options);
  PerturbationRule rule = entry.rule;
  rule.start = {20, 20};  // from the 80th second
  for (std::uint32_t t = 0; t < job.steps; ++t) {
    if (t == 8) simulator.inject(rule);
    simulator.advance();
    for (std::uint32_t i = 0; i < kLanes; ++i) {
      const std::size_t at = t * r.stride + i;
      ASSERT_EQ(simulator.mid()[i], r.close[at]) << t;
      ASSERT_EQ(simulator.high()[i], r.high[at]);
      ASSERT_EQ(simulator.volume()[i], r.volume[at]);
      ASSERT_EQ(simulator.perturbations()[i], r.perturbation[at]);
      for (std::size_t level = 0; level < 3; ++level) {
        ASSERT_EQ(simulator.bid_size()[level * kLanes + i], r.bid_size[(t * 3 + level) * r.stride + i]);
        ASSERT_EQ(simulator.ask_price()[level * kLanes + i], r.ask_price[(t * 3 + level) * r.stride + i]);
      }
    }
  }
}

TEST_P(Simulator, NothingTradesInAHalt) {
  MarketSimulator s(both_models(), small(GetParam()));
  s.advance(10);
  Injection halt;
  halt.kind = static_cast<std::uint32_t>(PerturbationKind::halt);
  halt.plateau = 30;
  halt.halts = 1;
  const auto before = seen(s);
  s.inject(halt);
  for (int t = 0; t < 3; ++t) {
    s.advance();
    for (std::size_t i = 0; i < s.scenarios(); ++i) {
      EXPECT_EQ(s.volume()[i], 0);
      EXPECT_EQ(s.high()[i], s.low()[i]);
      EXPECT_EQ(s.mid()[i], before[3][i]);
    }
    EXPECT_EQ(seen(s)[6], before[6]);
    EXPECT_EQ(seen(s)[8], before[8]);
  }
  s.advance(5);
  EXPECT_NE(seen(s)[3], before[3]);
}

TEST_P(Simulator, AShockCanWaitForAnEvent) {
  MarketSimulator s(both_models(), small(GetParam()));
  Injection wait = crash();
  wait.trigger = static_cast<std::uint32_t>(Trigger::market_event);
  wait.events = event_bit(MarketEvent::crash);
  wait.kind = static_cast<std::uint32_t>(PerturbationKind::liquidity_gap);
  s.inject(wait, std::vector<std::uint64_t>{1, 2});
  Injection first = crash();
  first.displacement = -0.3f;
  first.start = 50;
  s.inject(first, std::vector<std::uint64_t>{1});
  bool crashed = false, began = false;
  for (int t = 0; t < 30; ++t) {
    const bool before = crashed;
    s.advance();
    const bool acts = (s.perturbations()[1] >> 2 & 1u) != 0;
    if (acts && !began) EXPECT_TRUE(before);
    began |= acts;
    crashed |= (s.events()[1] & event_bit(MarketEvent::crash)) != 0;
    EXPECT_EQ(s.perturbations()[3], 0u);
  }
  EXPECT_TRUE(began);
}

INSTANTIATE_TEST_SUITE_P(Models, Simulator, testing::Values(MarketModel::diffusion, MarketModel::order_book),
                         [](const auto& test) {
                           return std::string(test.param == MarketModel::diffusion ? "Diffusion" : "OrderBook");
                         });

TEST(SimulatorRefuses, OptionsOutOfRange) {
  const auto with = [](auto change) {
    SimulatorOptions o;
    o.scenarios = 1;
    change(o);
    return refusal([&] { MarketSimulator(MarketFile{}, o); });
  };
  EXPECT_EQ(with([](auto& o) { o.scenarios = 0; }), "2 scenarios must be 1 to 1000000 (got 0)");
  EXPECT_EQ(with([](auto& o) { o.levels = 51; }), "2 levels must be 1 to 50 (got 51)");
  EXPECT_EQ(with([](auto& o) { o.step_seconds = 0; }), "2 step_seconds must be 1 to 86400 (got 0)");
  EXPECT_EQ(with([](auto& o) { o.clock = 86'400; }), "2 clock must be 0 to 86399 (got 86400)");
  EXPECT_EQ(with([](auto& o) { o.step_seconds = 7; }),
            "2 step_seconds must divide the market's bar of 300 s, or be longer (got 7)");
  EXPECT_EQ(with([](auto& o) { o.model = MarketModel::order_book; }),
            "2 the market has no order book; choose the diffusion");
}

TEST(SimulatorRefuses, ShocksThatCanNotBe) {
  MarketSimulator s(both_models(), small(MarketModel::diffusion));
  const auto with = [&](auto change) {
    Injection i = crash();
    change(i);
    return refusal([&] { s.inject(i); });
  };
  EXPECT_EQ(with([](Injection& i) { i.start = -1; }), "2 the shock's start must be 0 to 1e+12 (got -1)");
  EXPECT_EQ(with([](Injection& i) { i.rise = std::numeric_limits<float>::quiet_NaN(); }),
            "2 the shock's rise must be 0 to 1e+12 (got nan)");
  EXPECT_EQ(with([](Injection& i) { i.half_life = 0; }), "2 the shock's half_life must be 0.001 to 1e+12 (got 0)");
  EXPECT_EQ(with([](Injection& i) { i.recovery = 2; }), "2 the shock's recovery must be 0 to 1 (got 2)");
  EXPECT_EQ(with([](Injection& i) { i.kind = 7; }), "2 the shock's kind must be below 7");
  EXPECT_EQ(with([](Injection& i) { i.trigger = 2; }),
            "2 the shock's trigger must be time or market_event: there is no strategy here");
  EXPECT_EQ(refusal([&] {
              s.inject(crash(), std::vector<std::uint64_t>{1, 20});
            }),
            "2 there is no scenario 20: they are 0 to 19");
  EXPECT_EQ(refusal([&] { s.advance(1'000'001); }), "2 a scenario has at most 1000000 steps, and 0 are done");
  for (std::uint32_t k = 0; k < kMaxInjections; ++k) s.inject(crash(), std::vector<std::uint64_t>{4});
  EXPECT_EQ(refusal([&] { s.inject(crash()); }), "2 scenario 4 has had 16 shocks, which is as many as one can have");
  s.inject(crash(), std::vector<std::uint64_t>{5});  // what was refused changed nothing
}

}  // namespace
}  // namespace marketmimic
