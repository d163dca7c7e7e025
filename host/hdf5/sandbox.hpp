#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

/// Defined where a sanitizer keeps its shadow in terabytes of address space, so that no limit can be set on that.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MARKETMIMIC_SHADOW_MEMORY 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MARKETMIMIC_SHADOW_MEMORY 1
#endif

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
/// it before other threads hold the library's lock. Error(io) where no process can be started, Error(out_of_memory)
/// where there is too little for it, or where reading fails and a limit on this process leaves less than `limits`
/// would.
SandboxResult run_in_sandbox(const std::function<std::string()>& read, const SandboxLimits& limits);

}  // namespace marketmimic
