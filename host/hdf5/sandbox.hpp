#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace marketmimic {

/// What a sandboxed reader may use.
struct SandboxLimits {
  std::uint64_t result_bytes = std::uint64_t{1} << 30;  ///< longest result accepted
  std::uint64_t memory_bytes = std::uint64_t{1} << 30;  ///< beyond what the parent has mapped
  unsigned seconds = 5;                                 ///< of processor time, and of wall-clock time
};

struct SandboxResult {
  std::string bytes;  ///< what the reader returned
  std::string error;  ///< why there is no result, one line; empty where there is one
};

/// Runs `read` in a child process, since the HDF5 library crashes and hangs on some damaged files: with limits on
/// memory, time and file writes, and plug-in loading off. Exceptions, crashes and time-outs become `error`. Linux; call
/// it before other threads hold the library's lock. Throws Error(io) only where no process can be started.
SandboxResult run_in_sandbox(const std::function<std::string()>& read, const SandboxLimits& limits);

}  // namespace marketmimic
