#pragma once

#include <cstdint>

#include "host/run/simulation.hpp"
#include "host/tape/tape.hpp"

namespace marketmimic {

/// Scenario `id` of a run message by message, everybody's orders with the strategy's among them, with the book of the
/// job's levels after each. Times count from midnight, where the scenario's clock began, as it does where the job fixes
/// it; else from midnight. Prices are rounded to LOBSTER's 1e-4 currency units.
///
/// Error(usage): the run's market is no order book, there is no such scenario, or the tick is finer than 1e-4.
Tape export_tape(const Simulation& simulation, std::uint64_t id);

}  // namespace marketmimic
