#include "tests/parity/backends.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/cpu/float_environment.hpp"
#include "kernels/cpu/scenario_launcher.hpp"
#include "kernels/cuda/whole_scenario.hpp"

#ifdef MARKETMIMIC_HAVE_CUDA
#include "kernels/cuda/cuda_engine.hpp"
#include "kernels/cuda/devices.hpp"
#endif
#ifdef MARKETMIMIC_HAVE_PTX
extern "C" void run_ptx(void* const* parameters, std::uint32_t block, std::uint32_t block_size, std::uint32_t thread);
#endif

namespace marketmimic::parity {
namespace {

using Context = ScenarioContext<Diffusion>;

Outcome run_on_cpu_with(InstructionSet set, const Context& context, std::uint64_t first, std::uint32_t count) {
  Outcome outcome(context, count, (count + kLanes - 1) / kLanes * kLanes);
  std::vector<Injection> injections(std::size_t{context.injections} * kLanes);
  for (std::uint32_t from = 0; from < count; from += kLanes) {
    Record record = outcome.record;
    record.first = from;
    run_scenarios(context, first + from, record, outcome.summaries.data() + from, injections.data(), set);
    for (std::uint32_t k = 0; k < context.injections; ++k)
      std::copy_n(injections.data() + k * kLanes, kLanes, outcome.injections.data() + k * outcome.stride + from);
  }
  return outcome;
}

/// The body of a GPU thread over an outcome's memory, one call a scenario.
template <class RunOne>
Outcome run_bodies(const Context& context, std::uint64_t first, std::uint32_t count, const RunOne& run_one) {
  const FloatEnvironment environment;
  Outcome outcome(context, count, count);
  WholeScenario body{context, first, outcome.record, outcome.summaries.data(), outcome.injections.data()};
  for (std::uint32_t i = 0; i < count; ++i) run_one(body, i);
  return outcome;
}

#ifdef MARKETMIMIC_HAVE_CUDA
std::optional<Outcome> run_on_gpu(const Context& context, std::uint64_t first, std::uint32_t count, std::string& why) {
  const CudaDevices found = cuda_devices();
  if (found.devices.empty()) {
    why = found.reason;
    return std::nullopt;
  }
  Outcome outcome(context, count, count);
  CudaEngine engine(context, plain(outcome.columns()), found.devices.front().index, (count + 1) / 2);  // two batches
  for (std::uint32_t from = 0; from < count; from += engine.capacity()) {
    const std::uint32_t part = std::min(engine.capacity(), count - from);
    const Batch batch = engine.run(first + from, part);
    std::copy_n(batch.summaries, part, outcome.summaries.data() + from);
    for (std::uint32_t k = 0; k < context.injections; ++k)
      std::copy_n(batch.injections + k * batch.record.stride, part, outcome.injections.data() + k * count + from);
    for (std::size_t c = 0; c < outcome.columns().size(); ++c) {
      const RecordColumn& column = outcome.columns()[c].column;
      const std::size_t size = value_bytes(column.pointer);
      const auto* values = std::visit(
          [&](auto member) { return reinterpret_cast<const std::byte*>(batch.record.*member); }, column.pointer);
      for (std::size_t e = 0; e < std::size_t{column.rows} * column.width; ++e)
        std::memcpy(outcome.at(c, e, from), values + e * batch.record.stride * size, part * size);
    }
  }
  return outcome;
}
#endif

}  // namespace

std::vector<Backend> backends() {
  std::vector<Backend> all;
  for (const InstructionSet set : {InstructionSet::x86_64, InstructionSet::x86_64_v3, InstructionSet::x86_64_v4}) {
    const auto run = [set](const Context& context, std::uint64_t first, std::uint32_t count,
                           std::string& why) -> std::optional<Outcome> {
      why = "this processor has no " + std::string(name(set));
      if (!supported(set)) return std::nullopt;
      return run_on_cpu_with(set, context, first, count);
    };
    std::string title = "cpu_" + std::string(name(set));
    std::replace(title.begin(), title.end(), '-', '_');
    all.push_back({title, run});
  }
  all.push_back(
      {"thread_body_on_the_host", [](const Context& context, std::uint64_t first, std::uint32_t count, std::string&) {
         return run_bodies(context, first, count, [](const WholeScenario& body, std::uint32_t i) { body(i); });
       }});
#ifdef MARKETMIMIC_HAVE_PTX
  all.push_back(
      {"ptx_translated_to_c", [](const Context& context, std::uint64_t first, std::uint32_t count, std::string&) {
         return run_bodies(context, first, count, [count](WholeScenario& body, std::uint32_t i) {
           std::uint32_t n = count;
           void* parameters[] = {&body, &n};
           run_ptx(parameters, i / 64, 64, i % 64);
         });
       }});
#endif
#ifdef MARKETMIMIC_HAVE_CUDA
  all.push_back({"cuda", run_on_gpu});
#endif
  return all;
}

Outcome run_on_cpu(const Context& context, std::uint64_t first, std::uint32_t count) {
  return run_on_cpu_with(best_instruction_set(), context, first, count);
}

}  // namespace marketmimic::parity
