#include "host/run/cpu_engine.hpp"

namespace marketmimic {

CpuEngine::CpuEngine(const AnyContext& context, const std::vector<RecordColumn>& columns, InstructionSet set)
    : context_(context),
      set_(set),
      bytes_(record_bytes(columns, kLanes)),
      memory_(new std::byte[bytes_ + 255]),
      summaries_(kLanes),
      injections_(std::size_t{settings_of(context).injections} * kLanes) {
  void* aligned = memory_.get();
  std::size_t room = bytes_ + 255;
  record_ = record_in(static_cast<std::byte*>(std::align(256, bytes_, aligned, room)), columns, kLanes);
}

void CpuEngine::simulate(std::uint64_t first, std::uint32_t) {
  const auto run = [&](const auto& c) {
    run_scenarios(c, first, record_, summaries_.data(), injections_.data(), set_, &stopped_);
  };
  std::visit(run, context_);
}

}  // namespace marketmimic
