#include "kernels/cuda/cuda_engine.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "host/error.hpp"
#include "kernels/cuda/scenario_launcher.hpp"

namespace marketmimic {
namespace {

constexpr std::size_t kMostBatchBytes = std::size_t{1} << 30;
constexpr std::uint32_t kWarp = 32;  // scenarios are taken in whole warps, which also keeps columns aligned

std::size_t whole_lines(std::size_t bytes) { return (bytes + 255) / 256 * 256; }

std::size_t summaries_bytes(std::size_t stride) { return whole_lines(stride * sizeof(Summary)); }

std::size_t injections_bytes(std::uint32_t injections, std::size_t stride) {
  return whole_lines(stride * injections * sizeof(Injection));
}

}  // namespace

CudaEngine::CudaEngine(const AnyContext& context, const std::vector<RecordColumn>& columns, int device,
                       std::uint64_t most, std::shared_ptr<BusyTime> use)
    : ScenarioEngine(std::move(use)), device_(choose_device(device)), context_(context) {
  const StrategyView& strategy = settings_of(context).strategy;
  std::size_t primitives = 0, entries = kForcingEntries;
  for (std::uint32_t i = 0; i < strategy.cycle_count; ++i)
    primitives = std::max<std::size_t>(primitives, strategy.cycles[i].first + strategy.cycles[i].count);
  const bool changes = strategy.aggressiveness != nullptr;
  for (std::size_t i = 0; i < primitives; ++i) {
    const std::uint32_t other = changes ? strategy.aggressiveness[i].forcing : 0u;
    entries = std::max<std::size_t>(entries, std::max(strategy.primitives[i].forcing, other) + kForcingEntries);
  }
  if (strategy.cycle_count > 0) {
    primitives_ = copied_to_device(std::span(strategy.primitives, primitives), stream_);
    cycles_ = copied_to_device(std::span(strategy.cycles, strategy.cycle_count), stream_);
    forcing_ = copied_to_device(std::span(strategy.forcing, entries), stream_);
    if (strategy.menu_count > 0) menu_ = copied_to_device(std::span(strategy.menu, strategy.menu_count), stream_);
    const SequenceMenu& sequences = strategy.sequences;
    if (sequences.successors != nullptr) {
      successors_ = copied_to_device(std::span(sequences.successors, primitives), stream_);
      instances_ = copied_to_device(std::span(sequences.instances, kMostKinds * 2), stream_);
      answers_ = copied_to_device(std::span(sequences.answers, kMarketEvents * 2), stream_);
      openings_ = copied_to_device(std::span(sequences.openings, kMarketEvents), stream_);
      variations_ = copied_to_device(std::span(strategy.variations, kVariations), stream_);
    }
    if (changes) aggressiveness_ = copied_to_device(std::span(strategy.aggressiveness, primitives), stream_);
    if (strategy.shape_count > 0) shapes_ = copied_to_device(std::span(strategy.shapes, strategy.shape_count), stream_);
  }
  StrategyView& there = settings_of(context_).strategy;
  there.primitives = static_cast<const Primitive*>(primitives_.data());
  there.cycles = static_cast<const Cycle*>(cycles_.data());
  there.forcing = static_cast<const float*>(forcing_.data());
  there.menu = static_cast<const std::uint32_t*>(menu_.data());
  there.sequences.successors = static_cast<const MenuItem*>(successors_.data());
  there.sequences.instances = static_cast<const MenuItem*>(instances_.data());
  there.sequences.answers = static_cast<const MenuItem*>(answers_.data());
  there.sequences.openings = static_cast<const MenuItem*>(openings_.data());
  there.variations = static_cast<const Variation*>(variations_.data());
  there.shapes = static_cast<const float*>(shapes_.data());
  there.aggressiveness = static_cast<const Aggressiveness*>(aggressiveness_.data());
  std::visit([&](const auto& c) { context_there_ = copied_to_device(std::span(&c, 1), stream_); }, context_);

  std::size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), "asking for free memory");
  const auto bytes = [&](std::size_t stride) {
    return summaries_bytes(stride) + injections_bytes(settings_of(context).injections, stride) +
           record_bytes(columns, stride);
  };
  const std::size_t room = std::min(free / 2, kMostBatchBytes);
  const std::uint64_t warps = std::min<std::uint64_t>(room / bytes(kWarp), (most + kWarp - 1) / kWarp);
  if (warps == 0)
    throw Error(ExitCode::gpu, "GPU " + std::to_string(device) + ": " + std::to_string(kWarp) + " scenarios take " +
                                   std::to_string(bytes(kWarp)) + " bytes and " + std::to_string(room) +
                                   " are available; ask for fewer steps or columns, or use --device cpu");
  capacity_ = static_cast<std::uint32_t>(warps) * kWarp;
  bytes_ = bytes(capacity_);
  on_device_ = device_memory(bytes_);
  on_host_ = pinned_memory(bytes_);
  device_layout_ = layout(columns, on_device_.data());
  host_layout_ = layout(columns, on_host_.data());
}

CudaEngine::Layout CudaEngine::layout(const std::vector<RecordColumn>& columns, void* memory) const {
  std::byte* at = static_cast<std::byte*>(memory);
  Layout result;
  result.summaries = reinterpret_cast<Summary*>(at);
  at += summaries_bytes(capacity_);
  result.injections = reinterpret_cast<Injection*>(at);
  at += injections_bytes(settings_of(context_).injections, capacity_);
  result.record = record_in(at, columns, capacity_);
  return result;
}

void CudaEngine::simulate(std::uint64_t first, std::uint32_t count) {
  choose_device(device_);
  const auto launch = [&]<class Context>(const Context& context) {
    launch_scenarios(context, static_cast<const Context*>(context_there_.data()), first, count, device_layout_.record,
                     device_layout_.summaries, device_layout_.injections, stream_.get());
  };
  std::visit(launch, context_);
  stream_.wait("running scenarios");
}

Batch CudaEngine::result() {
  check(cudaMemcpyAsync(on_host_.data(), on_device_.data(), bytes_, cudaMemcpyDeviceToHost, stream_.get()),
        "copying a batch");
  stream_.wait("copying a batch");
  return {host_layout_.record, host_layout_.summaries, host_layout_.injections};
}

}  // namespace marketmimic
