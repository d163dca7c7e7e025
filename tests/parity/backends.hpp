#pragma once

#include <vector>

#include "tests/parity/outcome.hpp"

namespace marketmimic::parity {

/// Every way of running scenarios that this build knows: the CPU launcher by instruction set, a GPU thread's body
/// compiled for the host, that body's PTX translated to C (where nvcc was found), and the GPU itself.
std::vector<Backend> backends();

/// The CPU launcher that all others are held against.
Outcome run_on_cpu(const AnyContext& context, std::uint64_t first, std::uint32_t count);

}  // namespace marketmimic::parity
