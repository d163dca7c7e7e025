// What decompose() fitted is what the rules execute: Sequencer::adapt, in the demonstration's own frame and with every
// order filled at once, must follow the demonstrated exposure.

#include "marketmimic/sequencer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "demonstrations.hpp"
#include "host/decomposition/dmp_fit.hpp"

namespace marketmimic {
namespace {

/// The demonstration with every market in its unit frame: recent variance = usual variance = 1; its rules left aside.
Strategy in_unit_frame(Strategy strategy) {
  strategy.rules = {};
  for (Primitive& p : strategy.primitives) p.burst = 1;
  return strategy;
}

/// Exposure after each step of a cycle as the sequencer gives it, each event occurring when it did.
std::vector<float> sequenced(const Strategy& strategy, std::uint32_t index) {
  const AdaptationParameters p;
  const StrategyView view = strategy.view();
  const auto dt = static_cast<float>(strategy.step_seconds);
  Sequencer plan;
  plan.cycle = index;
  plan.at = strategy.cycles[index].first;
  plan.count = strategy.cycles[index].count;
  plan.mode = PlanMode::waiting;

  std::vector<float> exposure;
  Detectors market;
  market.usual_variance = market.recent_variance = 1;
  for (std::uint32_t segment = 0; segment < plan.count; ++segment) {
    const Primitive& primitive = strategy.primitives[strategy.cycles[index].first + segment];
    market.active = primitive.trigger | primitive.condition;
    for (float time = 0; time < primitive.duration; time += dt) {
      plan.adapt(p, view, market, plan.dmp.y, dt, Stream::of(1, 1));
      EXPECT_EQ(plan.segment, segment);
      exposure.push_back(plan.dmp.y);
      market.active = 0;
    }
  }
  plan.adapt(p, view, market, plan.dmp.y, dt, Stream::of(1, 1));
  EXPECT_EQ(plan.mode, PlanMode::finished);
  EXPECT_EQ(plan.failed_segment, -1);
  EXPECT_EQ(plan.untriggered, 0u);
  return exposure;
}

void expect_reproduced(const Decomposition& d) {
  const Strategy strategy = in_unit_frame(d.strategy);
  const auto dt = static_cast<float>(strategy.step_seconds);
  std::size_t accurate = 0;
  for (std::uint32_t index = 0; index < strategy.cycles.size(); ++index) {
    const Cycle& cycle = strategy.cycles[index];
    const std::vector<float> online = sequenced(strategy, index);

    std::vector<float> offline;  // the rollout that was fitted, bit for bit
    Dmp state;
    for (std::uint32_t i = cycle.first; i < cycle.first + cycle.count; ++i) {
      const Primitive& p = strategy.primitives[i];
      const std::vector<float> part =
          roll_out(p, strategy.forcing.data(), dt, static_cast<std::size_t>(p.duration / dt), state);
      offline.insert(offline.end(), part.begin(), part.end());
    }
    EXPECT_EQ(online, offline) << "cycle " << index;

    const float* const demonstrated = strategy.exposure.data() + strategy.exposure_first[index];
    const std::size_t steps = strategy.exposure_first[index + 1] - strategy.exposure_first[index] - 1;
    ASSERT_LE(steps, online.size());
    double squares = 0;
    for (std::size_t k = 0; k < steps; ++k) squares += std::pow(online[k] - demonstrated[k + 1], 2);
    accurate += std::sqrt(squares / static_cast<double>(steps)) <= kAccurateRmse ? 1 : 0;
  }
  EXPECT_EQ(accurate, d.metrics.accurate_cycles);
}

TEST(Sequencer, ReproducesTheExample) { expect_reproduced(example_demonstration()); }

TEST(Sequencer, ReproducesTheExampleInOtherForms) {
  for (const DmpForm form : {DmpForm::pastor, DmpForm::delayed_goal}) {
    DecompositionOptions options;
    options.form = form;
    expect_reproduced(decomposed_example(options));
  }
}

TEST(Sequencer, ReproducesTheRealFills) {
  const auto d = real_demonstration("btcusdt_5m/fills.csv.gz", "btcusdt_5m/bars.csv.gz");
  if (!d) GTEST_SKIP() << "no recordings here: " << shared_data();
  expect_reproduced(*d);
}

TEST(Sequencer, ReproducesTheRealRoundTrips) {
  const auto d = real_demonstration("btcperp_1h/trades_supertrend.csv.gz", "btcperp_1h/bars.json.gz");
  if (!d) GTEST_SKIP() << "no recordings here: " << shared_data();
  expect_reproduced(*d);
}

}  // namespace
}  // namespace marketmimic
