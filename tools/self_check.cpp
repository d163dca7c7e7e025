#include "tools/self_check.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <span>

#include "host/config/default_market.hpp"
#include "host/run/columns.hpp"
#include "host/run/cpu_engine.hpp"
#include "host/run/hash.hpp"
#include "host/run/rows.hpp"
#include "kernels/cpu/instruction_set.hpp"
#ifdef MARKETMIMIC_HAVE_CUDA
#include "kernels/cuda/cuda_engine.hpp"
#include "kernels/cuda/devices.hpp"
#endif

namespace marketmimic {
namespace {

constexpr std::uint32_t kScenarios = 16;

/// An order book in which every ingredient acts.
OrderBookParameters busy_order_book() {
  OrderBookParameters p;
  for (std::uint32_t event = 0; event < kTouchEvents; ++event) {
    const float sign = event % 2 == 0 ? 1.0f : -1.0f;
    for (std::uint32_t i = 0; i < kImbalanceBins; ++i)
      for (float& rate : p.rate[event][i]) rate = 0.02f * static_cast<float>(1 + i);
    for (std::uint32_t k = 1; k < kPreceding; ++k) p.follow[event][k] = 0.03f * sign * static_cast<float>(k);
    for (float& weight : p.memory_weight[event]) weight = 0.1f * sign;
    for (float& weight : p.spread_weight[event]) weight = -0.1f * sign;
  }
  for (std::uint32_t k = 0; k + 1 < kSpreadBins; ++k) p.spread_edges[k] = static_cast<std::int32_t>(2 * k + 1);
  p.deep_limit_rate = 1;
  for (float& branching : p.branching) branching = 0.15f;
  p.slow_sd = 0.3f;
  p.warm_up = 0;
  for (std::uint32_t k = 0; k < kWaitQuantiles; ++k) p.wait[k] = 0.01f * static_cast<float>(k) - 4.0f;
  for (std::uint32_t k = 0; k < kSizeQuantiles; ++k) {
    p.limit_lots[k] = p.deep_lots[k] = p.trade_lots[k] = static_cast<std::int32_t>(1 + k);
    p.deep_distance[k] = static_cast<std::int32_t>(1 + k / 16);
  }
  for (std::uint32_t k = 0; k < kStepQuantiles; ++k) {
    for (auto& course : p.improvement)
      for (auto& bin : course) bin[k] = static_cast<std::int32_t>(1 + k / 16);
    p.hidden_offset[k] = 1;
  }
  p.queue_exponent = p.sweep_share = p.walk_share = p.newest_share = 0.5f;
  return p;
}

/// Scenarios volatile enough that every rule of the market acts: on the diffusion, and on an order book.
std::vector<Simulation> disturbed_markets() {
  Job job;
  job.scenarios = kScenarios;
  job.steps = 96;
  for (std::uint32_t kind = 0; kind < kPerturbationKinds; ++kind)
    job.perturbations.push_back(default_perturbation(static_cast<PerturbationKind>(kind)));
  MarketFile book = default_market();
  book.order_book = busy_order_book();
  Job on_book = job;
  on_book.steps = 12;
  on_book.step_seconds = 5;
  on_book.model = MarketModel::order_book;
  return {prepare(job, default_market(), std::nullopt), prepare(on_book, book, std::nullopt)};
}

void add_to(Hash& hash, ScenarioEngine& engine, const Schema& schema) {
  const Batch batch = engine.run(0, kScenarios);
  std::vector<std::byte> bytes;
  for (const Column& column : schema.columns) {
    bytes.resize(kScenarios * column.scenario_bytes());
    column_bytes_of(column, batch.record, 0, kScenarios, bytes);
    hash.add(bytes);
  }
}

using Columns = std::vector<RecordColumn>;

/// `make(simulation, columns)`: an engine of the backend.
CheckedBackend checked(std::string name, const std::vector<Simulation>& simulations,
                       const std::function<std::unique_ptr<ScenarioEngine>(const Simulation&, const Columns&)>& make) {
  CheckedBackend backend{std::move(name), {}, {}};
  try {
    Hash hash;
    for (const Simulation& simulation : simulations) {
      const Schema schema = schema_of(simulation);
      add_to(hash, *make(simulation, engine_columns(schema, simulation.job.steps)), schema);
    }
    backend.hash = hash.hex();
  } catch (const std::exception& error) {
    backend.problem = error.what();
  }
  return backend;
}

}  // namespace

std::vector<CheckedBackend> check_backends() {
  const std::vector<Simulation> simulations = disturbed_markets();
  std::vector<CheckedBackend> backends;
  for (InstructionSet set : {InstructionSet::x86_64, InstructionSet::x86_64_v3, InstructionSet::x86_64_v4}) {
    if (!supported(set)) continue;
    backends.push_back(checked(std::string(name(set)), simulations, [&](const Simulation& s, const Columns& columns) {
      return std::make_unique<CpuEngine>(s.context, columns, set);
    }));
  }
#ifdef MARKETMIMIC_HAVE_CUDA
  for (const CudaDevice& device : cuda_devices().devices) {
    const std::string label = fmt::format("cuda:{} {}", device.index, device.name);
    backends.push_back(checked(label, simulations, [&](const Simulation& s, const Columns& columns) {
      return std::make_unique<CudaEngine>(s.context, columns, device.index, kScenarios);
    }));
  }
#endif
  return backends;
}

}  // namespace marketmimic
