#include "host/flow/fit_flow.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "host/error.hpp"
#include "host/flow/calibrate_tape.hpp"
#include "host/flow/flow_tape.hpp"
#include "host/flow/pull_fit.hpp"
#include "host/tape/invariants.hpp"
#include "host/tape/lobster.hpp"
#include "kernels/cpu/order_book_launcher.hpp"
#include "tests/plain_order_book.hpp"

namespace marketmimic {
namespace {

std::filesystem::path shared_data() {
  const char* named = std::getenv("MARKETMIMIC_SHARED_DATA");
  return named != nullptr ? std::filesystem::path(named)
                          : std::filesystem::path(MARKETMIMIC_SOURCE_DIR) / "../shared/data";
}

TapePlan hours(double count) {
  TapePlan plan;
  plan.steps = static_cast<std::uint32_t>(3600 * count);
  plan.levels = 5;
  plan.clock = 36'000;
  return plan;
}

TEST(FlowTape, KeepsEveryInvariant) {
  const Tape tape = simulate_tape(plain_order_book(), hours(0.5));
  EXPECT_GT(tape.size(), 5'000u);
  EXPECT_EQ(check_tape(tape).total(), 0u);
}

TEST(FitFlow, FindsThePlantedRatesOfEvents) {
  OrderBookParameters planted = plain_order_book();
  for (float& n : planted.branching) n = 0;
  const Tape tape = simulate_tape(planted, hours(4));
  const FlowFit fit = fit_flow(tape, tape.tick, {});
  // Rates of a bin that is visited often, whatever share of them the fit takes for excitation.
  for (const std::uint32_t event : {1u, 2u, 3u})
    EXPECT_NEAR(fit.excitation.rate[event][3][2] / planted.rate[event][3][0], 1.0, 0.2) << event;
  EXPECT_NEAR(fit.parameters.newest_share, planted.newest_share, 0.1);
  EXPECT_NEAR(fit.parameters.limit_lots[kSizeQuantiles / 2], 128, 12);
}

TEST(FitFlow, FindsThePlantedMemory) {
  OrderBookParameters planted = plain_order_book();
  for (float& n : planted.branching) n = 0;
  for (auto& bin : planted.rate[0]) std::fill(std::begin(bin), std::end(bin), 2.0f);  // a spread of a tick or two
  for (auto& bin : planted.rate[2]) std::fill(std::begin(bin), std::end(bin), 0.3f);
  planted.memory_decay[0] = kFlowClock.memory_decay[0];
  planted.memory_half_life[2] = kFlowClock.memory_half_life[2];
  planted.usual_spread = 1.2f;
  planted.memory_weight[3][0] = 0.5f;   // trades go on
  planted.memory_weight[3][5] = -0.3f;  // and meet where the mid went
  const Tape tape = simulate_tape(planted, hours(4));
  const ChoiceFit fit = fit_flow(tape, tape.tick, {}).choice;
  EXPECT_NEAR(fit.memory_weight[3][0], 0.5, 0.15);
  EXPECT_NEAR(fit.memory_weight[1][0], 0.0, 0.15);
  EXPECT_NEAR(fit.memory_weight[3][5], -0.3, 0.05);
  EXPECT_NEAR(fit.memory_weight[1][5], 0.0, 0.05);
}

/// Of the mid over a minute, in scenarios that the fit has not seen [1/sqrt(s)].
double volatility_of(const OrderBookParameters& p) {
  const auto step = std::make_unique<OrderBookStep>(OrderBookStep::of(p, 60, 1));
  OrderBookRun run;
  run.seed = 101;
  run.steps = 120;
  run.clock = 36'000;
  std::vector<OrderBook> states(std::size_t{run.steps} * kLanes);
  double squares = 0, minutes = 0;
  for (run.first = 0; run.first < 4 * kLanes; run.first += kLanes) {
    run_order_books(*step, run, states.data(), nullptr, best_instruction_set());
    for (const OrderBook& state : states) {
      const double change = std::log(static_cast<double>(state.candle.close) / state.candle.open);
      squares += change * change;
      minutes += 1;
    }
  }
  return std::sqrt(squares / minutes / 60);
}

TEST(PullFit, LetsPricesWanderAsFarAsAskedFor) {
  OrderBookParameters p = plain_order_book();
  p.memory_half_life[2] = kFlowClock.memory_half_life[2];
  const double before = volatility_of(p);
  p.volatility = static_cast<float>(0.6 * before);
  const float pull = set_pull(p, 36'000, 1800);
  EXPECT_GT(pull, 0.0f);
  EXPECT_NEAR(volatility_of(p) / double{p.volatility}, 1.0, 0.12);
  p = plain_order_book();
  p.volatility = static_cast<float>(2 * before);
  EXPECT_EQ(set_pull(p, 36'000, 1800), 0.0f) << "it does not push";
}

TEST(FitFlow, RefusesATapeThatTellsTooLittle) {
  const Tape tape = simulate_tape(plain_order_book(), hours(0.004));
  try {
    fit_flow(tape, tape.tick, {});
    FAIL() << "fitted to " << tape.size() << " messages";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::input_data);
  }
}

/// What the issue of realism asks on a real session: fitted to its first half, judged by its second.
TEST(CalibrateTape, ComesAsNearToTheSecondHalfOfASessionAsAskedFor) {
  const auto folder = shared_data() / "lobster_amzn_l1";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recordings in " << folder;
  const std::string name = "AMZN_2012-06-21_34200000_57600000_";
  const Tape tape = read_lobster(folder / (name + "message_1.csv.gz"), folder / (name + "orderbook_1.csv.gz"));
  TapeCalibrationOptions options;
  options.hold_out = true;
  options.series = 3;
  options.impact = false;
  const TapeCalibration full = calibrate_tape(tape, options);
  options.what = FlowIngredients::plain();
  const TapeCalibration plain = calibrate_tape(tape, options);
  for (std::size_t k = 0; k < options.series; ++k) {
    EXPECT_LE(full.scores[k].clean.l1, 0.20);
    EXPECT_LT(full.scores[k].clean.l1 + 0.2, plain.scores[k].clean.l1);  // clearly worse
    EXPECT_LT(full.scores[k].clean.wasserstein + 0.1, plain.scores[k].clean.wasserstein);
    for (std::size_t m = 0; m < kMemories; ++m) EXPECT_TRUE(full.memory[k][m].closer_than_shuffled()) << m;
  }
  std::vector<double> wasserstein;
  for (const ScoreTable& table : full.scores) wasserstein.push_back(table.clean.wasserstein);
  std::sort(wasserstein.begin(), wasserstein.end());
  EXPECT_LE(wasserstein[wasserstein.size() / 2], 0.25);
}

}  // namespace
}  // namespace marketmimic
