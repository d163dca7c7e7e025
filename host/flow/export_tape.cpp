#include "host/flow/export_tape.hpp"

#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "host/error.hpp"
#include "host/flow/flow_tape.hpp"
#include "host/run/replay.hpp"
#include "marketmimic/scenario.hpp"

namespace marketmimic {
namespace {

std::int64_t tick_of(const MarketFile& market) {
  const double tick = market.tick * 1e4;
  if (tick < 0.999 || tick > 1e8 || std::abs(tick - std::round(tick)) > 1e-6 * tick) {
    throw Error(
        ExitCode::usage,
        fmt::format("LOBSTER's prices are whole multiples of 0.0001: a tick of {:g} can't be written", market.tick));
  }
  return std::llround(tick);
}

}  // namespace

Tape export_tape(const Simulation& simulation, std::uint64_t id) {
  const auto* context = std::get_if<ScenarioContext<OrderBook>>(&simulation.context);
  if (context == nullptr)
    throw Error(ExitCode::usage, "a diffusion market has no messages; export needs a run on an order book");
  require_scenario(simulation, id);
  using Rules = Scenario<OrderBook, 1>;
  const auto block = std::make_unique<Rules::Block>();
  Rules::Tables tables;
  const Record nothing;
  Rules::start(*context, *block, tables, nothing, id);
  const std::int64_t start = context->random_clock != 0 ? 0 : std::int64_t{context->clock} * kNsPerSecond;
  FlowRecorder recorder(context->levels, tick_of(simulation.market), start,
                        std::int64_t{simulation.job.step_seconds} * kNsPerSecond);
  recorder.begin(block->market.book());
  for (std::uint32_t t = 0; t < context->steps; ++t) {
    recorder.enter(t);
    Rules::step(*context, *block, tables, nothing, t, recorder);
  }
  Tape tape = recorder.take();
  tape.symbol = simulation.market.asset;
  return tape;
}

}  // namespace marketmimic
