#include "fake/fake_gpu.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>

#include "kernels/cpu/scenario_launcher.hpp"
#include "kernels/cuda/runtime.hpp"
#include "kernels/cuda/scenario_launcher.hpp"

struct FakeStream {};
struct FakeEvent {};

namespace marketmimic {
namespace fake_gpu {
namespace {

std::mutex mutex;  ///< for all below
Machine machine;
std::map<std::string, std::size_t> counts;
std::size_t objects = 0;
bool lost = false;

/// Counts a call and tells what becomes of it.
cudaError_t called(const char* name) {
  const std::lock_guard lock(mutex);
  const std::size_t number = counts[name]++;
  const bool fails = lost || (machine.call == name && machine.number == number);
  lost = lost || (fails && machine.for_good);
  return fails ? machine.error : cudaSuccess;
}

template <class T>
cudaError_t made(const char* name, T** object, T* (*make)(std::size_t), std::size_t bytes = 0) {
  const cudaError_t status = called(name);
  if (status != cudaSuccess) return status;
  *object = make(bytes);
  const std::lock_guard lock(mutex);
  ++objects;
  return cudaSuccess;
}

template <class Object, class Release>
cudaError_t released(Object* object, Release release) {
  if (object == nullptr) return cudaSuccess;
  release(object);
  const std::lock_guard lock(mutex);
  --objects;
  return lost ? machine.error : cudaSuccess;
}

void* memory(std::size_t bytes) { return std::aligned_alloc(256, (bytes + 255) / 256 * 256); }
FakeStream* stream(std::size_t) { return new FakeStream; }
FakeEvent* event(std::size_t) { return new FakeEvent; }

}  // namespace

void use(const Machine& next) {
  const std::lock_guard lock(mutex);
  machine = next;
  counts.clear();
  lost = false;
}

std::map<std::string, std::size_t> calls() {
  const std::lock_guard lock(mutex);
  return counts;
}

std::size_t alive() {
  const std::lock_guard lock(mutex);
  return objects;
}

}  // namespace fake_gpu

/// The scenarios of a launch, computed by the CPU.
template <class Market>
void launch_scenarios(const ScenarioContext<Market>&, const ScenarioContext<Market>* there, std::uint64_t first,
                      std::uint32_t count, const Record& record, Summary* summaries, Injection* injections,
                      cudaStream_t) {
  check(fake_gpu::called("cudaLaunchKernel"), "running scenarios");
  std::vector<Injection> block(std::size_t{there->injections} * kLanes);
  for (std::uint32_t from = 0; from < count; from += kLanes) {
    Record lanes = record;
    lanes.first = from;
    run_scenarios(*there, first + from, lanes, summaries + from, block.data(), best_instruction_set());
    for (std::uint32_t k = 0; k < there->injections; ++k)
      std::copy_n(block.data() + k * kLanes, kLanes, injections + k * record.stride + from);
  }
}

template void launch_scenarios(const ScenarioContext<Diffusion>&, const ScenarioContext<Diffusion>*, std::uint64_t,
                               std::uint32_t, const Record&, Summary*, Injection*, cudaStream_t);
template void launch_scenarios(const ScenarioContext<OrderBook>&, const ScenarioContext<OrderBook>*, std::uint64_t,
                               std::uint32_t, const Record&, Summary*, Injection*, cudaStream_t);

}  // namespace marketmimic

using namespace marketmimic::fake_gpu;

cudaError_t cudaDriverGetVersion(int* version) {
  *version = machine.driver;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int* count) {
  *count = machine.devices;
  return machine.devices == 0 ? cudaErrorNoDevice : called("cudaGetDeviceCount");
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  *properties = {"a GPU that is none", {}, machine.major, 0, machine.memory};
  properties->uuid.bytes[0] = '\xf7';
  properties->uuid.bytes[15] = static_cast<char>(device);
  return called("cudaGetDeviceProperties");
}

cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  return device < machine.devices ? called("cudaSetDevice") : cudaErrorInvalidDevice;
}

cudaError_t cudaGetLastError() { return cudaSuccess; }

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorNoDevice:
      return "no CUDA-capable device is detected";
    case cudaErrorInvalidDevice:
      return "invalid device ordinal";
    default:
      return "unspecified launch failure";
  }
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  *free = *total = machine.memory;
  return called("cudaMemGetInfo");
}

cudaError_t cudaMalloc(void** data, std::size_t bytes) { return made("cudaMalloc", data, memory, bytes); }
cudaError_t cudaMallocHost(void** data, std::size_t bytes) { return made("cudaMallocHost", data, memory, bytes); }
cudaError_t cudaFree(void* data) { return released(data, std::free); }
cudaError_t cudaFreeHost(void* data) { return released(data, std::free); }

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind, cudaStream_t) {
  const cudaError_t status = called("cudaMemcpyAsync");
  if (status == cudaSuccess) std::memcpy(to, from, bytes);
  return status;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* made_stream, unsigned) {
  return made("cudaStreamCreateWithFlags", made_stream, stream);
}
cudaError_t cudaStreamDestroy(cudaStream_t old) {
  return released(old, [](FakeStream* s) { delete s; });
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* made_event, unsigned) {
  return made("cudaEventCreateWithFlags", made_event, event);
}
cudaError_t cudaEventDestroy(cudaEvent_t old) {
  return released(old, [](FakeEvent* e) { delete e; });
}
cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return called("cudaEventRecord"); }
cudaError_t cudaEventSynchronize(cudaEvent_t) { return called("cudaEventSynchronize"); }
