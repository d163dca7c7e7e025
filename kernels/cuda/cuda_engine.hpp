#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "host/run/any_context.hpp"
#include "host/run/engine.hpp"
#include "host/run/record_layout.hpp"
#include "kernels/cuda/runtime.hpp"

namespace marketmimic {

/// Runs scenarios on a GPU, a thread each, on a stream of its own: two engines a device let one compute while the other
/// copies. Several devices: engines for each.
class CudaEngine final : public ScenarioEngine {
 public:
  /// Takes at most half of what is free on `device` (an index of cuda_devices()), 1 GiB a batch, and room for `most`
  /// scenarios; as much again of host memory. `context` and what it points to are copied. Error(gpu) where the device
  /// can't be used or not even 32 scenarios fit. Engines on the same device share `use`.
  CudaEngine(const AnyContext& context, const std::vector<RecordColumn>& columns, int device, std::uint64_t most,
             std::shared_ptr<BusyTime> use = std::make_shared<BusyTime>());

  std::uint32_t capacity() const override { return capacity_; }
  std::size_t memory() const override { return bytes_; }

 private:
  void simulate(std::uint64_t first, std::uint32_t count) override;
  Batch result() override;

  /// A batch in one piece of memory: summaries, injections, then the columns.
  struct Layout {
    Record record;
    Summary* summaries;
    Injection* injections;
  };
  Layout layout(const std::vector<RecordColumn>& columns, void* memory) const;

  int device_;
  AnyContext context_;
  std::uint32_t capacity_ = 0;
  std::size_t bytes_ = 0;
  CudaStream stream_;
  DeviceMemory primitives_, cycles_, forcing_, menu_, successors_, instances_, answers_, openings_, variations_,
      shapes_, aggressiveness_, context_there_;
  DeviceMemory on_device_;
  PinnedMemory on_host_;
  Layout device_layout_{}, host_layout_{};
};

}  // namespace marketmimic
