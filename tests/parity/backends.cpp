#include "tests/parity/backends.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <variant>

#include "kernels/cpu/float_environment.hpp"
#include "kernels/cpu/scenario_launcher.hpp"
#include "kernels/cuda/whole_scenario.hpp"

#ifdef MARKETMIMIC_HAVE_CUDA
#include "kernels/cuda/cuda_engine.hpp"
#include "kernels/cuda/devices.hpp"
#endif
#ifdef MARKETMIMIC_HAVE_PTX
extern "C" {
void run_diffusion(void* const* parameters, std::uint32_t block, std::uint32_t block_size, std::uint32_t thread);
void run_order_book(void* const* parameters, std::uint32_t block, std::uint32_t block_size, std::uint32_t thread);
void run_diffusion_lean(void* const* parameters, std::uint32_t block, std::uint32_t block_size, std::uint32_t thread);
void run_order_book_lean(void* const* parameters, std::uint32_t block, std::uint32_t block_size, std::uint32_t thread);
}
#endif

namespace marketmimic::parity {
namespace {

Outcome run_on_cpu_with(InstructionSet set, const AnyContext& context, std::uint64_t first, std::uint32_t count) {
  Outcome outcome(context, count, (count + kLanes - 1) / kLanes * kLanes);
  std::vector<Injection> injections(std::size_t{settings_of(context).injections} * kLanes);
  for (std::uint32_t from = 0; from < count; from += kLanes) {
    Record record = outcome.record;
    record.first = from;
    const auto run = [&](const auto& c) {
      run_scenarios(c, first + from, record, outcome.summaries.data() + from, injections.data(), set);
    };
    std::visit(run, context);
    for (std::uint32_t k = 0; k < settings_of(context).injections; ++k)
      std::copy_n(injections.data() + k * kLanes, kLanes, outcome.injections.data() + k * outcome.stride + from);
  }
  return outcome;
}

/// The body of a GPU thread over an outcome's memory, one call a scenario. `lean`: that for plain plans where
/// the plan is one, else that for all plans.
template <class RunOne>
Outcome run_bodies(const AnyContext& context, std::uint64_t first, std::uint32_t count, bool lean,
                   const RunOne& run_one) {
  const FloatEnvironment environment;
  Outcome outcome(context, count, count);
  const auto run = [&]<class Market>(const ScenarioContext<Market>& c) {
    const auto all = [&](auto body) {
      for (std::uint32_t i = 0; i < count; ++i) run_one(body, i);
    };
    Summary* const summaries = outcome.summaries.data();
    Injection* const injections = outcome.injections.data();
    if (lean && !Sequencer::goes_on(c.adaptation, c.strategy))
      all(WholeScenario<Market, false>::of(c, &c, first, outcome.record, summaries, injections));
    else
      all(WholeScenario<Market, true>::of(c, &c, first, outcome.record, summaries, injections));
  };
  std::visit(run, context);
  return outcome;
}

#ifdef MARKETMIMIC_HAVE_CUDA
std::optional<Outcome> run_on_gpu(const AnyContext& context, std::uint64_t first, std::uint32_t count,
                                  std::string& why) {
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
    for (std::uint32_t k = 0; k < settings_of(context).injections; ++k)
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
    const auto run = [set](const AnyContext& context, std::uint64_t first, std::uint32_t count,
                           std::string& why) -> std::optional<Outcome> {
      why = "this processor has no " + std::string(name(set));
      if (!supported(set)) return std::nullopt;
      return run_on_cpu_with(set, context, first, count);
    };
    std::string title = "cpu_" + std::string(name(set));
    std::replace(title.begin(), title.end(), '-', '_');
    all.push_back({title, run});
  }
  all.push_back({"thread_body_on_the_host",
                 [](const AnyContext& context, std::uint64_t first, std::uint32_t count, std::string&) {
                   return run_bodies(context, first, count, false, [](const auto& body, std::uint32_t i) { body(i); });
                 }});
#ifdef MARKETMIMIC_HAVE_PTX
  all.push_back(
      {"ptx_translated_to_c", [](const AnyContext& context, std::uint64_t first, std::uint32_t count, std::string&) {
         const auto run_one = [count]<class Market, bool GoesOn>(WholeScenario<Market, GoesOn>& body, std::uint32_t i) {
           std::uint32_t n = count;
           void* parameters[] = {&body, &n};
           constexpr auto able = std::is_same_v<Market, OrderBook> ? run_order_book : run_diffusion;
           constexpr auto lean = std::is_same_v<Market, OrderBook> ? run_order_book_lean : run_diffusion_lean;
           (GoesOn ? able : lean)(parameters, i / 64, 64, i % 64);
         };
         return run_bodies(context, first, count, true, run_one);
       }});
#endif
#ifdef MARKETMIMIC_HAVE_CUDA
  all.push_back({"cuda", run_on_gpu});
#endif
  return all;
}

Outcome run_on_cpu(const AnyContext& context, std::uint64_t first, std::uint32_t count) {
  return run_on_cpu_with(best_instruction_set(), context, first, count);
}

}  // namespace marketmimic::parity
