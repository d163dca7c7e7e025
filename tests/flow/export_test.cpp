#include "host/flow/export_tape.hpp"

#include <gtest/gtest.h>

#include "host/error.hpp"
#include "host/run/replay.hpp"
#include "host/tape/invariants.hpp"
#include "tests/plain_order_book.hpp"

namespace marketmimic {
namespace {

Simulation simulation_of(bool order_book) {
  Job job;
  job.scenarios = 5;
  job.steps = 60;
  job.step_seconds = 10;
  job.random_clock = false;
  job.clock = 36'000;
  MarketFile market;
  market.tick = 0.01;
  market.lot = 1;
  if (order_book) {
    market.order_book = plain_order_book();
    market.has_diffusion = false;
    market.diffusion.initial_mid_half_ticks = market.order_book->initial_mid_half_ticks;
  }
  return prepare(job, market, std::nullopt);
}

TEST(ExportTape, TellsTheScenarioThatARunStores) {
  const Simulation simulation = simulation_of(true);
  const Tape tape = export_tape(simulation, 3);
  EXPECT_EQ(check_tape(tape).total(), 0u);
  EXPECT_GE(tape.messages.front().time_ns, 36'000'000'000'000);
  EXPECT_LT(tape.messages.back().time_ns, 36'600'000'000'000);
  const ReplayedScenario replayed = replay(simulation, 3);
  const auto close = replayed.column("/market/close_half_ticks").values<std::int32_t>();
  const auto volume = replayed.column("/market/volume_lots").values<std::int32_t>();
  std::vector<std::int64_t> traded(60, 0), mid(60, 0);
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const auto step = static_cast<std::size_t>((tape.messages[i].time_ns - 36'000'000'000'000) / 10'000'000'000);
    if (tape.messages[i].trade()) traded[step] += tape.messages[i].size;
    mid[step] = (tape.best(i).ask_price + tape.best(i).bid_price) / tape.tick;
  }
  for (std::size_t t = 0; t < 60; ++t) {
    EXPECT_EQ(traded[t], volume[t]) << t;
    if (mid[t] != 0) EXPECT_EQ(mid[t], close[t]) << t;
  }
}

TEST(ExportTape, RefusesWhatHasNoMessages) {
  for (const auto& [simulation, id] : {std::pair{simulation_of(false), 0}, std::pair{simulation_of(true), 5}}) {
    try {
      export_tape(simulation, static_cast<std::uint64_t>(id));
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::usage);
    }
  }
}

}  // namespace
}  // namespace marketmimic
