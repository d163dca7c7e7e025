#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "host/run/generate.hpp"
#include "host/run/simulation.hpp"

namespace marketmimic {

/// What became of one execution.
struct Trial {
  std::uint32_t begun = 0;   ///< kinds of primitives that it began; bit = kind
  std::uint8_t failed_in;    ///< kind that ran when it failed; kNoPrimitive: none did, or it did not fail
  std::uint8_t success = 0;  ///< 1 or 0
};

/// Runs every scenario of the job, records nothing and writes nothing. `progress` gets the scenarios done, on any
/// thread. Error(interrupted) where `options.stop` is set, else as generate().
std::vector<Trial> run_trials(const Simulation& simulation, const GenerateOptions& options,
                              const std::function<void(std::uint64_t)>& progress);

}  // namespace marketmimic
