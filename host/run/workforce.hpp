#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/run/engine.hpp"
#include "host/run/generate.hpp"
#include "host/run/plan.hpp"
#include "host/run/record_layout.hpp"

namespace marketmimic {

/// The engines that run a job, one a thread.
struct Workforce {
  std::vector<std::unique_ptr<ScenarioEngine>> engines;
  std::string device;  ///< what they run on, for people
};

/// Engines for the device that `options` ask for. With Device::automatic the GPU where there is one. Error(gpu) where a
/// GPU is asked for that isn't there, or this build has none; Error(out_of_memory).
Workforce hire(const Simulation& simulation, const std::vector<RecordColumn>& columns, const Plan& plan,
               const GenerateOptions& options);

}  // namespace marketmimic
