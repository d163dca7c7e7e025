#include "host/run/workforce.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <thread>

#include "host/error.hpp"
#include "host/run/cpu_engine.hpp"
#include "host/run/gpu_share.hpp"
#include "host/run/shard.hpp"
#ifdef MARKETMIMIC_HAVE_CUDA
#include "kernels/cuda/cuda_engine.hpp"
#include "kernels/cuda/devices.hpp"
#endif

namespace marketmimic {
namespace {

/// Processes that share a machine share its cores, unless their launcher has given each its own already.
unsigned thread_count(const GenerateOptions& options) {
  if (options.threads != 0) return options.threads;
  const auto all = static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_ONLN)), own = std::thread::hardware_concurrency();
  return std::max(1u, own < all ? own : all / options.neighbours);
}

std::uint64_t physical_memory() {
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// As many threads as half of the memory holds: the system hands out more than there is, and kills who uses it.
Workforce hire_cpu(const Simulation& simulation, const Schema& filled, const Plan& plan, unsigned threads) {
  const InstructionSet set = best_instruction_set();
  const std::vector<RecordColumn> columns = engine_columns(filled, simulation.job.steps);
  const std::uint64_t worker = record_bytes(columns, kLanes) + ShardWriter::scratch_bytes(filled);
  const std::uint64_t blocks = (plan.scenarios + kBlock - 1) / kBlock, fitting = physical_memory() / 2 / worker;
  if (fitting == 0) {
    throw Error(ExitCode::out_of_memory,
                fmt::format("a thread needs {:.1f} GB for {} scenarios of {} steps, half of this machine's memory is "
                            "less; use fewer steps, or record less",
                            1e-9 * static_cast<double>(worker), kLanes, simulation.job.steps));
  }
  const std::uint64_t workers = std::min<std::uint64_t>({threads, blocks, fitting});
  Workforce force{{}, fmt::format("CPU ({})", name(set))};
  for (std::uint64_t i = 0; i < workers; ++i)
    force.engines.push_back(std::make_unique<CpuEngine>(simulation.context, columns, set));
  return force;
}

#ifdef MARKETMIMIC_HAVE_CUDA
std::vector<CudaDevice> chosen_devices(const GenerateOptions& options) {
  const std::vector<int>& wanted = options.devices;
  const CudaDevices found = cuda_devices();
  if (found.devices.empty()) throw Error(ExitCode::gpu, "no usable GPU: " + found.reason);
  std::vector<CudaDevice> chosen;
  if (wanted.empty() && options.seen_gpus.empty()) return found.devices;
  if (wanted.empty()) {
    const std::vector<std::string> share = gpu_share(options.seen_gpus, options.neighbour);
    std::copy_if(found.devices.begin(), found.devices.end(), std::back_inserter(chosen),
                 [&](const CudaDevice& d) { return std::find(share.begin(), share.end(), d.id) != share.end(); });
    if (chosen.empty()) throw Error(ExitCode::gpu, "the GPUs that were there at the beginning are gone");
    return chosen;
  }
  for (const int index : wanted) {
    const auto device = std::find_if(found.devices.begin(), found.devices.end(),
                                     [index](const CudaDevice& d) { return d.index == index; });
    if (device == found.devices.end())
      throw Error(ExitCode::gpu, fmt::format("there is no GPU {}; `marketmimic doctor` lists those there are", index));
    chosen.push_back(*device);
  }
  return chosen;
}

Workforce hire_gpus(const Simulation& simulation, const Schema& filled, const Plan& plan,
                    const GenerateOptions& options) {
  const std::vector<RecordColumn> columns = engine_columns(filled, simulation.job.steps);
  const std::vector<CudaDevice> devices = chosen_devices(options);
  constexpr std::size_t least = 2, most = 8;  // one computes while others copy and write
  const std::size_t engines = std::clamp<std::size_t>(thread_count(options) / devices.size(), least, most);
  Workforce force;
  for (const CudaDevice& device : devices) {
    force.device += (force.device.empty() ? "" : ", ") + device.name;
    const auto use = std::make_shared<BusyTime>();
    for (std::size_t i = 0; i < engines; ++i) {
      const std::uint64_t batch = std::min(plan.shard_scenarios, plan.scenarios);
      force.engines.push_back(std::make_unique<CudaEngine>(simulation.context, columns, device.index, batch, use));
    }
  }
  return force;
}

bool has_gpu() { return !cuda_devices().devices.empty(); }

std::vector<std::string> all_gpus() {
  std::vector<std::string> ids;
  for (const CudaDevice& device : cuda_devices().devices) ids.push_back(device.id);
  return ids;
}
#else
Workforce hire_gpus(const Simulation&, const Schema&, const Plan&, const GenerateOptions&) {
  throw Error(ExitCode::gpu, "this build has no GPU backend (CUDA); use --device cpu, or build where nvcc is found");
}

bool has_gpu() { return false; }

std::vector<std::string> all_gpus() { return {}; }
#endif

}  // namespace

Schema filled_schema(const Simulation& simulation) {
  Schema schema = schema_of(simulation);
  if (simulation.job.store == Store::recipe) schema.columns.clear();
  return schema;
}

std::vector<std::string> usable_gpus(const GenerateOptions& options) {
  return options.device == Device::cpu || !options.devices.empty() ? std::vector<std::string>() : all_gpus();
}

Workforce hire(const Simulation& simulation, const Schema& filled, const Plan& plan, const GenerateOptions& options) {
  const bool gpu = options.device == Device::cuda || (options.device == Device::automatic && has_gpu());
  return gpu ? hire_gpus(simulation, filled, plan, options) : hire_cpu(simulation, filled, plan, thread_count(options));
}

}  // namespace marketmimic
