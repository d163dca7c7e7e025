#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/run/columns.hpp"
#include "host/run/engine.hpp"
#include "host/run/generate.hpp"
#include "host/run/plan.hpp"

namespace marketmimic {

/// The engines that run a job, one a thread.
struct Workforce {
  std::vector<std::unique_ptr<ScenarioEngine>> engines;
  std::string device;  ///< what they run on, for people
};

/// What engines fill that make the shards of a job: what it records, but for the columns of a recipe, which says how
/// they come about.
Schema filled_schema(const Simulation& simulation);

/// The GPUs that hire() would choose from, by ids that are the same in every process of a machine; none where `options`
/// name theirs, or ask for the CPU.
std::vector<std::string> usable_gpus(const GenerateOptions& options);

/// Engines for the device that `options` ask for, which fill the columns of `filled`. With Device::automatic the GPU
/// where there is one. Error(gpu) where a GPU is asked for that isn't there, or this build has none;
/// Error(out_of_memory) where not even one thread fits.
Workforce hire(const Simulation& simulation, const Schema& filled, const Plan& plan, const GenerateOptions& options);

}  // namespace marketmimic
