#pragma once

#include <filesystem>

#include "host/ranks/ranks.hpp"
#include "host/run/generate.hpp"

namespace marketmimic {

/// generate() by all ranks of an MPI job, which share the folder `out`: each makes its part of the shards that are
/// missing, and rank 0 finalises. The bytes are those of one process. Every rank must call it alike; the result is that
/// of the whole run on rank 0, elsewhere empty.
///
/// Errors as generate(), thrown on every rank (Ranks::together()); Error(usage) also where `options` name a part, or a
/// stop rule of the job counts over shards in their order.
GenerateResult generate(const Simulation& simulation, const std::filesystem::path& out, const GenerateOptions& options,
                        const Ranks& ranks);

}  // namespace marketmimic
