#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "host/run/busy_time.hpp"
#include "marketmimic/perturbation.hpp"
#include "marketmimic/record.hpp"

namespace marketmimic {

/// Consecutive scenarios as an engine leaves them in host memory: scenario `first + i` is column i of everything.
struct Batch {
  Record record;                          ///< stride = capacity() of the engine
  const Summary* summaries = nullptr;     ///< [stride]
  const Injection* injections = nullptr;  ///< [context.injections][stride]
};

/// Something that runs scenarios: a CPU core, or a stream of a GPU. Each worker thread owns one; it is made for one
/// context and one list of columns, owns all memory it needs, and allocates nothing while it runs. What it computes for
/// a scenario depends on the scenario's number alone, never on the batch. The CPU's is host/run/cpu_engine.hpp, the
/// GPU's kernels/cuda/cuda_engine.hpp.
class ScenarioEngine {
 public:
  /// `device` is shared by the engines that run on the same one; a CPU thread is a device of its own.
  explicit ScenarioEngine(std::shared_ptr<BusyTime> device = std::make_shared<BusyTime>())
      : device_(std::move(device)) {}
  ScenarioEngine(const ScenarioEngine&) = delete;
  ScenarioEngine& operator=(const ScenarioEngine&) = delete;
  virtual ~ScenarioEngine() = default;

  /// Most scenarios of one call; the same for the life of the engine.
  virtual std::uint32_t capacity() const = 0;
  /// Bytes of host memory it holds.
  virtual std::size_t memory() const = 0;
  /// Runs scenarios `first` to `first + count - 1`, 1 <= count <= capacity(). The batch is valid until the next call;
  /// its columns from `count` on hold nothing of use. Error(gpu) where a device fails.
  Batch run(std::uint64_t first, std::uint32_t count) {
    {
      const BusyTime::Hold simulating(*device_);
      simulate(first, count);
    }
    return result();
  }
  /// From another thread: run() may end soon, and what it returns is of no use from then on.
  virtual void stop() noexcept {}
  /// How long its device has simulated, for whichever engine, as seen from the host: from a launch until it is done.
  const BusyTime& busy() const { return *device_; }

 private:
  /// What run() promises, but for bringing it to host memory, which keeps a GPU's copying engine busy and not the GPU.
  virtual void simulate(std::uint64_t first, std::uint32_t count) = 0;
  /// The batch that was simulated last, in host memory.
  virtual Batch result() = 0;

  std::shared_ptr<BusyTime> device_;
};

}  // namespace marketmimic
