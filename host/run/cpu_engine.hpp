#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "host/run/any_context.hpp"
#include "host/run/engine.hpp"
#include "host/run/record_layout.hpp"
#include "kernels/cpu/scenario_launcher.hpp"

namespace marketmimic {

/// Runs kLanes scenarios at a time on the calling thread.
class CpuEngine final : public ScenarioEngine {
 public:
  /// `context` must outlive the engine. std::bad_alloc where the batch does not fit.
  CpuEngine(const AnyContext& context, const std::vector<RecordColumn>& columns, InstructionSet set);
  CpuEngine(AnyContext&&, const std::vector<RecordColumn>&, InstructionSet) = delete;

  std::uint32_t capacity() const override { return kLanes; }
  std::size_t memory() const override { return bytes_; }
  void stop() noexcept override { stopped_ = true; }

 private:
  void simulate(std::uint64_t first, std::uint32_t count) override;
  Batch result() override { return {record_, summaries_.data(), injections_.data()}; }

  const AnyContext& context_;
  InstructionSet set_;
  std::size_t bytes_;
  std::unique_ptr<std::byte[]> memory_;
  Record record_;
  std::vector<Summary> summaries_;
  std::vector<Injection> injections_;
  std::atomic<bool> stopped_{false};
};

}  // namespace marketmimic
