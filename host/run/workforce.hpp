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

/// Engines for the device that `options` ask for. With Device::automatic the GPU where there is one. Error(gpu) where a
/// GPU is asked for that isn't there, or this build has none; Error(out_of_memory) where not even one thread fits.
Workforce hire(const Simulation& simulation, const Schema& schema, const Plan& plan, const GenerateOptions& options);

}  // namespace marketmimic
