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

/// Volatile enough that every rule of the market acts.
Simulation disturbed_market() {
  Job job;
  job.scenarios = kScenarios;
  job.steps = 96;
  for (std::uint32_t kind = 0; kind < kPerturbationKinds; ++kind)
    job.perturbations.push_back(default_perturbation(static_cast<PerturbationKind>(kind)));
  return prepare(job, default_market(), std::nullopt);
}

std::string hash_of(ScenarioEngine& engine, const Schema& schema) {
  const Batch batch = engine.run(0, kScenarios);
  Hash hash;
  std::vector<std::byte> bytes;
  for (const Column& column : schema.columns) {
    bytes.resize(kScenarios * column.scenario_bytes());
    column_bytes_of(column, batch.record, 0, kScenarios, bytes);
    hash.add(bytes);
  }
  return hash.hex();
}

CheckedBackend checked(std::string name, const Schema& schema,
                       const std::function<std::unique_ptr<ScenarioEngine>()>& make) {
  CheckedBackend backend{std::move(name), {}, {}};
  try {
    backend.hash = hash_of(*make(), schema);
  } catch (const std::exception& error) {
    backend.problem = error.what();
  }
  return backend;
}

}  // namespace

std::vector<CheckedBackend> check_backends() {
  const Simulation simulation = disturbed_market();
  const Schema schema = schema_of(simulation);
  const std::vector<RecordColumn> columns = engine_columns(schema, simulation.job.steps);
  std::vector<CheckedBackend> backends;
  for (InstructionSet set : {InstructionSet::x86_64, InstructionSet::x86_64_v3, InstructionSet::x86_64_v4}) {
    if (!supported(set)) continue;
    backends.push_back(checked(std::string(name(set)), schema, [&]() -> std::unique_ptr<ScenarioEngine> {
      return std::make_unique<CpuEngine>(simulation.context, columns, set);
    }));
  }
#ifdef MARKETMIMIC_HAVE_CUDA
  for (const CudaDevice& device : cuda_devices().devices) {
    const std::string label = fmt::format("cuda:{} {}", device.index, device.name);
    backends.push_back(checked(label, schema, [&]() -> std::unique_ptr<ScenarioEngine> {
      return std::make_unique<CudaEngine>(simulation.context, columns, device.index, kScenarios);
    }));
  }
#endif
  return backends;
}

}  // namespace marketmimic
