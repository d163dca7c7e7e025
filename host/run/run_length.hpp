#pragma once

#include <cstdint>
#include <filesystem>

#include "host/run/plan.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// Where a run ends by the stop rule of its job, as far as its shards tell: the rule is applied to them in their order,
/// so that what a run holds follows from the job alone.
class RunLength {
 public:
  /// Everything passed by reference must outlive it.
  RunLength(const Simulation& simulation, const std::filesystem::path& folder, const Plan& plan);

  /// Counts on over the shards that are there without a gap. Error(io) where one can't be read.
  void advance();
  /// The plan, cut after the shard that fulfilled the rule.
  const Plan& plan() const { return plan_; }
  /// Whether it was cut.
  bool cut() const { return cut_; }

 private:
  const Simulation& simulation_;
  const std::filesystem::path& folder_;
  Plan plan_;
  std::uint64_t next_ = 0, successes_ = 0;
  bool cut_ = false;
};

}  // namespace marketmimic
